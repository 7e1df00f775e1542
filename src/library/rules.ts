import type { RuleFamily, RuleSeverity, RuleSource } from '../task-sequence/lint/rule.js';

/** A rule of the lint, for people to read. */
export interface RuleDescription {
  /** what a finding names, and a sequence acknowledges */
  readonly id: string;
  /** a refusal stops a build; advice can be acknowledged */
  readonly severity: RuleSeverity;
  readonly family: RuleFamily;
  readonly reason: string;
  readonly hint: string;
  readonly source: RuleSource;
}

/** Every rule that task sequences are checked against, refusals first. */
export async function lintRules(): Promise<readonly RuleDescription[]> {
  // the rules bring the schemas with them, which most commands do not need
  const { LINT_RULES } = await import('../task-sequence/lint/rules.js');
  const described = LINT_RULES.map(({ id, severity, family, reason, hint, source }) => {
    return { id, severity, family, reason, hint, source };
  });
  const of = (wanted: RuleSeverity) => described.filter(({ severity }) => severity === wanted);
  return [...of('refusal'), ...of('advice')];
}
