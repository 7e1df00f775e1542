import type { MediaDefinition } from '../definition/model.js';
import type { LintResult } from '../task-sequence/lint/lint.js';
import { lintForWindows } from '../task-sequence/lint/lint-windows.js';
import type { UpgradePackage } from '../upgrade-package/open.js';
import { sequenceKind } from './setup-plan.js';

/** What the sequence expects of machines, against the Windows that the upgrade package holds. */
export function lintStaged(definition: MediaDefinition, upgradePackage: UpgradePackage): LintResult {
  const { product, architectures, languages } = upgradePackage.facts;
  const both = ['client', 'server'] as const;
  return lintForWindows(definition.sequences[sequenceKind(upgradePackage)], definition, {
    products: both.filter((one) => product === one || product === 'client and server'),
    architectures,
    languages,
  });
}
