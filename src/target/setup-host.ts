/** setup.exe may end before SetupHost.exe, which does the work; neither is ever ended (design/task-sequence.md, 6). */
import { rethrowGone } from './gone.js';
import type { Machine } from './machine.js';

/** Looks in a row that WMI does not answer: then nobody knows, and Setup's own end counts. */
const UNANSWERED = 30;

/**
 * Returns when it does not run. WMI may be gone for a while, for Setup restarts services: no reason to call an upgrade
 * failed whose Setup has said that it is prepared.
 * @param look seconds between two looks
 * @param waited is told after every look how many seconds have passed
 * @returns false when WMI did not say it
 */
export function waitForSetupHost(
  machine: Machine,
  look: number,
  waited: (seconds: number) => void = () => {},
): boolean {
  let unanswered = 0;
  for (let seconds = 0; ; seconds += look) {
    try {
      if (!machine.processes.isImageRunning('SetupHost.exe')) return true;
      unanswered = 0;
    } catch (error) {
      rethrowGone(error);
      unanswered += 1;
      if (unanswered === UNANSWERED) return false;
    }
    machine.clock.sleep(look * 1000);
    waited(seconds + look);
  }
}
