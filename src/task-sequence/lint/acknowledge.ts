/** Advice that a person has read and accepts: `acknowledge: [rule-id]` of the sequence, a group or a step. */
import type { Finding } from '../../errors.js';
import { isMapping, valueAt, type YamlPath } from '../../yaml/field-name.js';
import { nearestName } from '../../yaml/nearest-name.js';
import { quoteValue } from '../../yaml/product-keys.js';
import { MOST_ACKNOWLEDGED } from '../schema/texts.js';
import type { LintRule } from './rule.js';
import { LINT_RULES } from './rules.js';
import type { LintFile, LintSequence, LintStep } from './sequence.js';

/**
 * Whether the finding is acknowledged: by its step, what is around it, the file it is in, or the sequence that runs that.
 * A refusal never is.
 */
export function isAcknowledged(
  { file }: LintSequence,
  { id, severity }: LintRule,
  step: LintStep | undefined,
): boolean {
  if (severity === 'refusal') return false;
  const around = step ? [...step.parents, step] : [];
  const places = [file.value, ...around.map((one) => one.file.value), ...around.map(({ value }) => value)];
  return places.some((place) => listed(place).includes(id));
}

/** A finding for every acknowledgement that names no rule, or one that cannot be acknowledged. */
export function wrongAcknowledgements({ file, steps }: LintSequence): readonly Finding[] {
  const files = new Set([file, ...steps.map((step) => step.file)]);
  const seen = new Set<string>();
  return [
    ...[...files].flatMap((one) => wrongIn(one, [])),
    ...steps.flatMap((step) => {
      // a child that is run twice
      const key = JSON.stringify([step.file.file, step.path]);
      if (seen.has(key)) return [];
      seen.add(key);
      return wrongIn(step.file, step.path);
    }),
  ];
}

function wrongIn(file: LintFile, path: YamlPath): readonly Finding[] {
  return listed(valueAt(file.value, path))
    .slice(0, MOST_ACKNOWLEDGED)
    .flatMap((id, index): Finding[] => {
      if (typeof id !== 'string' || !/^[a-z0-9-]{1,64}$/.test(id)) return [];
      const rule = LINT_RULES.find((known) => known.id === id);
      if (rule?.severity === 'advice') return [];
      const where = file.place([...path, 'acknowledge', index]);
      if (rule) {
        const message = `The rule ${quoteValue(id)} cannot be acknowledged, because it refuses`;
        return [{ code: 'SEQUENCE_INVALID', message, where, hint: rule.hint }];
      }
      const advice = LINT_RULES.filter(({ severity }) => severity === 'advice').map((known) => known.id);
      const nearest = nearestName(id, advice);
      const hint = nearest === undefined ? '"inplace check --rules" lists them' : `Did you mean "${nearest}"?`;
      return [{ code: 'SEQUENCE_INVALID', message: `There is no rule ${quoteValue(id)}`, where, hint }];
    });
}

function listed(value: unknown): readonly unknown[] {
  const list = isMapping(value) ? value['acknowledge'] : undefined;
  return Array.isArray(list) ? list : [];
}
