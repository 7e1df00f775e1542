/** Scheduled tasks through schtasks.exe. */
import { describe, expect, it } from 'vitest';
import { openSystem } from '../../../src/target/wsh/system.js';
import { WshTasks } from '../../../src/target/wsh/tasks.js';
import { fakeWindows, type Program } from './support/fake-com.js';

const FILE = 'C:\\Windows\\Temp\\inplace-task.xml';

function tasksOf(program: Program) {
  const windows = fakeWindows({ program });
  return { windows, tasks: new WshTasks(openSystem()) };
}

describe('a task', () => {
  it('is registered from a UTF-16 file that says so, and the file goes', () => {
    let text = '';
    const { windows, tasks } = tasksOf((_, { bytes }) => {
      text = Buffer.from(bytes.call(windows, FILE)!, 'latin1').toString('utf16le');
      return 0;
    });
    tasks.register('Inplace', '<?xml version="1.0"?>\r\n<Task>&#228;</Task>');
    expect(text).toBe('\ufeff<?xml version="1.0" encoding="UTF-16"?>\r\n<Task>&#228;</Task>');
    expect(windows.ran).toEqual([`schtasks.exe /create /tn "Inplace" /xml "${FILE}" /f`]);
    expect(windows.bytes(FILE)).toBeUndefined();
  });

  it('that Windows does not take is an error, and the file goes all the same', () => {
    const { windows, tasks } = tasksOf(() => 1);
    expect(() => tasks.register('Inplace', '<Task/>')).toThrow(
      'The task "Inplace" could not be registered: schtasks ended with 1',
    );
    expect(windows.bytes(FILE)).toBeUndefined();
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
