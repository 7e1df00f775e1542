/** Conditions of exported sequences (facts/configmgr.md, B.5, D.2, L). What cannot be translated is never left out. */
import { quote } from '../../bytes/quote.js';
import { COMPARISONS, conditionSchema } from '../schema/conditions.js';
import type { ConditionYaml, TestYaml } from '../schema.js';
import { oneLine } from './context.js';
import { operatingSystemNamed } from './operating-system.js';
import { refuseInvalid } from './refuse-invalid.js';
import { Untranslatable } from './untranslatable.js';
import { attribute, childrenNamed, type XmlElement } from './xml.js';

/**
 * All conditions of a step, group or rule; all of them must hold.
 * @throws Untranslatable
 */
export function readConditions(parent: XmlElement): ConditionYaml[] {
  return readConditionNodes(childrenNamed(parent, 'condition').flatMap(({ children }) => children));
}

/**
 * The conditions of these elements, which stand in a `condition`.
 * @throws Untranslatable
 */
export function readConditionNodes(nodes: readonly XmlElement[]): ConditionYaml[] {
  const conditions = nodes.map(readNode);
  if (conditions.some((condition) => depthOf(condition) > MAX_DEPTH)) {
    throw new Untranslatable(`the condition is nested more than ${MAX_DEPTH} deep`);
  }
  for (const condition of conditions) refuseInvalid(conditionSchema, condition);
  return conditions;
}

/** YAML takes 64 levels; every level here is two of them, and groups have theirs. */
const MAX_DEPTH = 8;

function depthOf(condition: ConditionYaml): number {
  return 1 + innerConditions(condition).reduce((deepest, inner) => Math.max(deepest, depthOf(inner)), 0);
}

/** Names of the variables that a condition reads. */
export function variablesRead(condition: ConditionYaml): string[] {
  return [
    ...(condition.variable === undefined ? [] : [condition.variable]),
    ...innerConditions(condition).flatMap(variablesRead),
  ];
}

function innerConditions({ all = [], any = [], none = [] }: ConditionYaml): readonly ConditionYaml[] {
  return [...all, ...any, ...none];
}

function readNode(element: XmlElement): ConditionYaml {
  switch (element.name) {
    case 'expression':
      return readExpression(element);
    case 'operator':
    case 'condition':
      return join(attribute(element, 'type') ?? 'and', element.children.map(readNode));
    case 'osconditiongroup':
      return join(attribute(element, 'type') ?? 'or', element.children.map(readOperatingSystem));
    default:
      throw new Untranslatable(`the condition holds an element ${quote(element.name)}, which is not known`);
  }
}

function join(type: string, of: readonly ConditionYaml[]): ConditionYaml {
  if (of.length === 0) throw new Untranslatable('the condition has a group with nothing in it');
  switch (type.trim().toLowerCase()) {
    case 'and':
    case 'all':
      return of.length === 1 ? of[0]! : { all: of };
    case 'or':
    case 'any':
      return of.length === 1 ? of[0]! : { any: of };
    case 'not':
    case 'none':
      return { none: of };
    default:
      throw new Untranslatable(`the condition joins by ${quote(type)}, which is not known`);
  }
}

/** A platform that the editor offers: by what it asks, else by its name. */
function readOperatingSystem(element: XmlElement): ConditionYaml {
  if (element.name !== 'osexpressiongroup') return readNode(element);
  const inner = element.children.filter(({ name }) => ['expression', 'operator'].includes(name));
  if (inner.length > 0) return join('and', inner.map(readNode));
  const name = attribute(element, 'name') ?? '';
  const operatingSystem = operatingSystemNamed(name);
  if (!operatingSystem) throw new Untranslatable(`the operating system ${quote(name)} of the condition is not known`);
  return { operatingSystem };
}

function readExpression(element: XmlElement): ConditionYaml {
  const type = (attribute(element, 'type') ?? '')
    .trim()
    .toLowerCase()
    .replace(/^sms_tasksequence_/, '')
    .replace(/conditionexpression$/, '');
  const read = Object.hasOwn(EXPRESSIONS, type) ? EXPRESSIONS[type] : undefined;
  if (!read) throw new Untranslatable(`the condition is of the type ${quote(attribute(element, 'type') ?? '')}`);
  const known = expressionFields(element);
  return read((name) => known.get(name)?.trim() ?? '');
}

/** The variables of an expression, by name in lower case. */
export function expressionFields(element: XmlElement): Map<string, string> {
  const variables = childrenNamed(element, 'variable');
  const fields = new Map<string, string>();
  for (const variable of variables) {
    const name = (attribute(variable, 'name') ?? '').toLowerCase();
    const before = fields.get(name);
    if (before !== undefined && before !== variable.text) {
      throw new Untranslatable(`the condition gives ${quote(name)} twice`);
    }
    fields.set(name, variable.text);
  }
  return fields;
}

type Get = (name: string) => string;

const EXPRESSIONS: Readonly<Record<string, (get: Get) => ConditionYaml>> = {
  variable: (get) => {
    const variable = need(get('variable'), 'a variable');
    const operator = get('operator').toLowerCase();
    if (operator === 'exists') return { variable, exists: true };
    if (NOT_EXISTS.includes(operator)) return { variable, exists: false };
    return { variable, ...comparison(operator, get('value')) };
  },
  wmi: (get) => {
    const namespace = get('namespace').replaceAll('/', '\\');
    const plain = namespace === '' || /^root\\cimv2$/i.test(namespace);
    return { wmi: oneLine(need(get('query'), 'a query')), ...(plain ? {} : { namespace }) };
  },
  file: (get) => ({
    file: need(get('path'), 'a path'),
    ...optional('version', get('versionoperator'), get('version')),
    ...optional('modified', get('datetimeoperator'), timeOf(get('datetime'))),
  }),
  folder: (get) => ({
    folder: need(get('path'), 'a path'),
    ...optional('modified', get('datetimeoperator'), timeOf(get('datetime'))),
  }),
  registry: readRegistry,
  software: (get) => {
    const [productCode, upgradeCode] = [get('productcode'), get('upgradecode')];
    const operator = get('operator').toLowerCase();
    if (operator === 'anyversion') return { software: { upgradeCode: need(upgradeCode, 'an upgrade code') } };
    if (operator === 'thisversion') return { software: { productCode: need(productCode, 'a product code') } };
    throw new Untranslatable(`the condition asks for software by ${quote(get('operator'))}`);
  },
};

/** One page of the documentation prints the operator as "nonExists" (facts/configmgr.md, D.2). */
const NOT_EXISTS = ['notexists', 'nonexists', 'doesnotexist'];

const HIVES: Readonly<Record<string, string>> = {
  HKLM: 'HKEY_LOCAL_MACHINE',
  HKCU: 'HKEY_CURRENT_USER',
  HKCR: 'HKEY_CLASSES_ROOT',
  HKU: 'HKEY_USERS',
};

const TYPES = ['', 'REG_SZ', 'REG_DWORD', 'REG_QWORD', 'REG_EXPAND_SZ'];

function readRegistry(get: Get): ConditionYaml {
  const path = need(get('keypath'), 'a key').replace(/^(?:registry::)?([A-Z]+):?\\/i, (whole, hive: string) => {
    const long = HIVES[hive.toUpperCase()];
    return long ? `${long}\\` : whole;
  });
  const value = get('value');
  const operator = get('operator').toLowerCase();
  const exists = operator === 'exists' || operator === '';
  if (exists || NOT_EXISTS.includes(operator)) {
    return { registry: { key: path, ...(value === '' ? {} : { value }), exists } };
  }
  if (!TYPES.includes(get('type').toUpperCase())) {
    throw new Untranslatable(`the condition compares a registry value of the type ${quote(get('type'))}`);
  }
  return { registry: { key: path, value, ...comparison(operator, get('data')) } };
}

function comparison(operator: string, value: string): TestYaml {
  const known = COMPARISONS.find((name) => name.toLowerCase() === operator.replace(/than|s$/g, '').trim());
  const exact = COMPARISONS.find((name) => name.toLowerCase() === operator) ?? known;
  if (!exact) throw new Untranslatable(`the condition compares by ${quote(operator)}, which is not known`);
  return { [exact]: value };
}

function optional(field: 'version' | 'modified', operator: string, value: string): Partial<ConditionYaml> {
  if (value === '') return {};
  return { [field]: comparison(operator === '' ? 'equals' : operator.toLowerCase(), value) };
}

/** `20240131000000.000000+000`, in UTC. */
function timeOf(text: string): string {
  if (text === '') return '';
  const match = /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(?:\.\d+)?(?:[+-]0+)?$/.exec(text);
  if (!match) throw new Untranslatable(`the condition has a time, ${quote(text)}, that is not in UTC or not known`);
  const [, year, month, day, hour, minute, second] = match;
  return `${year}-${month}-${day}T${hour}:${minute}:${second}Z`;
}

function need(text: string, what: string): string {
  if (text === '') throw new Untranslatable(`the condition does not name ${what}`);
  return text;
}
