/** What the screen shows is in the log of upgrade.cmd as well. */
import { expect, it } from 'vitest';
import { LoggedConsole } from '../../../src/target/wsh/logged-console.js';
import { openMachine } from '../../../src/target/wsh/machine.js';
import { fakeWindows } from './support/fake-com.js';

it('a line is on the screen, and in the log behind its time', () => {
  const windows = fakeWindows();
  const machine = openMachine();
  const clock = { ...machine.clock, now: () => Date.UTC(2026, 10, 24, 8) };
  const screen = new LoggedConsole({ ...machine, clock }, 'C:\\Windows\\Temp\\upgrade.log');
  screen.write('one');
  screen.write('two \u00e4');
  expect(windows.echoed).toEqual(['one', 'two \u00e4']);
  expect(windows.bytes('C:\\Windows\\Temp\\upgrade.log')).toBe(
    '2026-11-24T08:00:00.000Z one\r\n2026-11-24T08:00:00.000Z two ?\r\n',
  );
});

it('a log that cannot be written stops nothing', () => {
  const windows = fakeWindows();
  new LoggedConsole(openMachine(), 'C:\\none\\upgrade.log').write('one');
  expect(windows.echoed).toEqual(['one']);
});
