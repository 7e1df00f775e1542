/** Conditions (facts/configmgr.md, B.5): one key says what is asked. */
import { z } from 'zod';
import { line, path, type ValueYaml, value, variableName } from './texts.js';

/** How two values are compared. */
export const COMPARISONS = [
  'equals',
  'notEquals',
  'greater',
  'greaterEqual',
  'less',
  'lessEqual',
  'like',
  'notLike',
] as const;

const comparisons = {
  equals: value.optional().describe('It is this, without regard to case.'),
  notEquals: value.optional().describe('It is not this.'),
  greater: value.optional().describe('It is more than this; numbers are compared as numbers.'),
  greaterEqual: value.optional().describe('It is this or more.'),
  less: value.optional().describe('It is less than this.'),
  lessEqual: value.optional().describe('It is this or less.'),
  like: value.optional().describe('It fits this pattern: * stands for anything, ? for one character.'),
  notLike: value.optional().describe('It does not fit this pattern.'),
};

const version = z
  .string()
  .regex(/^\d{1,9}(?:\.\d{1,9}){0,3}$/, 'expected a version such as 10.0.19045')
  .meta({ expected: 'a version in quotes, such as "10.0.19045"' });

const each = Object.fromEntries(COMPARISONS.map((operator) => [operator, {}]));

/** One comparison: `{ greaterEqual: "10.2" }`. */
export const test = z.strictObject(comparisons).meta({ choice: { noun: 'comparison', of: each, common: [] } });

/** Which Windows runs. */
export const operatingSystem = z
  .strictObject({
    type: z.enum(['client', 'server']).optional().describe('client: a workstation. server: also a domain controller.'),
    architecture: z.enum(['x86', 'x64', 'arm64']).optional().describe('Of Windows, not of the processor.'),
    minimum: version.optional().describe('Oldest version: "10.0.19045". Parts left out are not compared.'),
    maximum: version.optional().describe('Newest version: "10.0.22631". Parts left out are not compared.'),
    language: z
      .string()
      .regex(/^[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8}){0,3}$/, 'expected a language such as en-US')
      .optional()
      .describe('The base language of Windows: en-US.'),
  })
  .meta({
    choice: {
      noun: 'test of the operating system',
      of: { type: {}, architecture: {}, minimum: {}, maximum: {}, language: {} },
      common: [],
      least: 'any',
    },
  });

const modified = test.optional().describe('When it was changed last: { less: "2024-01-31T00:00:00Z" }.');

const registry = z
  .strictObject({
    key: line(1000).describe('HKEY_LOCAL_MACHINE\\SOFTWARE\\Contoso'),
    value: z
      .string()
      .max(1000)
      .optional()
      .describe('The value in the key; "" is its default value. Left out: the key itself.'),
    exists: z.boolean().optional().describe('Whether it is there. Left out, without a comparison: true.'),
    ...comparisons,
  })
  .meta({
    choice: { noun: 'registry test', of: { exists: {}, ...each }, common: ['key', 'value'], least: 'none' },
  });

const guid = z
  .string()
  .regex(
    /^\{[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}\}$/,
    'expected a code such as {90160000-008C-0000-1000-0000000FF1CE}',
  );

const software = z
  .strictObject({
    productCode: guid.optional().describe('Product code of the Windows Installer: this version of the product.'),
    upgradeCode: guid.optional().describe('Upgrade code of the Windows Installer: every version of the product.'),
    version: test.optional().describe('Version of the product: { less: "4.2" }.'),
  })
  .meta({
    choice: { noun: 'test of software', of: { productCode: {}, upgradeCode: {} }, common: ['version'] },
  });

const conditionFields = z.strictObject({
  variable: variableName.optional().describe('A task sequence variable. One that is not set is the empty text.'),
  ...comparisons,
  exists: z.boolean().optional().describe('Whether it is there; of a variable: whether it has a value.'),
  operatingSystem: operatingSystem.optional().describe('Which Windows runs.'),
  file: path.optional().describe('A file.'),
  folder: path.optional().describe('A folder.'),
  version: test.optional().describe('Version of the file: { greaterEqual: "10.2" }.'),
  modified,
  registry: registry.optional().describe('A key or value of the registry.'),
  wmi: line(4000).optional().describe('A WQL query; it holds when rows come back.'),
  namespace: line(256).optional().describe('Namespace of the query. Left out: root\\cimv2.'),
  software: software.optional().describe('A product that the Windows Installer has installed.'),
});

/** A condition as it is written in YAML: exactly one key of `CONDITION_TYPES`. */
export type ConditionYaml = z.infer<typeof conditionFields> & {
  readonly all?: readonly ConditionYaml[] | undefined;
  readonly any?: readonly ConditionYaml[] | undefined;
  readonly none?: readonly ConditionYaml[] | undefined;
};

/** A comparison as it is written in YAML: exactly one key of `COMPARISONS`. */
export type TestYaml = Readonly<Partial<Record<(typeof COMPARISONS)[number], ValueYaml | undefined>>>;

const list = z.lazy(() => z.array(conditionSchema).min(1, 'expected at least one condition'));

/** A condition. */
export const conditionSchema: z.ZodType<ConditionYaml> = conditionFields.extend({
  all: list.optional().describe('All of these hold.'),
  any: list.optional().describe('At least one of these holds.'),
  none: list.optional().describe('None of these holds.'),
});

const variants = {
  all: {},
  any: {},
  none: {},
  variable: { oneOf: ['exists', ...COMPARISONS] },
  operatingSystem: {},
  file: { with: ['exists', 'version', 'modified'] },
  folder: { with: ['exists', 'modified'] },
  registry: {},
  wmi: { with: ['namespace'] },
  software: {},
};

/** The keys that name what a condition asks. */
export const CONDITION_TYPES: readonly string[] = Object.keys(variants);

z.globalRegistry.add(conditionSchema, {
  description: 'A condition. One key says what is asked.',
  choice: { noun: 'condition', of: variants, common: [] },
});

/** `when`: one condition, or a list of which all must hold. */
export const when = z
  .union([conditionSchema, z.array(conditionSchema)])
  .describe('The step runs only where this holds: one condition, or a list of which all must hold.');
