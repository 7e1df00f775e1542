/** The lint of task sequences: runs the rules, and takes out what was acknowledged. */
import type { Finding } from '../../errors.js';
import type { YamlPath } from '../../yaml/field-name.js';
import { isAcknowledged, wrongAcknowledgements } from './acknowledge.js';
import type { Hit, LintRule } from './rule.js';
import { LINT_RULES } from './rules.js';
import { type LintFile, type LintSequence, type LintSurroundings, lintSequence, MOST_STEPS } from './sequence.js';

/** What the lint has to say. */
export interface LintResult {
  readonly findings: readonly Finding[];
  /** advice that the sequence acknowledges */
  readonly acknowledged: readonly Finding[];
}

/**
 * Checks a sequence and those that it runs against the rules. Without `windows` the rules that need to know it are left
 * out; with it only they are run, because everything else was said when the sequence was loaded.
 */
export function lint(file: LintFile, surroundings: LintSurroundings): LintResult {
  const sequence = lintSequence(file, surroundings);
  // so many are refused when the sequence is loaded
  if (sequence.steps.length >= MOST_STEPS) return { findings: [], acknowledged: [] };
  const second = surroundings.windows !== undefined;
  const found = LINT_RULES.filter(({ needsWindows = false }) => needsWindows === second).flatMap((rule) =>
    (rule.find?.(sequence) ?? []).map((hit) => ({ rule, hit, finding: makeFinding(sequence, rule, hit) })),
  );
  const isDone = ({ rule, hit }: (typeof found)[number]): boolean => isAcknowledged(sequence, rule, hit.step);
  return {
    findings: [
      ...(second ? [] : wrongAcknowledgements(sequence)),
      ...once(found.filter((one) => !isDone(one)).map(({ finding }) => finding)),
    ],
    acknowledged: once(found.filter(isDone).map(({ finding }) => finding)),
  };
}

function makeFinding(sequence: LintSequence, rule: LintRule, hit: Hit): Finding {
  const { file } = hit.step ?? sequence;
  const path: YamlPath = hit.step ? [...hit.step.path, ...(hit.at ?? [])] : ['steps'];
  return {
    ...ruleFinding(rule),
    message: hit.message,
    where: hit.key || !hit.step ? file.keyPlace(path) : file.place(path),
    hint: `${rule.reason} ${hit.hint ?? rule.hint}`,
  };
}

/** Code, severity and rule of a finding; also for checks elsewhere that find what a rule says. */
export function ruleFinding({ id, severity }: LintRule): Pick<Finding, 'code' | 'severity' | 'rule'> {
  return severity === 'refusal'
    ? { code: 'SEQUENCE_REFUSED', rule: id }
    : { code: 'SEQUENCE_ADVICE', severity: 'warning', rule: id };
}

/** A child that is run twice is reported once. */
function once(findings: readonly Finding[]): readonly Finding[] {
  const seen = new Map<string, Finding>();
  for (const finding of findings) {
    const { file, line, column } = finding.where ?? {};
    const key = JSON.stringify([finding.rule, file, line, column, finding.message]);
    if (!seen.has(key)) seen.set(key, finding);
  }
  return [...seen.values()];
}
