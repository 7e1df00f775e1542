/** Scheduled tasks through schtasks.exe. */
import { afterEach, describe, expect, it, vi } from 'vitest';
import { openSystem } from '../../../src/target/wsh/system.js';
import { WshTasks } from '../../../src/target/wsh/tasks.js';
import { fakeWindows, type Program } from './support/fake-com.js';

function tasksOf(program: Program) {
  const windows = fakeWindows({ program });
  return { windows, tasks: new WshTasks(openSystem()) };
}

/** The file that schtasks is given. */
const xmlOf = (line: string): string => /\/xml "([^"]*)"/.exec(line)?.[1] ?? '';

afterEach(() => void vi.restoreAllMocks());

describe('a task', () => {
  it('is registered from a UTF-16 file that says so, and the file goes', () => {
    let text = '';
    const { windows, tasks } = tasksOf((line) => {
      text = Buffer.from(windows.bytes(xmlOf(line))!, 'latin1').toString('utf16le');
      return 0;
    });
    tasks.register('Inplace', '<?xml version="1.0"?>\r\n<Task>&#228;</Task>');
    expect(text).toBe('\ufeff<?xml version="1.0" encoding="UTF-16"?>\r\n<Task>&#228;</Task>');
    const [line = ''] = windows.ran;
    expect(line.replace(xmlOf(line), 'FILE')).toBe('schtasks.exe /create /tn "Inplace" /xml "FILE" /f');
    expect(windows.bytes(xmlOf(line))).toBeUndefined();
  });

  it('is never read from a file that was there: its owner could change it', () => {
    const { windows, tasks } = tasksOf(() => 0);
    const made: unknown[] = [];
    const { CreateTextFile } = windows.fileSystem;
    windows.fileSystem.CreateTextFile = (path, overwrite, unicode) => {
      made.push([path, overwrite]);
      return CreateTextFile(path, overwrite, unicode);
    };
    // the first is there
    vi.spyOn(Math, 'random').mockReturnValueOnce(0.5).mockReturnValueOnce(0.25);
    windows.file('C:\\Windows\\Temp\\inplace-500000000000.xml', 'of somebody else');
    tasks.register('Inplace', '<Task/>');
    expect(made).toEqual([['C:\\Windows\\Temp\\inplace-250000000000.xml', false]]);
  });

  it('that Windows does not take is an error, and the file goes all the same', () => {
    const { windows, tasks } = tasksOf(() => 1);
    expect(() => tasks.register('Inplace', '<Task/>')).toThrow(
      'The task "Inplace" could not be registered: schtasks ended with 1',
    );
    expect(windows.bytes(xmlOf(windows.ran[0]!))).toBeUndefined();
  });

  it('is there when schtasks finds it', () => {
    const { tasks } = tasksOf((line) => (line.includes('"Inplace"') ? 0 : 1));
    expect([tasks.exists('Inplace'), tasks.exists('Other')]).toEqual([true, false]);
  });

  it('that cannot be started or removed is an error', () => {
    const { tasks } = tasksOf((line) => (line.includes('/query') ? 0 : 0x80070005));
    expect(() => tasks.run('Inplace')).toThrow('could not be started: schtasks ended with 2147942405');
    expect(() => tasks.remove('Inplace')).toThrow('could not be removed');
  });

  it('that is not there is removed without an error', () => {
    const { windows, tasks } = tasksOf(() => 1);
    tasks.remove('Inplace');
    expect(windows.ran).toEqual(['schtasks.exe /query /tn "Inplace"']);
  });
});
