import { Ajv2020 } from 'ajv/dist/2020.js';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { mediaDefinitionJsonSchema, mediaSchema } from '../../src/definition/schema.js';
import { machineJsonSchema, machineSchema } from '../../src/simulation/machine-schema.js';
import { sequenceSchema, taskSequenceJsonSchema } from '../../src/task-sequence/schema.js';
import { checkChoices } from '../../src/yaml/choice.js';
import { parseYamlDocument } from '../../src/yaml/yaml-document.js';

const ajv = new Ajv2020({ strict: true, strictRequired: false, allowUnionTypes: true, allErrors: false });
const acceptsMedia = ajv.compile(mediaDefinitionJsonSchema());
const acceptsSequence = ajv.compile(taskSequenceJsonSchema());

/** What the program says of a sequence's structure: the schema, and which keys exclude each other. */
function sequenceIsAccepted(value: unknown): boolean {
  const document = parseYamlDocument(JSON.stringify(value), 'upgrade.yaml', 'SEQUENCE_INVALID');
  const structure = checkChoices(document, sequenceSchema, 'SEQUENCE_INVALID');
  return sequenceSchema.safeParse(value).success && structure.length === 0;
}

/** Every schema in a schema that describes a field. */
function fields(schema: unknown, path: string): [string, Record<string, unknown>][] {
  if (typeof schema !== 'object' || schema === null) return [];
  return Object.entries(schema).flatMap(([key, value]) => {
    const inner = fields(value, `${path}/${key}`);
    if (key !== 'properties') return inner;
    return [
      ...Object.entries(value as object).map(([name, field]): [string, Record<string, unknown>] => [
        `${path}/${name}`,
        field,
      ]),
      ...inner,
    ];
  });
}

describe.each([
  ['media.schema.json', mediaDefinitionJsonSchema(), 'urn:inplace:schema:media-definition'],
  ['task-sequence.schema.json', taskSequenceJsonSchema(), 'urn:inplace:schema:task-sequence'],
  ['machine.schema.json', machineJsonSchema(), 'urn:inplace:schema:machine'],
] as const)('%s', (_, schema, id) => {
  it('is of draft 2020-12 and says what it is', () => {
    expect(schema).toMatchObject({ $schema: 'https://json-schema.org/draft/2020-12/schema', $id: id });
    expect(ajv.validateSchema(schema)).toBe(true);
  });

  it('describes every field', () => {
    const all = fields(schema, '');
    expect(all.length).toBeGreaterThan(15);
    expect(all.filter(([, field]) => typeof field['description'] !== 'string').map(([path]) => path)).toEqual([]);
  });

  it('holds nothing of ours but standard keywords', () => {
    expect(JSON.stringify(schema)).not.toMatch(/"(?:notBuilt|choice|expected)":/);
  });
});

it('media.schema.json says what does not work yet', () => {
  expect(JSON.stringify(mediaDefinitionJsonSchema())).toContain('Does not work yet: ');
});

describe('an editor and the program agree on media.yaml', () => {
  const SMALL = { name: 'a', upgradePackage: { source: 'w.iso' } };
  const PACKAGE = { id: 'A', kind: 'files', source: 's' };

  it.each([
    SMALL,
    { ...SMALL, label: 'X', bootImage: 'default', autorun: false, bootManager: 2023, taskSequence: 'u.yaml' },
    {
      ...SMALL,
      packages: [PACKAGE, { ...PACKAGE, install: 'x' }],
      variables: { A: 1, B: 'x', C: true, D: { secret: true, env: 'E' } },
    },
    { ...SMALL, bootDrivers: ['A', 'B'] },
    { ...SMALL, output: {}, prestart: { command: 'x' }, usb: { layout: 'fat32+exfat' }, signing: null },
    { ...SMALL, output: { format: 'hybrid', bootPrompt: false, size: '14 GiB', maxSize: 'x', spanning: true } },
    { ...SMALL, upgradePackage: { source: 'x', sha256: 'aB'.repeat(32), edition: 'X', image: 3 } },
    { name: 'a', upgradePackages: [{ id: 'A', source: 'x' }] },
    {
      name: 'a',
      upgradePackages: [
        { id: 'A', source: 'x', edition: 'X' },
        { id: 'B', source: 'y', image: 2 },
      ],
    },
    { ...SMALL, validity: { from: '2026-11-01' }, prestart: { command: 'x', files: 'p', timeout: '5 min' } },
    { ...SMALL, validity: { from: '2026-11-01', until: '2027-02-01' } },
  ])('both accept %j', (value) => {
    expect([acceptsMedia(value), mediaSchema.safeParse(value).success]).toEqual([true, true]);
  });

  it.each([
    {},
    [],
    null,
    { name: 'a' },
    { ...SMALL, name: '' },
    { ...SMALL, name: 1 },
    { ...SMALL, nam: 'a' },
    { ...SMALL, upgradePackage: 'x' },
    { ...SMALL, upgradePackage: {} },
    { ...SMALL, upgradePackage: { source: '' } },
    { ...SMALL, upgradePackage: { source: 'x', sha256: 'abc' } },
    { ...SMALL, upgradePackage: { source: 'x', edition: 'two words' } },
    { ...SMALL, upgradePackage: { source: 'x', image: 0 } },
    { ...SMALL, upgradePackages: [{ id: 'A', source: 'x' }] },
    { name: 'a', upgradePackages: [] },
    { name: 'a', upgradePackages: [{ source: 'x' }] },
    { name: 'a', upgradePackages: { id: 'A', source: 'x' } },
    { ...SMALL, validity: {} },
    { ...SMALL, validity: { from: '1.11.2026' } },
    { ...SMALL, validity: { until: '2026-13-01' } },
    { ...SMALL, validity: { till: '2026-11-01' } },
    { ...SMALL, prestart: {} },
    { ...SMALL, prestart: 'ask.cmd' },
    { ...SMALL, prestart: { command: 'a', timeout: 5 } },
    { ...SMALL, packages: null },
    { ...SMALL, packages: [{ ...PACKAGE, kind: 'driver' }] },
    { ...SMALL, packages: [{ id: 'A', kind: 'files' }] },
    { ...SMALL, packages: [{ ...PACKAGE, x: 1 }] },
    { ...SMALL, variables: [] },
    { ...SMALL, variables: { A: null } },
    { ...SMALL, variables: { A: { x: 1 } } },
    { ...SMALL, variables: { A: { secret: 'yes' } } },
    { ...SMALL, autorun: 'true' },
    { ...SMALL, bootManager: 2012 },
    { ...SMALL, output: { format: 'img' } },
    { ...SMALL, output: 'iso' },
    { ...SMALL, bootImage: '' },
    { ...SMALL, bootDrivers: 'A' },
    { ...SMALL, bootDrivers: [''] },
  ])('both refuse %j', (value) => {
    expect([acceptsMedia(value), mediaSchema.safeParse(value).success]).toEqual([false, false]);
  });

  it(`an editor takes \${env:NAME} where a text has a form of its own, and for true and false`, () => {
    const value = {
      name: `\${env:NAME}`,
      upgradePackage: { source: 'x', sha256: `\${env:SUM}` },
      packages: [{ ...PACKAGE, kind: `\${env:KIND}` }],
      output: { format: `\${env:FORMAT}`, bootPrompt: `\${env:PROMPT}` },
      autorun: `\${env:AUTO}`,
      variables: { A: { value: 'x', secret: `\${env:SECRET}` } },
    };
    expect(acceptsMedia(value)).toBe(true);
    const upgrade = { edition: `\${env:E}`, scanOnly: `\${env:S}`, migrateDrivers: `\${env:M}` };
    expect(acceptsSequence({ name: `\${env:NAME}`, steps: [{ upgrade, name: `\${env:NAME}` }] })).toBe(true);
  });

  it('on random documents', () => {
    const scalar = fc.constantFrom<unknown>('', 'a', 'iso', 'drivers', 'default', 0, 2023, true, null, 'ab'.repeat(32));
    const inner = fc.dictionary(
      fc.constantFrom('id', 'kind', 'source', 'sha256', 'format', 'bootPrompt', 'secret', 'value', 'x'),
      scalar,
    );
    const value = fc.oneof(
      scalar,
      inner,
      fc.array(inner, { maxLength: 2 }),
      fc.dictionary(fc.constantFrom('A', 'B'), inner),
    );
    const small = fc.record({
      name: fc.constantFrom<unknown>('a', 'a', 'a', 1),
      upgradePackage: fc.oneof(fc.constant({ source: 'x' }), value),
    });
    const more = fc.dictionary(fc.constantFrom(...Object.keys(mediaSchema.shape).slice(3), 'x'), value, { maxKeys: 2 });
    const document = fc.tuple(small, more).map(([first, second]) => ({ ...first, ...second }));
    let accepted = 0;
    fc.assert(
      fc.property(document, (candidate) => {
        const ours = mediaSchema.safeParse(candidate).success;
        accepted += ours ? 1 : 0;
        expect(acceptsMedia(candidate)).toBe(ours);
      }),
      { numRuns: 3000, seed: 3 },
    );
    expect(accepted).toBeGreaterThan(100);
  });
});

describe('an editor and the program agree on a sequence file', () => {
  it.each([
    { steps: [{ upgrade: {} }] },
    { steps: [{ upgrade: null, name: 'x', description: '' }] },
    {
      name: 'a',
      description: 'b',
      steps: [{ group: 'g', steps: [{ group: 'h', steps: [{ upgrade: { scanOnly: true, migrateDrivers: 'all' } }] }] }],
    },
    { steps: [{ runCommand: 'x', when: { variable: 'A', exists: true }, timeout: '1 min' }, { restart: {} }] },
    { steps: [] },
  ])('both accept the structure of %j', (value) => {
    expect([acceptsSequence(value), sequenceIsAccepted(value)]).toEqual([true, true]);
  });

  it.each([
    {},
    { steps: {} },
    { steps: ['upgrade'] },
    { steps: [{}] },
    { steps: [{ name: 'x' }] },
    { steps: [{ upgrade: {}, restart: {} }] },
    { steps: [{ upgrade: {}, group: 'g', steps: [] }] },
    { steps: [{ upgrade: {}, steps: [] }] },
    { steps: [{ group: 'g' }] },
    { steps: [{ steps: [] }] },
    { steps: [{ group: '', steps: [] }] },
    { steps: [{ upgrade: 'x' }] },
    { steps: [{ upgrade: { scanOnly: 'x' } }] },
    { steps: [{ upgrade: { edition: 'a b' } }] },
    { steps: [{ upgrade: { migrateDrivers: 'some' } }] },
    { steps: [{ upgrade: { unknown: 1 } }] },
    { steps: [{ group: 'g', steps: [{ uprgade: {} }] }] },
    { steps: [{ upgrade: {}, description: 'x'.repeat(256) }] },
    { version: 1, steps: [] },
    { steps: [{ runCommand: 'x', when: {} }] },
    { steps: [{ runCommand: 'x', timeout: 1 }] },
  ])('both refuse %j', (value) => {
    expect([acceptsSequence(value), sequenceIsAccepted(value)]).toEqual([false, false]);
  });
});

describe('an editor and the program agree on a machine file', () => {
  const acceptsMachine = ajv.compile(machineJsonSchema());
  const PC = { windows: { version: '10.0.19045', edition: 'Professional' } };

  it.each([
    [PC, true],
    [{ ...PC, computer: { memory: '8 GB', tpm: '2.0' }, signIn: 'never', restartsIgnored: 2 }, true],
    [{ ...PC, setup: { scan: { exitCode: [1, 0xc1900210] } }, commands: [{ command: 'x', exitCode: -1 }] }, true],
    [{ ...PC, files: ['C:\\a', { path: 'C:\\b', size: '1 MB' }], services: ['a', { name: 'b', start: 'boot' }] }, true],
    [{}, false],
    [{ windows: { version: '10', edition: 'Professional' } }, false],
    [{ ...PC, computer: { memory: 8 } }, false],
    [{ ...PC, media: { kind: 'floppy' } }, false],
    [{ ...PC, setup: { scan: { exitCode: 2 ** 32 } } }, false],
    [{ ...PC, expects: {} }, false],
  ])('%j: %s', (value, expected) => {
    expect([acceptsMachine(value), machineSchema.safeParse(value).success]).toEqual([expected, expected]);
  });
});
