/** Conditions of exports: each kind, each operator, nesting, and what is refused rather than guessed. */
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { operatingSystemNamed } from '../../../src/task-sequence/import/operating-system.js';
import { COMPARISONS } from '../../../src/task-sequence/schema/conditions.js';
import type { StepYaml } from '../../../src/task-sequence/schema.js';
import { importSteps } from '../../support/import.js';

const expression = (type: string, fields: Readonly<Record<string, string>>): string => {
  const variables = Object.entries(fields).map(([name, value]) => `<variable name="${name}">${value}</variable>`);
  return `<expression type="SMS_TaskSequence_${type}ConditionExpression">${variables.join('')}</expression>`;
};
const variable = (operator: string, value = 'v') =>
  expression('Variable', { Variable: 'V', Operator: operator, Value: value });

async function when(condition: string): Promise<StepYaml> {
  const xml = `<step><condition>${condition}</condition><action>a.exe</action></step>`;
  return (parse((await importSteps(xml)).yaml) as { steps: StepYaml[] }).steps[0]!;
}

describe('a condition becomes', () => {
  it.each(COMPARISONS)('the comparison %s', async (operator) => {
    expect((await when(variable(operator))).when).toEqual({ variable: 'V', [operator]: 'v' });
  });

  it.each([
    ['exists', variable('exists'), { variable: 'V', exists: true }],
    ['notExists', variable('notExists'), { variable: 'V', exists: false }],
    ['one query in one line', expression('WMI', { Query: 'SELECT *\nFROM X' }), { wmi: 'SELECT * FROM X' }],
    [
      'a query in its namespace',
      expression('WMI', { Namespace: 'root/ccm', Query: 'q' }),
      { wmi: 'q', namespace: 'root\\ccm' },
    ],
    ['a file that is there', expression('File', { Path: 'C:\\a' }), { file: 'C:\\a' }],
    [
      'a folder by its time',
      expression('Folder', { Path: 'C:\\a', DateTimeOperator: 'less', DateTime: '20240131000000.000000+000' }),
      { folder: 'C:\\a', modified: { less: '2024-01-31T00:00:00Z' } },
    ],
    [
      'a key of the registry',
      expression('Registry', { Operator: 'exists', KeyPath: 'HKLM\\A' }),
      { registry: { key: 'HKEY_LOCAL_MACHINE\\A', exists: true } },
    ],
    [
      'a value of the registry',
      expression('Registry', {
        Operator: 'equals',
        KeyPath: 'HKEY_CURRENT_USER\\A',
        Value: 'n',
        Type: 'REG_SZ',
        Data: 'd',
      }),
      { registry: { key: 'HKEY_CURRENT_USER\\A', value: 'n', equals: 'd' } },
    ],
    ['none', `<operator type="not">${variable('exists')}</operator>`, { none: [{ variable: 'V', exists: true }] }],
    [
      'a list of which all must hold',
      variable('exists') + variable('equals'),
      [
        { variable: 'V', exists: true },
        { variable: 'V', equals: 'v' },
      ],
    ],
    [
      'any of several',
      `<operator type="OR">${variable('exists')}${variable('equals')}</operator>`,
      {
        any: [
          { variable: 'V', exists: true },
          { variable: 'V', equals: 'v' },
        ],
      },
    ],
    [
      'a group of one as that one',
      `<operator type="or">${variable('exists')}</operator>`,
      { variable: 'V', exists: true },
    ],
    [
      'the inside of a platform',
      `<osConditionGroup type="or"><osExpressionGroup Name="Whatever">${variable('exists')}</osExpressionGroup></osConditionGroup>`,
      { variable: 'V', exists: true },
    ],
  ])('%s', async (_, xml, wanted) => {
    const step = await when(xml);
    expect(step.review).toBeUndefined();
    expect(step.when).toEqual(wanted);
  });

  it('nothing where it is empty', async () => {
    expect(await when('')).toEqual({ runCommand: 'a.exe' });
  });
});

describe('a condition is left for review with its step:', () => {
  it.each([
    ['an operator that is unknown', variable('almost')],
    ['no operator', variable('')],
    ['no variable', expression('Variable', { Operator: 'exists' })],
    [
      'a field given twice',
      '<expression type="SMS_TaskSequence_WMIConditionExpression"><variable name="Query">a</variable><variable name="Query">b</variable></expression>',
    ],
    ['a join that is unknown', `<operator type="xor">${variable('exists')}</operator>`],
    ['an empty join', '<operator type="or"/>'],
    [
      'a time that is not in UTC',
      expression('Folder', { Path: 'C:\\a', DateTimeOperator: 'less', DateTime: '20240131000000.000000+060' }),
    ],
    [
      'binary values',
      expression('Registry', { Operator: 'equals', KeyPath: 'HKLM\\A', Value: 'n', Type: 'REG_BINARY', Data: '01' }),
    ],
    ['software by its name', expression('Software', { Operator: 'ByName', ProductName: 'x' })],
    ['a code that is none', expression('Software', { Operator: 'ThisVersion', ProductCode: 'x' })],
    ['a type from the prototype', expression('constructor', {})],
    [
      'more levels than YAML takes',
      `${'<operator type="and"><operator type="not">'.repeat(30)}${variable('exists')}${'</operator></operator>'.repeat(30)}`,
    ],
    ['an element that is unknown', '<moon/>'],
  ])('%s', async (_, xml) => {
    const step = await when(xml);
    expect(step.when).toBeUndefined();
    expect(step.review?.source).toContain(xml);
  });
});

describe('the name of an operating system', () => {
  it.each([
    ['All Windows 10 (64-bit)', { type: 'client', architecture: 'x64', minimum: '10.0.10240', maximum: '10.0.19045' }],
    ['All Windows 11 (ARM64)', { type: 'client', architecture: 'arm64', minimum: '10.0.22000', maximum: '10.0' }],
    ['All Windows 8.1 (32-bit)', { type: 'client', architecture: 'x86', minimum: '6.3', maximum: '6.3' }],
    ['Windows Server 2012 R2', { type: 'server', minimum: '6.3', maximum: '6.3' }],
    ['All Windows Server 2019 and higher (64-bit)', { type: 'server', architecture: 'x64', minimum: '10.0.17763' }],
    ['Windows 10 LTSB', undefined],
    ['All Windows RT', undefined],
    ['', undefined],
  ])('%s', (name, wanted) => {
    expect(operatingSystemNamed(name)).toEqual(wanted);
  });
});

describe('the condition of a group', () => {
  it('that cannot be translated stands for review inside it, and its steps are kept', async () => {
    const { yaml } = await importSteps(
      '<group name="G"><condition><moon/></condition><step><action>a.exe</action></step></group>',
    );
    expect(parse(yaml)).toMatchObject({
      steps: [
        { group: 'G', steps: [{ review: { source: '<condition><moon/></condition>' } }, { runCommand: 'a.exe' }] },
      ],
    });
  });

  it('on a variable that nothing sets is told', async () => {
    const { unsetVariables } = await importSteps(
      `<group name="G"><condition>${variable('exists')}</condition></group>`,
    );
    expect(unsetVariables).toEqual(['V']);
  });

  it('on a variable that a step sets is not', async () => {
    const set =
      '<step type="SMS_TaskSequence_SetVariableAction"><action>tsenv.exe "V=1" /hiddenflag:False</action></step>';
    const { unsetVariables } = await importSteps(
      `<group name="G"><condition>${variable('exists')}</condition></group>${set}`,
    );
    expect(unsetVariables).toEqual([]);
  });
});
