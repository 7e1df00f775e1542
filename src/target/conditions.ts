/**
 * Conditions of steps and groups (facts/configmgr.md, B.5; design/task-sequence.md, Conditions). They are evaluated when
 * the step is about to run. A missing variable compares as the empty string.
 */
import { compareValues, holdsFor } from './compare-values.js';
import type { Comparison, Condition, Test } from './contract.js';
import { reasonOf } from './gone.js';
import { installedProducts } from './installed-software.js';
import type { FileStat, Machine } from './machine.js';
import { runningWindows, whyNotOperatingSystem } from './running-windows.js';
import type { Variables } from './step.js';
import { parseIsoTime } from './text.js';

export { compareValues } from './compare-values.js';

/** What became of conditions. */
export interface Evaluation {
  readonly holds: boolean;
  /** for people, secrets masked: what did not hold, with what was found instead; empty when all holds */
  readonly reason: string;
}

/** Whether all conditions hold, asked one after the other up to the first that does not. */
export function evaluate(conditions: readonly Condition[], machine: Machine, variables: Variables): Evaluation {
  for (const condition of conditions) {
    const reason = whyNot(condition, { machine, variables });
    if (reason !== '') return { holds: false, reason: variables.mask(reason) };
  }
  return { holds: true, reason: '' };
}

interface World {
  readonly machine: Machine;
  readonly variables: Variables;
}

type Of<T extends Condition['type']> = Extract<Condition, { type: T }>;

/** Why a condition does not hold; empty when it does. */
function whyNot(condition: Condition, world: World): string {
  switch (condition.type) {
    case 'all':
      return whyNotAll(condition.of, world);
    case 'any':
      return whyNotAny(condition.of, world);
    case 'none':
      for (const one of condition.of) if (whyNot(one, world) === '') return `none was expected to hold, and one does`;
      return '';
    case 'variable':
      return whyNotVariable(condition, world);
    case 'operatingSystem':
      return whyNotOperatingSystem(runningWindows(world.machine), condition.operatingSystem);
    case 'file':
    case 'folder':
      return whyNotFile(condition, world);
    case 'registry':
      return whyNotRegistry(condition, world);
    case 'wmi':
      return whyNotWmi(condition, world);
    case 'software':
      return whyNotSoftware(condition, world);
  }
}

function whyNotAll(conditions: readonly Condition[], world: World): string {
  for (const one of conditions) {
    const reason = whyNot(one, world);
    if (reason !== '') return reason;
  }
  return '';
}

function whyNotAny(conditions: readonly Condition[], world: World): string {
  const reasons: string[] = [];
  for (const one of conditions) {
    const reason = whyNot(one, world);
    if (reason === '') return '';
    reasons.push(reason);
  }
  return reasons.length === 0 ? 'one of no conditions was expected to hold' : reasons.join('; ');
}

function whyNotVariable({ variable, exists, test }: Of<'variable'>, { variables }: World): string {
  const value = variables.get(variable);
  const shown = variables.isSecret(variable) ? '***' : `"${value}"`;
  if (test) return compared(`${variable} is ${shown}`, value, test, variables);
  return existing(variable, value !== '', exists ?? true, 'has a value', 'has no value');
}

function whyNotFile(condition: Of<'file'> | Of<'folder'>, { machine, variables }: World): string {
  const path = variables.expand(condition.path);
  const stat = machine.files.stat(path);
  const there = stat !== undefined && stat.folder === (condition.type === 'folder');
  const reason = existing(path, there, condition.exists, 'exists', 'does not exist');
  if (reason !== '' || !stat || !there) return reason;
  if (condition.type === 'file' && condition.version) {
    const version = machine.files.version(path);
    const why = compared(`the version of ${path} is "${version}"`, version, condition.version, variables);
    if (why !== '') return why;
  }
  return condition.modified ? whyNotModified(path, stat, condition.modified, variables) : '';
}

/** Times are compared as times, to the second as Windows gives them; the test may be a date alone. */
function whyNotModified(path: string, { modified }: FileStat, test: Test, variables: Variables): string {
  const what = `${path} was modified at ${modified}`;
  const wanted = variables.expand(test.value);
  const left = parseIsoTime(modified);
  const right = parseIsoTime(wanted);
  if (left === undefined || right === undefined || test.operator === 'like' || test.operator === 'notLike') {
    return compared(what, modified, test, variables);
  }
  return holdsFor(test.operator, left - right) ? '' : `${what}, expected ${words(test.operator)} ${wanted}`;
}

/** A value that is missing passes no test but `notEquals` and `notLike` (U: ConfigMgr does not say). */
function whyNotRegistry({ key, value, exists, test }: Of<'registry'>, { machine, variables }: World): string {
  const path = longKey(variables.expand(key));
  if (value === undefined) {
    return existing(path, machine.registry.exists(path), exists ?? true, 'exists', 'does not exist');
  }
  const name = variables.expand(value);
  const shown = `${path}\\${name === '' ? '(default)' : name}`;
  const data = machine.registry.read(path, name);
  if (!test) return existing(shown, data !== undefined, exists ?? true, 'exists', 'does not exist');
  if (data === undefined) {
    return test.operator === 'notEquals' || test.operator === 'notLike' ? '' : `${shown} does not exist`;
  }
  return compared(`${shown} is "${data}"`, String(data), test, variables);
}

const SHORT_KEYS: readonly (readonly [string, string])[] = [
  ['HKLM', 'HKEY_LOCAL_MACHINE'],
  ['HKCU', 'HKEY_CURRENT_USER'],
  ['HKCR', 'HKEY_CLASSES_ROOT'],
  ['HKU', 'HKEY_USERS'],
];

/** `HKLM\SOFTWARE` in full; a backslash at the end is taken off. */
function longKey(key: string): string {
  const end = key.indexOf('\\') < 0 ? key.length : key.indexOf('\\');
  const root = key.substring(0, end).toUpperCase();
  const rest = key.substring(end).replace(/\\+$/, '');
  for (const [abbreviated, full] of SHORT_KEYS) if (root === abbreviated) return full + rest;
  return root + rest;
}

/** True when rows come back; a query that cannot be asked brings none. */
function whyNotWmi({ namespace, query }: Of<'wmi'>, { machine, variables }: World): string {
  const asked = variables.expand(query);
  try {
    return machine.wmi.query(variables.expand(namespace), asked).length > 0 ? '' : `no row for "${asked}"`;
  } catch (error) {
    return `"${asked}" cannot be asked: ${reasonOf(error)}`;
  }
}

function whyNotSoftware({ productCode, upgradeCode, version }: Of<'software'>, { machine, variables }: World): string {
  const wanted = {
    productCode: productCode === undefined ? undefined : variables.expand(productCode),
    upgradeCode: upgradeCode === undefined ? undefined : variables.expand(upgradeCode),
  };
  let reason = `${wanted.productCode ?? wanted.upgradeCode ?? 'the software'} is not installed`;
  for (const product of installedProducts(machine, wanted)) {
    if (!version) return '';
    const what = `the version of ${product.productCode} is "${product.version}"`;
    reason = compared(what, product.version, version, variables);
    if (reason === '') return '';
  }
  return reason;
}

function existing(what: string, there: boolean, wanted: boolean, yes: string, no: string): string {
  return there === wanted ? '' : `${what} ${there ? yes : no}`;
}

/** @param what a sentence with what was found */
function compared(what: string, value: string, test: Test, variables: Variables): string {
  const wanted = variables.expand(test.value);
  if (compareValues(value, { operator: test.operator, value: wanted })) return '';
  return `${what}, expected ${words(test.operator)} "${wanted}"`;
}

const WORDS: Readonly<Record<Comparison, string>> = {
  equals: 'exactly',
  notEquals: 'anything but',
  greater: 'more than',
  greaterEqual: 'at least',
  less: 'less than',
  lessEqual: 'at most',
  like: 'something like',
  notLike: 'nothing like',
};

function words(operator: Comparison): string {
  return WORDS[operator];
}
