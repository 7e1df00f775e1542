/** Restarts: asked for, checked to have happened, and asked for again (design/task-sequence.md, 5). */
import { reasonOf } from './gone.js';
import type { Run } from './run.js';

/** Seconds after the delay until a restart that has not happened is asked for again. */
const PATIENCE = 120;

/** What a person at the machine reads when a restart makes the upgrade go on that no step asked for. */
const UPGRADE_RESTART = 'The upgrade of Windows continues after this restart, also while somebody is signed in.';

/**
 * Asks for the restart that is due. The journal knows of the asking before Windows does: it may restart at once.
 * While one that was asked for is still to come nothing is done.
 */
export function askForRestart(run: Run): void {
  const { state, machine, log } = run;
  const pending = state.pendingRestart;
  if (!pending) return;
  const now = machine.clock.now();
  // A clock that was set back must not keep the machine waiting for days.
  const isToCome = pending.times > 0 && now >= pending.asked && now < pending.asked + (pending.delay + PATIENCE) * 1000;
  if (isToCome) return;
  if (pending.times > 0) log.warning(`The restart has not happened: asking again (${pending.times + 1})`);
  else log.info(`Restart in ${pending.delay} s: ${pending.message}`);
  pending.asked = now;
  pending.times += 1;
  run.save();
  try {
    machine.power.restart(pending.delay, pending.message);
  } catch (error) {
    log.error(`The restart could not be asked for: ${reasonOf(error)}`);
  }
}

/** Whether the restart is still to come. One that has happened, by whatever cause, is forgotten. */
export function isRestartToCome(run: Run): boolean {
  const { state, log } = run;
  const pending = state.pendingRestart;
  if (state.boot !== run.boot) {
    state.restarts += 1;
    log.info(pending ? 'The computer has restarted' : 'The computer was switched off and has started again');
    // Where Windows cannot flush, a power cut may have taken the newest records: also those behind a restart that was due.
    if (!run.journal.isOnDisk()) {
      log.warning(
        'This Windows cannot write to the disk at once: when the power went, what ran in the minute before may be done again',
      );
    }
  }
  if (!pending) return false;
  if (pending.boot === run.boot) return true;
  delete state.pendingRestart;
  // From the second restart on another delay may hold (facts/configmgr.md, C.2: SMSTSRebootDelayNext).
  const next = run.variables.get('SMSTSRebootDelayNext');
  if (next !== '') run.variables.setQuietly('SMSTSRebootDelay', next);
  return false;
}

/** Setup waits for a restart that no step asked for: the upgrade would otherwise begin at some later time, unwatched. */
export function needsUpgradeRestart(run: Run): boolean {
  const { state, log } = run;
  if (!state.pendingUpgrade || state.pendingUpgrade.boot !== run.boot) return false;
  log.warning('No step has restarted the computer after Windows Setup: the engine does');
  state.pendingRestart = { boot: run.boot, delay: 60, message: UPGRADE_RESTART, asked: 0, times: 0 };
  run.save();
  return true;
}
