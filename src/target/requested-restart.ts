/** Restarts that variables ask for (facts/configmgr.md, B.4 and C.2: SMSTSRebootRequested, SMSTSRetryRequested). */
import type { PlainStep } from './instructions.js';
import type { Run } from './run.js';
import type { StepResult } from './step.js';
import { restartFor } from './steps/restarting.js';

/** How often a step that set `SMSTSRetryRequested` runs again: it sets it each time it runs. */
const MOST_RETRIES = 3;

/**
 * The restart that follows the step: its own, or the one that a variable asks for, which is then cleared. `HD` is the
 * installed Windows; `WinPE` is not there in an in-place upgrade, so it is taken as `HD` and said.
 */
export function requestedRestart(run: Run, step: PlainStep, result: StepResult): StepResult['restart'] {
  const { variables, log, state } = run;
  const requested = variables.get('SMSTSRebootRequested');
  const retry = variables.get('SMSTSRetryRequested');
  if (result.outcome === 'failed') return undefined;
  if (requested === '') return result.restart;
  variables.set('SMSTSRebootRequested', '');
  variables.set('SMSTSRetryRequested', '');
  if (requested.toUpperCase() === 'WINPE') {
    log.warning('SMSTSRebootRequested is WinPE: an in-place upgrade has none, so the installed Windows is restarted');
  }
  const wanted = retry !== '' && retry.toLowerCase() !== 'false';
  const again = wanted && (state.underWay?.restarts ?? 0) < MOST_RETRIES;
  if (wanted && !again) log.warning(`SMSTSRetryRequested was honoured ${MOST_RETRIES} times; the sequence goes on`);
  return result.restart?.again
    ? result.restart
    : { ...restartFor(variables, step.name, again), ...result.restart, again };
}
