/** The clock. */
import type { Clock } from '../machine.js';
import { sleep } from './host.js';
import { runHidden, type System, windowsProgram } from './system.js';

/** Clock of this computer. */
export class WshClock implements Clock {
  private readonly system: System;

  constructor(system: System) {
    this.system = system;
  }

  now(): number {
    return new Date().getTime();
  }

  bias(): number {
    return new Date().getTimezoneOffset();
  }

  sleep(milliseconds: number): void {
    sleep(milliseconds, (time) => {
      // ping waits a second between two answers
      runHidden(this.system, `${windowsProgram(this.system, 'ping.exe')} -n ${Math.ceil(time / 1000) + 1} 127.0.0.1`);
    });
  }
}
