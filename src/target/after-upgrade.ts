/** What became of an upgrade that Setup had prepared: found out after the restart (design/task-sequence.md, Rollback). */
import { readExtendCode } from './extend-code.js';
import { claimOf } from './hooks.js';
import { groupNames } from './instructions.js';
import type { Run } from './run.js';
import { installDate } from './run-start.js';
import type { PendingUpgrade } from './run-state.js';
import { windowsIdentity } from './steps/windows-build.js';
import { judgeUpgrade, type UpgradeVerdict } from './upgrade-outcome.js';

/** Seconds that SetupCompletePause may have, at most: a typing error must not stop a machine for a week. */
const LONGEST_PAUSE = 3600;

/**
 * Sets `_SMSTSSetupRollback`, once for each upgrade that was prepared. After a rollback the sequence goes on at the next
 * step, so that its Rollback group is reached; the run has failed whatever comes.
 */
export function findUpgradeOutcome(run: Run): void {
  const { state, variables, log, machine } = run;
  const pending = state.pendingUpgrade;
  if (!pending || pending.boot === run.boot) return;
  const verdict = verdictOf(run, pending);
  if (verdict.warning !== undefined) log.warning(verdict.warning);
  if (verdict.upgraded) {
    state.upgraded = true;
    log.info(verdict.words);
  } else rolledBack(run, pending, verdict.words);
  variables.setQuietly('_SMSTSSetupRollback', verdict.upgraded ? 'false' : 'true');
  delete state.pendingUpgrade;
  // Before the pause and before any step: what was found out is not asked again when the hooks are gone.
  run.save();
  const pause = variables.get('SetupCompletePause');
  if (/^\d{1,4}$/.test(pause)) machine.clock.sleep(Math.min(parseInt(pause, 10), LONGEST_PAUSE) * 1000);
}

function verdictOf({ state, machine, local, sequence }: Run, pending: PendingUpgrade): UpgradeVerdict {
  const after = windowsIdentity(machine);
  let expected = after;
  for (const one of sequence.upgradePackages) {
    for (const image of one.images) {
      if (one.id === pending.packageId && image.index === pending.imageIndex) expected = image;
    }
  }
  return judgeUpgrade({
    before: state.start.before,
    after,
    expected,
    claim: claimOf(machine, local.folder),
    installDateChanged: installDate(machine) !== state.installDate,
  });
}

function rolledBack(run: Run, { step }: PendingUpgrade, words: string): void {
  const { state, log, machine, table } = run;
  const extend = readExtendCode(machine);
  const reason = extend ? `${words}; ${extend.meaning}` : words;
  const instruction = table[step.index];
  if (extend) state.extendCode = extend.text;
  log.error(reason);
  if (state.outcome === 'success') state.outcome = 'rolledBack';
  if (!instruction) return;
  const { path, name } = instruction.node;
  if (!state.failure) {
    const advice = 'Look into setuperr.log in C:\\$Windows.~BT\\Sources\\Rollback, and at the drivers of this computer';
    state.failure = { path, name, message: reason, advice };
  }
  run.record({
    path,
    group: groupNames(instruction),
    name,
    type: 'upgrade',
    attempt: step.attempt,
    start: run.now(),
    outcome: 'rolledBack',
    reason,
  });
}
