/** Set Dynamic Variables: rules that stand as XML of their own in a variable (facts/configmgr.md, B.6, D.2, D.3). */
import { InplaceError } from '../../../errors.js';
import type { ConditionYaml, StepYaml } from '../../schema.js';
import { expressionFields, readConditionNodes } from '../conditions.js';
import type { ImportContext, Translate } from '../context.js';
import { Untranslatable } from '../untranslatable.js';
import { attribute, childrenNamed, descendants, isTrue, parseXml, type XmlElement } from '../xml.js';
import { hiddenValue, variableOf } from './set-variable.js';

type RuleYaml = NonNullable<StepYaml['setDynamicVariables']>['rules'][number];

export const setDynamicVariables: Translate = ({ variables, context }) => {
  const text = variables.get('OSDSetDynamicVariablesRules', 'Rules');
  if (text === '') throw new Untranslatable('it has no rules');
  const rules = childrenOf(readRules(text)).map((rule) => readRule(rule, context));
  if (rules.length === 0) throw new Untranslatable('it has no rules');
  return { setDynamicVariables: { rules } };
};

function readRules(text: string): XmlElement {
  try {
    return parseXml(text, 'rules');
  } catch (error) {
    if (!(error instanceof InplaceError)) throw error;
    throw new Untranslatable(`its rules cannot be read: ${error.findings[0]!.message}`);
  }
}

function childrenOf(root: XmlElement): XmlElement[] {
  if (root.name === 'rule') return [root];
  const other = root.children.find(({ name }) => name !== 'rule');
  if (root.name !== 'rules' || other) throw new Untranslatable(`its rules hold an element "${(other ?? root).name}"`);
  return root.children;
}

function readRule(rule: XmlElement, context: ImportContext): RuleYaml {
  const other = rule.children.find(({ name }) => name !== 'condition' && name !== 'variables');
  if (other) throw new Untranslatable(`a rule holds an element "${other.name}"`);
  const set: Record<string, RuleYaml['set'][string]> = Object.create(null);
  for (const variable of childrenNamed(rule, 'variables').flatMap((list) => childrenNamed(list, 'variable'))) {
    const name = attribute(variable, 'name') ?? '';
    const hidden = isTrue(attribute(variable, 'issecret'));
    const value = (attribute(variable, 'value') ?? variable.text).trim();
    const { value: plain } = variableOf(context, name, value, false);
    set[name] = hidden ? { value: hiddenValue(context, name, value), secret: true } : String(plain);
  }
  if (Object.keys(set).length === 0) throw new Untranslatable('a rule sets no variable');
  const name = attribute(rule, 'name') ?? '';
  return { ...(name === '' ? {} : { name }), ...testsOf(rule), set: { ...set } };
}

/** What only rules can ask; everything else is a condition as steps have them. */
function testsOf(rule: XmlElement): Partial<RuleYaml> {
  const nodes = childrenNamed(rule, 'condition').flatMap(({ children }) => children);
  const own = nodes.filter((node) => testOf(node) !== undefined);
  const others = nodes.filter((node) => !own.includes(node));
  const inner = others.flatMap(descendants).find((node) => node.name === 'expression' && testOf(node) !== undefined);
  if (inner) throw new Untranslatable('a rule joins tests of the computer in a way that is not known');
  const tests: Record<string, unknown> = {};
  for (const node of own) {
    for (const [field, value] of Object.entries(testOf(node)!)) {
      if (field in tests) throw new Untranslatable(`a rule tests the ${field} twice`);
      tests[field] = value;
    }
  }
  const when: ConditionYaml[] = readConditionNodes(others);
  return { ...tests, ...(when.length === 0 ? {} : { when }) };
}

/** The test of an expression, where it is one of those of rules. The names of the last two are not seen in an export (U). */
function testOf(node: XmlElement): Partial<RuleYaml> | undefined {
  const type = /^(?:SMS_TaskSequence_)?(Computer|MakeModel|Model|Location|Gateway)/i.exec(
    attribute(node, 'type') ?? '',
  );
  if (node.name !== 'expression' || type === null) return undefined;
  const fields = expressionFields(node);
  const get = (...names: string[]): string => names.map((name) => fields.get(name)?.trim() ?? '').find(Boolean) ?? '';
  if (/^computer/i.test(type[1]!)) {
    const computer = nonEmpty({
      assetTag: get('assettag'),
      macAddress: get('macaddress'),
      serialNumber: get('serialnumber'),
      uuid: get('uuid'),
    });
    if (Object.keys(computer).length === 0)
      throw new Untranslatable('a rule tests the computer and does not say for what');
    return { computer };
  }
  const tests = nonEmpty({ make: get('make'), model: get('model'), defaultGateway: get('defaultgateway', 'gateway') });
  if (Object.keys(tests).length === 0) throw new Untranslatable('a rule has a test that is empty');
  return tests;
}

function nonEmpty<T extends Record<string, string>>(fields: T): Partial<T> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== '')) as Partial<T>;
}
