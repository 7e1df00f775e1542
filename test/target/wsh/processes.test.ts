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
  it('is started by cmd without a window, with handles that all of it inherits', () => {
    const { windows, waited, processes } = processesOf({ program: starts });
    expect(processes.start(COMMAND)).toBe(SCRIPT);
    expect(windows.ran).toEqual([`cmd.exe /d /s /c ""${SCRIPT}" 2> "${RUNNING}" 3>&2"`]);
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

  it('is not mistaken for an earlier one of the same name, which has left its files or still runs', () => {
    const { windows, waited, processes } = processesOf();
    windows.file(RUNNING, '');
    windows.file(COMMAND.resultFile, '7\r\n');
    expect(() => processes.start(COMMAND)).toThrow(`cmd.exe did not run "${SCRIPT}"`);
    expect(waited.length).toBe(600);
    expect(windows.bytes(COMMAND.resultFile)).toBeUndefined();
    windows.file(RUNNING, '');
    windows.open.add(RUNNING.toLowerCase());
    expect(() => processes.start(COMMAND)).toThrow('of an earlier program is still in use');
    expect(windows.lines.length).toBe(1);
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
    const CommandLine = `C:\\Windows\\System32\\cmd.exe /d /s /c ""${SCRIPT}" 2> "${RUNNING}" 3>&2"`;
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

describe('a program whose start an engine did not survive', () => {
  it('has begun when its running file is there, whether it still runs or not', () => {
    const { windows, processes } = processesOf({ program: starts });
    processes.start(COMMAND);
    windows.open.add(RUNNING.toLowerCase());
    expect([processes.adopt(COMMAND.resultFile), processes.isRunning(SCRIPT)]).toEqual([SCRIPT, true]);
    windows.open.clear();
    expect(processes.adopt(COMMAND.resultFile)).toBe(SCRIPT);
    expect(windows.bytes(SCRIPT)).toBeDefined();
  });

  it('has not begun when nothing of it is there', () => {
    expect(processesOf().processes.adopt(COMMAND.resultFile)).toBeUndefined();
  });

  it('is called off when it was on its way: a cmd.exe that comes late finds no batch file', () => {
    const { windows, processes } = processesOf();
    windows.file(SCRIPT, 'x');
    expect(processes.adopt(COMMAND.resultFile)).toBeUndefined();
    expect(windows.bytes(SCRIPT)).toBeUndefined();
    expect(processes.adopt(COMMAND.resultFile)).toBeUndefined();
  });

  it('has begun when cmd.exe was quicker than the call-off', () => {
    const { windows, processes } = processesOf();
    windows.file(SCRIPT, 'x');
    const { DeleteFile } = windows.fileSystem;
    windows.fileSystem.DeleteFile = (path, force) => {
      DeleteFile(path, force);
      windows.file(RUNNING, '');
    };
    expect(processes.adopt(COMMAND.resultFile)).toBe(SCRIPT);
  });

  it('is looked at again while somebody reads its batch file, and is an error when that goes on', () => {
    const { windows, waited, processes } = processesOf();
    windows.file(SCRIPT, 'x');
    windows.open.add(SCRIPT.toLowerCase());
    expect(() => processes.adopt(COMMAND.resultFile)).toThrow('could not be called off');
    expect(waited.length).toBe(19);
    windows.fileSystem.DeleteFile = () => {
      windows.file(RUNNING, '');
      throw comError(0x800a0046);
    };
    expect(processes.adopt(COMMAND.resultFile)).toBe(SCRIPT);
  });
});

describe('ending a program', () => {
  const row = (ProcessId: number, CommandLine: string | null) => ({ properties: { ProcessId, CommandLine } });
  const mine = row(8, `C:\\Windows\\System32\\cmd.exe /d /s /c ""${SCRIPT}" 2> "${RUNNING}" 3>&2"`);

  /** A program that runs until a line that has this in it ends it. */
  function running(endedBy: RegExp) {
    const parts = processesOf({ program: starts });
    parts.processes.start(COMMAND);
    const { windows } = parts;
    windows.lines.length = 0;
    windows.open.add(RUNNING.toLowerCase());
    // what is ended is no process any more
    windows.program = (line) => {
      if (!endedBy.test(line)) return 1;
      windows.open.clear();
      addWmi(windows, { 'root\\cimv2|Win32_Process': [] });
      return 0;
    };
    return parts;
  }

  it('ends the process tree of its cmd.exe, found by the batch file in its command line', () => {
    const { windows, waited, processes } = running(/taskkill/);
    // of processes of others Windows gives no command line
    addWmi(windows, { 'root\\cimv2|Win32_Process': [row(4, null), mine, row(12, 'cmd.exe /c "C:\\other.exit.cmd"')] });
    processes.end(SCRIPT);
    expect([windows.ran, waited]).toEqual([['taskkill.exe /f /t /pid 8'], []]);
    // it has ended: there is nothing to do
    processes.end(SCRIPT);
    expect(windows.ran.length).toBe(1);
  });

  it('waits for processes that are there for a moment more', () => {
    const { windows, waited, processes } = running(/never/);
    addWmi(windows, { 'root\\cimv2|Win32_Process': [mine] });
    windows.fileSystem.OpenTextFile = () => {
      if (waited.length < 3) throw comError(0x800a0046);
      addWmi(windows, { 'root\\cimv2|Win32_Process': [] });
      return { Close: () => {} };
    };
    processes.end(SCRIPT);
    expect([waited, windows.ran.length]).toEqual([[500, 500, 500], 1]);
  });

  it('is an error that says why when it runs on: WMI is silent, or taskkill did not do it', () => {
    const { windows, waited, processes } = running(/never/);
    expect(() => processes.end(SCRIPT)).toThrow(/^WMI does not name its processes \(.+\)$/);
    expect([windows.ran, waited.length]).toEqual([[], 20]);
    addWmi(windows, { 'root\\cimv2|Win32_Process': [mine] });
    expect(() => processes.end(SCRIPT)).toThrow('taskkill.exe did not do it');
  });
});
