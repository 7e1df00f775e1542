/** Checks of readiness that /start can make before it changes anything, so that a refusal has all reasons at once. */
import type { CompiledNode, CompiledSequence, CompiledStep, ReadinessChecks } from './contract.js';

type ReadinessStep = Extract<CompiledStep, { type: 'checkReadiness' }>;

/**
 * The checks of the steps that would refuse anyway: those that nothing goes before that could change the machine, under
 * no condition and with no `continueOnError`. Others are asked when their turn comes.
 */
export function firstReadiness({ steps }: Pick<CompiledSequence, 'steps'>): ReadinessChecks[] {
  const found: ReadinessStep[] = [];
  collect(steps, found);
  return found;
}

/** @returns false where something else comes, behind which nothing is looked at */
function collect(nodes: readonly CompiledNode[], found: ReadinessStep[]): boolean {
  for (const node of nodes) {
    if (node.disabled) continue;
    if (node.when && node.when.length > 0) return false;
    if (node.continueOnError) return false;
    if (node.type === 'group' || node.type === 'runTaskSequence') {
      if (!collect(node.steps, found)) return false;
    } else if (node.type === 'checkReadiness') found.push(node);
    else return false;
  }
  return true;
}
