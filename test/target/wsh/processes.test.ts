/** Programs: the batch file that each runs in, and how one is found again and ended. */
import { describe, expect, it } from 'vitest';
import { WshProcesses } from '../../../src/target/wsh/processes.js';
import { programScript } from '../../../src/target/wsh/program-script.js';
import { openSystem } from '../../../src/target/wsh/system.js';
import { comError, type FakeWindows, fakeWindows } from './support/fake-com.js';
import { addWmi } from './support/fake-wmi.js';

const COMMAND = {
  line: '"C:\\a b\\x.exe" /p 100% "&" & ^',
  workingDirectory: 'C:\\Windows',
  environment: {},
  resultFile: 'C:\\Windows\\Temp\\1.exit',
  outputFile: 'C:\\Windows\\Temp\\1.out',
};
const SCRIPT = `${COMMAND.resultFile}.cmd`;
const RUNNING = `${SCRIPT}.running`;

function processesOf(change: Partial<FakeWindows> = {}) {
  const waited: number[] = [];
  const windows = fakeWindows(change);
  return { windows, waited, processes: new WshProcesses(openSystem(), (time) => void waited.push(time)) };
}

/** cmd.exe opens the file that it holds. */
const starts = (_: string, windows: FakeWindows): number => {
  windows.file(RUNNING, '');
  return 0;
};

describe('the batch file of a program', () => {
  it('gives the line, the environment and the folder on as they are', () => {
    const environment = { SECRET: '100% "a" & ^ !x!', OTHER: '' };
    expect(programScript({ ...COMMAND, environment }).split('\r\n')).toEqual([
      '@echo off',
      'setlocal DisableDelayedExpansion',
      'set "SECRET=100%% "a" & ^ !x!"',
      'set "OTHER="',
      'set "ERRORLEVEL="',
      'cd /d "C:\\Windows"',
      '"C:\\a b\\x.exe" /p 100%% "&" ^& ^^ > "C:\\Windows\\Temp\\1.out" 2>&1',
      '> "C:\\Windows\\Temp\\1.exit.new" echo %ERRORLEVEL%',
      'move /y "C:\\Windows\\Temp\\1.exit.new" "C:\\Windows\\Temp\\1.exit" >nul',
      '',
    ]);
  });

  it.each([
    ['a line end', { line: 'a\nb' }, 'has a line end in it'],
    ['a value with a line end', { environment: { A: 'x\r\ny' } }, 'has a line end in it'],
    ['a line that is too long', { line: 'x'.repeat(8001) }, 'and cmd.exe takes 8000'],
  ])('refuses %s', (_, change, words) => {
    expect(() => programScript({ ...COMMAND, ...change })).toThrow(words);
  });
});

describe('a program', () => {
  it('is started by cmd without a window, with a handle that all of it inherits', () => {
    const { windows, waited, processes } = processesOf({ program: starts });
    expect(processes.start(COMMAND)).toBe(SCRIPT);
    expect(windows.ran).toEqual([`cmd.exe /d /s /c ""${SCRIPT}" 3> "${RUNNING}""`]);
    expect([windows.bytes(SCRIPT)?.includes('x.exe'), waited]).toEqual([true, []]);
    // nobody waits for its end here: another engine may see it
    expect(windows.shown).toEqual([[0, false]]);
  });

  it('that somebody sits before has a window, and keeps its words there', () => {
    const { windows, processes } = processesOf({ program: starts });
    processes.start({ ...COMMAND, attended: true });
    expect(windows.shown).toEqual([[1, false]]);
    expect(windows.bytes(SCRIPT)).toContain('^^ 2> "C:\\Windows\\Temp\\1.out"\r\n');
  });

  it('that is done before anybody looks has started', () => {
    const { windows, processes } = processesOf();
    windows.program = () => {
      windows.file(COMMAND.resultFile, '0\r\n');
      return 0;
    };
    expect(processes.start(COMMAND)).toBe(SCRIPT);
  });

  it('that is not seen within half a minute has not started', () => {
    const { waited, processes } = processesOf();
    expect(() => processes.start(COMMAND)).toThrow(`cmd.exe did not run "${SCRIPT}"`);
    expect(waited.reduce((sum, time) => sum + time, 0)).toBe(30_000);
  });

  it('needs a folder, and cmd.exe', () => {
    const { windows, processes } = processesOf();
    expect(() => processes.start({ ...COMMAND, workingDirectory: 'C:\\none' })).toThrow(
      'The folder "C:\\none" does not exist',
    );
    windows.program = () => {
      throw comError(0x80070005);
    };
    expect(() => processes.start(COMMAND)).toThrow('cmd.exe could not be started: error 0x80070005');
  });

  it('runs while its file is held open, and no longer', () => {
    const { windows, processes } = processesOf({ program: starts });
    processes.start(COMMAND);
    windows.open.add(RUNNING.toLowerCase());
    expect(processes.isRunning(SCRIPT)).toBe(true);
    windows.open.clear();
    expect([processes.isRunning(SCRIPT), processes.isRunning('C:\\never.cmd')]).toEqual([false, false]);
    expect(windows.open.size).toBe(0);
  });

  it('runs while its batch file is among the processes, should Windows not hold its file', () => {
    const { windows, processes } = processesOf({ program: starts });
    processes.start(COMMAND);
    const CommandLine = `C:\\Windows\\System32\\cmd.exe /d /s /c ""${SCRIPT}" 3> "${RUNNING}""`;
    addWmi(windows, { 'root\\cimv2|Win32_Process': [{ properties: { ProcessId: 8, CommandLine } }] });
    expect(processes.isRunning(SCRIPT)).toBe(true);
    addWmi(windows, { 'root\\cimv2|Win32_Process': [] });
    expect(processes.isRunning(SCRIPT)).toBe(false);
  });

  it('whose file goes while it is looked at does not run, and the file is not made again', () => {
    const { windows, processes } = processesOf({ program: starts });
    processes.start(COMMAND);
    const { FileExists } = windows.fileSystem;
    windows.fileSystem.FileExists = (path) => {
      const exists = FileExists(path);
      if (path === RUNNING) windows.nodes.delete(RUNNING.toLowerCase());
      return exists;
    };
    processes.isRunning(SCRIPT);
    expect(windows.bytes(RUNNING)).toBeUndefined();
  });

  it('is found by its image', () => {
    const { windows, processes } = processesOf();
    addWmi(windows, { 'root\\cimv2|Win32_Process': [{ properties: {} }] });
    expect(processes.isImageRunning('SetupHost.exe')).toBe(true);
    addWmi(windows, { 'root\\cimv2|Win32_Process': [] });
    expect(processes.isImageRunning('SetupHost.exe')).toBe(false);
  });
});

describe('ending a program', () => {
  const row = (ProcessId: number, CommandLine: string | null) => ({ properties: { ProcessId, CommandLine } });

  it('ends the process tree of its cmd.exe, found by the batch file in its command line', () => {
    const { windows, processes } = processesOf();
    const mine = row(8, `C:\\Windows\\System32\\cmd.exe /d /s /c ""${SCRIPT}" 3> "${RUNNING}""`);
    // of processes of others Windows gives no command line
    addWmi(windows, { 'root\\cimv2|Win32_Process': [row(4, null), mine, row(12, 'cmd.exe /c "C:\\other.exit.cmd"')] });
    processes.end(SCRIPT);
    expect(windows.ran).toEqual(['taskkill.exe /f /t /pid 8']);
    // its file may be open for a moment more: that is no error
    windows.file(RUNNING, '');
    windows.open.add(RUNNING.toLowerCase());
    processes.end(SCRIPT);
    expect(windows.ran.length).toBe(2);
  });

  it('that cannot be found while it runs is an error; that has ended is none', () => {
    const { windows, processes } = processesOf({ program: starts });
    addWmi(windows, { 'root\\cimv2|Win32_Process': [] });
    processes.start(COMMAND);
    processes.end(SCRIPT);
    windows.open.add(RUNNING.toLowerCase());
    expect(() => processes.end(SCRIPT)).toThrow('could not be found to end it');
  });
});
