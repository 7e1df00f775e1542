/** What happens when the upgrade fails or Windows Setup goes back to the old Windows. */
import { asksFor } from '../conditions.js';
import { type LintRule, PAGES } from '../rule.js';
import {
  field,
  hasCondition,
  inFailureGroup,
  isUpgrade,
  type LintSequence,
  type LintStep,
  upgrades,
} from '../sequence.js';

const ROLLBACK = '_SMSTSSetupRollback';

/** Types that leave something behind on the machine. */
const CHANGING = [
  'runCommand',
  'runPowerShell',
  'installApplication',
  'installPackage',
  'installUpdates',
  'installDrivers',
  'copyFiles',
  'disableBitLocker',
];

const rollbackNotDistinguished: LintRule = {
  id: 'rollback-not-distinguished',
  severity: 'advice',
  family: 'branches',
  reason: `After a rollback the sequence goes on in the old Windows: a step that does not ask for ${ROLLBACK} runs there too.`,
  hint: `Put it into a group with "when: { variable: ${ROLLBACK}, notEquals: "true" }"`,
  source: {
    page: PAGES.upgrade,
    says: 'The sequence is not linear: conditions on _SMSTSSetupRollback choose between post-processing and rollback',
  },
  find: (sequence) => {
    const restart = restartOfUpgrade(sequence);
    if (!restart) return [];
    return sequence.steps
      .slice(restart.index + 1)
      .filter((step) => step.enabled && CHANGING.includes(step.type ?? '') && !inFailureGroup(step))
      .filter((step) => !asksFor(step, ROLLBACK))
      .map((step) => ({ message: 'The step runs after a rollback too', step, at: [step.type!], key: true }));
  },
};

const noRollbackGroup: LintRule = {
  id: 'no-rollback-group',
  severity: 'advice',
  family: 'branches',
  reason:
    'What steps before the upgrade have changed or removed stays so when Windows Setup goes back to the old Windows.',
  hint: `Add a group behind the restart with "when: { variable: ${ROLLBACK}, equals: "true" }" that puts it back`,
  source: {
    page: PAGES.upgrade,
    says: 'The rollback group runs after Windows Setup went back, for example to install again what was removed before',
  },
  find: (sequence) => {
    const first = firstChange(sequence);
    const restart = restartOfUpgrade(sequence);
    if (!first || !restart) return [];
    const asks = sequence.steps.some((step) => step.index > restart.index && step.enabled && isRollbackBranch(step));
    return asks ? [] : [{ message: 'The machine is changed before the upgrade, and nothing is done after a rollback' }];
  },
};

const noFailureGroup: LintRule = {
  id: 'no-failure-group',
  severity: 'advice',
  family: 'branches',
  reason: 'When a step fails the sequence ends, and what earlier steps have changed or removed stays so.',
  hint: 'Add a group with "onFailure: true" that puts it back and collects logs',
  source: {
    page: PAGES.upgrade,
    says: 'A group for actions on failure collects logs and runs diagnostic tools when the upgrade has failed',
  },
  find: (sequence) => {
    const has = sequence.steps.some((step) => step.enabled && step.value['onFailure'] === true);
    if (has || !firstChange(sequence)) return [];
    return [{ message: 'The machine is changed before the upgrade, and nothing is done after a failure' }];
  },
};

const readinessContinues: LintRule = {
  id: 'readiness-continues-on-error',
  severity: 'advice',
  family: 'branches',
  reason: 'A machine that is not ready is upgraded all the same; what was found is only in the log.',
  hint: 'Remove "continueOnError", and leave out single checks with "skip"',
  source: { page: PAGES.steps, says: 'With "continue on error" Check Readiness only logs what it finds' },
  find: ({ steps }) =>
    steps
      .filter((step) => step.enabled && step.type === 'checkReadiness' && step.value['continueOnError'] === true)
      .map((step) => ({
        message: 'The sequence goes on when the machine is not ready',
        step,
        at: ['continueOnError'],
        key: true,
      })),
};

export const branchRules: readonly LintRule[] = [
  rollbackNotDistinguished,
  noRollbackGroup,
  noFailureGroup,
  readinessContinues,
];

/** The first step before the upgrade that changes the machine; undefined when the sequence could not be read whole. */
function firstChange(sequence: LintSequence): LintStep | undefined {
  const upgrade = upgrades(sequence)[0];
  if (!upgrade || !sequence.complete) return undefined;
  return sequence.steps
    .slice(0, upgrade.index)
    .find((step) => step.enabled && CHANGING.includes(step.type ?? '') && !inFailureGroup(step));
}

function restartOfUpgrade({ steps }: LintSequence): LintStep | undefined {
  const upgrade = steps.findIndex((step) => step.enabled && isUpgrade(step));
  return upgrade < 0 ? undefined : steps.slice(upgrade).find((step) => step.enabled && step.type === 'restart');
}

/** A step or group that runs only after a rollback, as far as its condition says so. */
function isRollbackBranch(step: LintStep): boolean {
  if (!hasCondition(step) || !asksFor(step, ROLLBACK)) return false;
  const when = JSON.stringify(field(step, 'when')).toLowerCase();
  return /"(?:equals|like)":"?true"?/.test(when) || when.includes('"exists":true') || when.includes('"none"');
}
