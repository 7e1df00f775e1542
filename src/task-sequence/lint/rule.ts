/** What a rule of the lint is (design/task-sequence.md, What an in-place upgrade may not contain). */
import type { YamlPath } from '../../yaml/field-name.js';
import type { LintSequence, LintStep } from './sequence.js';

/** A refusal stops a build and cannot be acknowledged; advice warns, and can. */
export type RuleSeverity = 'refusal' | 'advice';

/** What a rule looks at. */
export type RuleFamily =
  | 'upgrade'
  | 'branches'
  | 'steps'
  | 'forbidden'
  | 'commands'
  | 'content'
  | 'variables'
  | 'windows';

/** The page that a rule comes from, and what it says there in our words. */
export interface RuleSource {
  readonly page: string;
  readonly says: string;
}

/** A rule, as `inplace check --rules` lists it. */
export interface LintRule {
  /** kebab-case; it stays, because sequences acknowledge it */
  readonly id: string;
  readonly severity: RuleSeverity;
  readonly family: RuleFamily;
  /** what goes wrong, in one sentence */
  readonly reason: string;
  /** what to do */
  readonly hint: string;
  readonly source: RuleSource;
  /**
   * Finds the places that break the rule. Left out where another check finds them, which knows more: the schema, or
   * what is on the media.
   */
  readonly find?: (sequence: LintSequence) => readonly Hit[];
  /** whether the Windows of the media must be known */
  readonly needsWindows?: true;
}

/** One place that breaks a rule. */
export interface Hit {
  /** sentence case, no period, quotes values */
  readonly message: string;
  /** left out when it is the sequence as a whole */
  readonly step?: LintStep;
  /** field of the step */
  readonly at?: YamlPath;
  /** whether the field itself is meant, not its value */
  readonly key?: boolean;
  /** in place of the rule's own */
  readonly hint?: string;
}

/** The key that names the type of a step, as the place of a hit. */
export function at(step: LintStep | undefined): Pick<Hit, 'step' | 'at' | 'key'> {
  if (step === undefined) return {};
  return step.type === undefined ? { step } : { step, at: [step.type], key: true };
}

/** Pages that rules come from. */
export const PAGES = {
  seed: 'Upgrade Windows to the latest version with System Center Configuration Manager',
  steps: 'Task sequence steps',
  variables: 'Task sequence variables',
  usingVariables: 'How to use task sequence variables',
  upgrade: 'Create a task sequence to upgrade an OS',
  media: 'Create stand-alone media',
  editor: 'Use the task sequence editor',
  provisioning: 'Provisioning mode',
  setup: 'Windows Setup Command-Line Options',
  inplace: 'inplace, README: Rules of task sequences',
} as const;
