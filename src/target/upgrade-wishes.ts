/** What the upgrade steps of a sequence ask for: which edition, and whether a key comes with it. */
import type { CompiledNode, CompiledSequence, CompiledStep, UpgradeAction } from './contract.js';
import { sameText } from './text.js';

export interface UpgradeWish {
  /** the edition that the sequence names; left out: the machine's own */
  readonly edition?: string;
  /** the step names the variable with the product key; whether it has a value is seen when Setup is started */
  readonly hasKey: boolean;
}

export type UpgradeStep = Extract<CompiledStep, { type: 'upgrade' }> & UpgradeAction;

/** The upgrade steps that are not disabled, in their order, those of child sequences too. */
export function upgradeSteps(sequence: Pick<CompiledSequence, 'steps'>): UpgradeStep[] {
  const found: UpgradeStep[] = [];
  collect(sequence.steps, found);
  return found;
}

function collect(nodes: readonly CompiledNode[], found: UpgradeStep[]): void {
  for (const node of nodes) {
    if (node.disabled) continue;
    if (node.type === 'upgrade') found.push(node);
    else if (node.type === 'group' || node.type === 'runTaskSequence') collect(node.steps, found);
  }
}

/**
 * The different wishes in the order of the steps; those of scans count only where nothing else is asked for. Steps under
 * conditions are among them: which of them will run is not known before the sequence does, so that the first wish that
 * this machine can have is taken.
 */
export function upgradeWishes(sequence: Pick<CompiledSequence, 'steps'>): UpgradeWish[] {
  const steps = upgradeSteps(sequence);
  const wishes = wishesOf(steps, false);
  return wishes.length > 0 ? wishes : wishesOf(steps, true);
}

function wishesOf(steps: readonly UpgradeStep[], scanOnly: boolean): UpgradeWish[] {
  const wishes: UpgradeWish[] = [];
  for (const { edition, key, scanOnly: scan } of steps) {
    if (scan !== scanOnly) continue;
    const wish: UpgradeWish =
      edition === undefined ? { hasKey: key !== undefined } : { edition, hasKey: key !== undefined };
    if (!hasWish(wishes, wish)) wishes.push(wish);
  }
  return wishes;
}

function hasWish(wishes: readonly UpgradeWish[], { edition, hasKey }: UpgradeWish): boolean {
  for (const one of wishes) {
    if (one.hasKey === hasKey && sameText(one.edition ?? '', edition ?? '')) return true;
  }
  return false;
}

/** Whether an upgrade step gives drivers of disk encryption to Setup. */
export function reflectsDrivers(sequence: Pick<CompiledSequence, 'steps'>): boolean {
  for (const step of upgradeSteps(sequence)) if (step.reflectsDrivers) return true;
  return false;
}
