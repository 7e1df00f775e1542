/** How far Windows Setup is, for the log (U: where it says so; facts/configmgr.md, E.3 Live progress). */

import type { Machine } from './machine.js';
import type { Log } from './step.js';

const VOLATILE = 'HKEY_LOCAL_MACHINE\\SYSTEM\\Setup\\MoSetup\\Volatile';
/** Per cent between two lines of the log. */
const APART = 10;

/** A look at the progress; logs it when it has gone on by 10 % since the last line. */
export function setupProgress(machine: Machine, log: Log): () => void {
  let told = 0;
  return () => {
    const percent = Number(machine.registry.read(VOLATILE, 'SetupProgress') ?? 0);
    if (!(percent >= told + APART && percent <= 100)) return;
    told = percent;
    log.info(`Windows Setup: ${percent} %`);
  };
}
