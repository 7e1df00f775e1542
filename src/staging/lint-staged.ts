import type { MediaDefinition } from '../definition/model.js';
import type { LintResult } from '../task-sequence/lint/lint.js';
import { lintForWindows } from '../task-sequence/lint/lint-windows.js';
import { sequenceKind } from './setup-plan.js';
import type { StagedUpgradePackage } from './staged-upgrade-package.js';

/** What the sequence expects of machines, against the Windows that the upgrade packages hold. */
export function lintStaged(definition: MediaDefinition, packages: readonly StagedUpgradePackage[]): LintResult {
  const facts = packages.map(({ upgradePackage }) => upgradePackage.facts);
  const both = ['client', 'server'] as const;
  return lintForWindows(definition.sequences[sequenceKind(packages[0]!.upgradePackage)], definition, {
    products: both.filter((one) => facts.some(({ product }) => product === one || product === 'client and server')),
    architectures: distinct(facts.flatMap(({ architectures }) => architectures)),
    languages: distinct(facts.flatMap(({ languages }) => languages)),
  });
}

function distinct<T extends string>(items: readonly T[]): T[] {
  return [...new Set(items)].sort();
}
