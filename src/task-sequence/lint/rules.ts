import type { LintRule } from './rule.js';
import { branchRules } from './rules/branches.js';
import { commandRules } from './rules/commands.js';
import { contentRules } from './rules/content.js';
import { encryptionRules } from './rules/encryption.js';
import { forbiddenStepRules } from './rules/forbidden-steps.js';
import { restartRules } from './rules/restart.js';
import { stepRules } from './rules/steps.js';
import { upgradeRules } from './rules/upgrade.js';
import { variableRules } from './rules/variables.js';
import { windowsRules } from './rules/windows.js';

/** Every rule of the lint: what a sequence may not contain, and what is better looked at. */
export const LINT_RULES: readonly LintRule[] = [
  ...upgradeRules,
  ...restartRules,
  ...branchRules,
  ...forbiddenStepRules,
  ...windowsRules,
  ...contentRules,
  ...commandRules,
  ...variableRules,
  ...stepRules,
  ...encryptionRules,
];
