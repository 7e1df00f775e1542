/** Which steps come behind a stop that always stops (facts/configmgr.md, B.4: the first failure ends the sequence). */
import { hasCondition, inFailureGroup, type LintSequence, type LintStep } from './sequence.js';

/** The first step or group of each stretch that never runs. */
export function unreachedSteps({ steps }: LintSequence): readonly LintStep[] {
  const unreached: LintStep[] = [];
  const walk = (list: readonly LintStep[]): boolean => {
    let ended = false;
    for (const step of list) {
      if (!step.enabled || inFailureGroup(step)) continue;
      if (ended) {
        unreached.push(step);
        return true;
      }
      const inside = walk(childrenOf(steps, step));
      const fails = step.type === 'stop' || inside;
      ended = fails && !hasCondition(step) && step.value['continueOnError'] !== true;
    }
    return ended;
  };
  walk(steps.filter(({ parents }) => parents.length === 0));
  return unreached;
}

/** Whether a step is one of those, stands behind it in the same list, or inside such a group. */
export function isBehind(step: LintStep, unreached: readonly LintStep[]): boolean {
  const around = [...step.parents, step];
  return unreached.some((first) =>
    around.some((one) => one.parents.at(-1) === first.parents.at(-1) && one.index >= first.index),
  );
}

function childrenOf(steps: readonly LintStep[], parent: LintStep): readonly LintStep[] {
  const inside: LintStep[] = [];
  for (let index = parent.index + 1; index < steps.length; index++) {
    const step = steps[index]!;
    if (!step.parents.includes(parent)) break;
    if (step.parents.at(-1) === parent) inside.push(step);
  }
  return inside;
}
