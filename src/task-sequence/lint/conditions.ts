import { isMapping, type YamlPath } from '../../yaml/field-name.js';
import { CONDITION_TYPES } from '../schema/conditions.js';
import type { LintStep } from './sequence.js';

/** A condition of a step, or one inside another. */
export interface LintCondition {
  /** path in the step */
  readonly path: YamlPath;
  readonly value: Readonly<Record<string, unknown>>;
  /** whether a `none` stands around it */
  readonly negated: boolean;
}

const LISTS = ['all', 'any', 'none'];

/** Every condition of a step, and of the rules of a step that sets variables. */
export function conditionsOf({ value }: LintStep): readonly LintCondition[] {
  const dynamic = value['setDynamicVariables'];
  const rules = isMapping(dynamic) && Array.isArray(dynamic['rules']) ? dynamic['rules'] : [];
  return [
    ...conditionsIn(value['when'], ['when'], false),
    ...rules.flatMap((rule: unknown, index) =>
      isMapping(rule) ? conditionsIn(rule['when'], ['setDynamicVariables', 'rules', index, 'when'], false) : [],
    ),
  ];
}

function conditionsIn(value: unknown, path: YamlPath, negated: boolean): readonly LintCondition[] {
  if (Array.isArray(value)) {
    return value.flatMap((item: unknown, index) => conditionsIn(item, [...path, index], negated));
  }
  if (!isMapping(value) || !CONDITION_TYPES.some((type) => Object.hasOwn(value, type))) return [];
  return [
    { path, value, negated },
    ...LISTS.flatMap((list) => conditionsIn(value[list], [...path, list], list === 'none' ? !negated : negated)),
  ];
}

/** Whether a condition of the step, or of what is around it, asks for a variable. */
export function asksFor(step: LintStep, variable: string): boolean {
  return [...step.parents, step].some((one) =>
    conditionsOf(one).some(({ value: { variable: name } }) => {
      return typeof name === 'string' && name.toLowerCase() === variable.toLowerCase();
    }),
  );
}
