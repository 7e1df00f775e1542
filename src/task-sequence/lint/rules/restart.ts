/** The restart behind the upgrade: it carries out what Windows Setup has prepared. */
import { at, type LintRule } from '../rule.js';
import { inFailureGroup, isConditionalBeside, type LintSequence, type LintStep, upgrades } from '../sequence.js';
import { SEED_CORE } from './upgrade.js';

const noRestart: LintRule = {
  id: 'no-restart',
  severity: 'refusal',
  family: 'upgrade',
  reason: 'Windows Setup only prepares the upgrade; the restart carries it out.',
  hint: 'Add "- restart:" right behind the upgrade',
  source: SEED_CORE,
  find: (sequence) => {
    const last = upgrades(sequence).at(-1);
    if (!sequence.complete || last === undefined || restartAfter(sequence, last)) return [];
    return [{ message: 'No restart follows the upgrade', ...at(last) }];
  },
};

const stepsBeforeRestart: LintRule = {
  id: 'steps-before-restart',
  severity: 'advice',
  family: 'upgrade',
  reason: 'Between the upgrade and its restart the old Windows still runs, and what is changed in it may be lost.',
  hint: 'Move the step before the upgrade or behind the restart',
  source: SEED_CORE,
  find: (sequence) =>
    upgrades(sequence).flatMap((upgrade) => {
      const ends = ({ type, enabled }: LintStep): boolean => enabled && (type === 'restart' || type === 'upgrade');
      const end = sequence.steps.findIndex((step) => step.index > upgrade.index && ends(step));
      return sequence.steps
        .slice(upgrade.index + 1, Math.max(end, 0))
        .filter((step) => step.enabled && !inFailureGroup(step) && changesMachine(step))
        .map((step) => ({ message: 'The step runs between the upgrade and its restart', ...at(step) }));
    }),
};

const conditionalRestart: LintRule = {
  id: 'restart-conditional',
  severity: 'advice',
  family: 'upgrade',
  reason: 'Where the condition does not hold, the upgrade is prepared and never carried out.',
  hint: 'Remove the condition of the restart, or give the upgrade the same one by a group around both',
  source: SEED_CORE,
  find: (sequence) =>
    upgrades(sequence).flatMap((upgrade) => {
      const restart = restartAfter(sequence, upgrade);
      if (!restart || !isConditionalBeside(restart, upgrade)) return [];
      return [{ message: 'The restart after the upgrade depends on a condition of its own', ...at(restart) }];
    }),
};

export const restartRules: readonly LintRule[] = [noRestart, stepsBeforeRestart, conditionalRestart];

/** The first restart behind a step that can run. */
function restartAfter({ steps }: LintSequence, { index }: LintStep): LintStep | undefined {
  return steps.find((step) => step.index > index && step.enabled && step.type === 'restart' && !inFailureGroup(step));
}

/** Steps that only read, speak or set variables may stand anywhere. */
function changesMachine({ type }: LintStep): boolean {
  return !['group', 'setVariable', 'setDynamicVariables', 'collectLogs', 'stop', 'checkReadiness'].includes(type ?? '');
}
