/** Which variables steps read and set. */
import { isMapping, type YamlPath } from '../../yaml/field-name.js';
import { conditionsOf } from './conditions.js';
import { type LintStep, textField } from './sequence.js';

/** A variable, where a step reads or sets it. */
export interface VariableUse {
  readonly name: string;
  readonly at: YamlPath;
}

/** A variable that a step sets. */
export interface SetVariable extends VariableUse {
  /** its value as it is written; undefined when the output of a program is */
  readonly value: unknown;
  readonly secret: boolean;
}

/** Only names of ConfigMgr's form are variables: "100 % of 5 %" is text. */
const REFERENCE = /%([A-Za-z_][A-Za-z0-9_-]{0,255})%/g;

/** Fields that hold no text in which variables expand, or the text of a script, which has signs of its own. */
const NOT_EXPANDED = ['name', 'description', 'acknowledge', 'steps', 'group', 'review', 'runTaskSequence'];

/** The variables that a step sets. */
export function variablesSet(step: LintStep): readonly SetVariable[] {
  const { value } = step;
  const output = textField(step, 'outputVariable');
  const own = value['setVariable'];
  const name = textField(step, 'setVariable', 'name');
  const dynamic = value['setDynamicVariables'];
  const rules = isMapping(dynamic) && Array.isArray(dynamic['rules']) ? dynamic['rules'] : [];
  return [
    ...(output === undefined ? [] : [{ name: output, at: ['outputVariable'], value: undefined, secret: false }]),
    ...(isMapping(own) && name !== undefined
      ? [{ name, at: ['setVariable', 'name'], value: own['value'], secret: own['secret'] === true }]
      : []),
    ...rules.flatMap((rule: unknown, index) => {
      const set = isMapping(rule) && isMapping(rule['set']) ? rule['set'] : {};
      return Object.keys(set).map((key) => {
        const given = set[key];
        const form = isMapping(given) ? given : { value: given };
        const at = ['setDynamicVariables', 'rules', index, 'set', key];
        return { name: key, at, value: form['value'], secret: form['secret'] === true };
      });
    }),
  ];
}

/** The variables that a step reads: in its conditions, and as %Name% in its texts. */
export function variablesRead(step: LintStep): readonly VariableUse[] {
  const conditions = conditionsOf(step).flatMap(({ path, value }) => {
    const name = value['variable'];
    return typeof name === 'string' ? [{ name, at: [...path, 'variable'] }] : [];
  });
  return [...conditions, ...references(step)];
}

function references({ value }: LintStep): readonly VariableUse[] {
  const found: VariableUse[] = [];
  const walk = (part: unknown, at: YamlPath): void => {
    if (typeof part === 'string') {
      for (const [, name] of part.matchAll(REFERENCE)) found.push({ name: name!, at });
    } else if (Array.isArray(part)) for (const [index, item] of part.entries()) walk(item, [...at, index]);
    else if (isMapping(part)) for (const key of Object.keys(part)) walk(part[key], [...at, key]);
  };
  for (const key of Object.keys(value)) {
    const script = key === 'runPowerShell' && typeof value[key] === 'string';
    if (!NOT_EXPANDED.includes(key) && !script) walk(withoutScript(key, value[key]), [key]);
  }
  return found;
}

function withoutScript(key: string, value: unknown): unknown {
  if (key !== 'runPowerShell' || !isMapping(value)) return value;
  const { script: _, ...rest } = value;
  return rest;
}
