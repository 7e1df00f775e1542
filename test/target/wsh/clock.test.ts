/** Time, waiting, and lines on the screen. */
import { describe, expect, it } from 'vitest';
import { WshClock } from '../../../src/target/wsh/clock.js';
import { WshConsole } from '../../../src/target/wsh/console.js';
import { openSystem } from '../../../src/target/wsh/system.js';
import { comError, fakeWindows } from './support/fake-com.js';

describe('the clock', () => {
  it('is that of the computer', () => {
    fakeWindows();
    const clock = new WshClock(openSystem());
    expect(Math.abs(clock.now() - Date.now())).toBeLessThan(1000);
    expect(clock.bias()).toBe(new Date().getTimezoneOffset());
  });

  it('sleeps by the script host', () => {
    const windows = fakeWindows();
    new WshClock(openSystem()).sleep(1500);
    expect([windows.slept, windows.lines]).toEqual([[1500], []]);
  });

  it.each([
    [1500, 3],
    [1000, 2],
    [50, 2],
  ])('sleeps %i ms by ping where the script host cannot', (milliseconds, pings) => {
    const windows = fakeWindows({ hasSleep: false });
    new WshClock(openSystem()).sleep(milliseconds);
    expect(windows.ran).toEqual([`ping.exe -n ${pings} 127.0.0.1`]);
  });
});

describe('a line on the screen', () => {
  it('is echoed', () => {
    const windows = fakeWindows();
    new WshConsole().write('Fertig \u00e4');
    expect(windows.echoed).toEqual(['Fertig \u00e4']);
  });

  it('has question marks for what the console cannot show', () => {
    const windows = fakeWindows();
    const { WScript } = globalThis as unknown as { WScript: { Echo(line: string): void } };
    WScript.Echo = (line) => {
      if (/[^ -~]/.test(line)) throw comError(0x80070057);
      windows.echoed.push(line);
    };
    new WshConsole().write('\u65e5\u672c: done');
    expect(windows.echoed).toEqual(['??: done']);
  });
});
