import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkPackages } from '../../src/definition/check-packages.js';
import { readVariables } from '../../src/definition/check-variables.js';
import { mediaSchema } from '../../src/definition/schema.js';
import type { Finding } from '../../src/errors.js';
import { lint } from '../../src/task-sequence/lint/lint.js';
import { compileDocument } from '../../src/task-sequence/load.js';
import { fillEnvironment } from '../../src/yaml/environment.js';
import { findNotBuilt } from '../../src/yaml/not-built.js';
import { maskFindings } from '../../src/yaml/product-keys.js';
import { checkSchema } from '../../src/yaml/schema-findings.js';
import { parseYamlDocument } from '../../src/yaml/yaml-document.js';
import { long } from '../support/tools.js';
import { lintFileOf } from '../task-sequence/lint/lint-text.js';

const MEDIA = readFileSync(new URL('../../templates/init/media.yaml', import.meta.url), 'utf8');
const SEQUENCE = readFileSync(new URL('../../templates/task-sequences/client.yaml', import.meta.url), 'utf8');
const RUNS = long ? 10_000 : 300;

/** Everything that is done with the text of a definition, but for looking at the disk. */
function checkMedia(text: string): readonly Finding[] {
  const read = parseYamlDocument(text, 'media.yaml', 'DEFINITION_INVALID');
  const { document, findings } = fillEnvironment(read, {
    environment: {},
    schema: mediaSchema,
    code: 'DEFINITION_INVALID',
  });
  const schema = checkSchema(document, mediaSchema, 'DEFINITION_INVALID');
  const rest = [...checkPackages(document), ...readVariables(document, {}).findings];
  const found = [
    ...document.findings,
    ...findings,
    ...schema.findings,
    ...rest,
    ...findNotBuilt(document, mediaSchema, 'DEFINITION_NOT_BUILT'),
  ];
  if (schema.data === undefined) expect(found).not.toEqual([]);
  return found;
}

function checkSequence(text: string): readonly Finding[] {
  const document = parseYamlDocument(text, 'upgrade.yaml', 'SEQUENCE_INVALID');
  const { sequence, findings } = compileDocument(document, { packages: [], variables: [] }, {});
  expect(sequence === undefined).toBe(findings.some(({ severity }) => severity !== 'warning'));
  const linted = lint(lintFileOf(document), { media: { packages: [], variables: [] } });
  return [...findings, ...linted.findings];
}

/** Every finding has words of ours and, but for an empty file, a line inside the text. */
function expectGood(findings: readonly Finding[], text: string): void {
  const count = text.split('\n').length;
  for (const { message, where } of findings) {
    expect(message).toMatch(/^[A-Z"]/);
    // what stands in quotes are the words of the file
    expect(message.replace(/"(?:[^"\\]|\\.)*"/g, '')).not.toMatch(/invalid input|\bzod\b|undefined|\[object/i);
    if (where?.line !== undefined) expect(where.line).toBeLessThanOrEqual(count);
    else expect(message).toMatch(/^The file is empty/);
  }
}

/** A text with a few pieces replaced, removed or doubled. */
function mutated(text: string): fc.Arbitrary<string> {
  const piece = fc.constantFrom(
    ...[
      '\t',
      '  ',
      '\n',
      ': ',
      '- ',
      '[',
      ']',
      '{',
      '}',
      '"',
      "'",
      '*a',
      '&a ',
      '!x ',
      '|\n',
      '# ',
      '? ',
      '%',
      '@',
      '~',
      '\0',
    ],
    ...[
      '__proto__: 1\n',
      'constructor: ',
      `\${env:X}`,
      '<<: ',
      '---\n',
      '...\n',
      'null',
      '1e999',
      '.nan',
      '0x',
      'name: ',
      'steps: ',
      'upgrade: ',
    ],
  );
  const edit = fc.record({
    at: fc.nat(text.length),
    remove: fc.nat(30),
    insert: fc.oneof(piece, fc.string({ maxLength: 5 })),
  });
  return fc
    .array(edit, { minLength: 1, maxLength: 6 })
    .map((edits) =>
      edits.reduce((result, { at, remove, insert }) => result.slice(0, at) + insert + result.slice(at + remove), text),
    );
}

describe('whatever the text is, there are findings in plain words and never another error', () => {
  it('definitions that were changed at random', () => {
    fc.assert(
      fc.property(mutated(MEDIA), (text) => expectGood(checkMedia(text), text)),
      { numRuns: RUNS },
    );
  });

  it('sequences that were changed at random', () => {
    fc.assert(
      fc.property(mutated(SEQUENCE), (text) => expectGood(checkSequence(text), text)),
      { numRuns: RUNS },
    );
  });

  it('a product key, wherever it stands, is not repeated', () => {
    const key = fc.constantFrom(
      'VK7JG-NPHTM-C97JM-9MPGT-3V66T',
      'VK7JGNPHTMC97JM9MPGT3V66T',
      'VK7JG-NPHTM-C97JM-9MPGT-3V66',
    );
    const around = fc.constantFrom(' ', '\n', '"', ': ', ':', ', ', '\n  - ', '{', '}', '[', ']', '*', '&', '!', '$');
    const cases = fc.tuple(mutated(MEDIA), mutated(SEQUENCE), fc.nat(2000), around, key, around);
    fc.assert(
      fc.property(cases, ([media, sequence, at, before, secret, after]) => {
        const put = (text: string) => text.slice(0, at) + before + secret + after + text.slice(at);
        const found = maskFindings([...checkMedia(put(media)), ...checkSequence(put(sequence))]);
        expect(JSON.stringify(found)).not.toMatch(/NPHTM|C97JM|9MPGT/);
      }),
      { numRuns: RUNS },
    );
  });

  it('any characters', () => {
    const text = fc.string({ unit: 'binary', maxLength: 200 });
    fc.assert(
      fc.property(text, (value) => expectGood([...checkMedia(value), ...checkSequence(value)], value)),
      { numRuns: RUNS },
    );
  });

  it('any data', () => {
    const data = fc.oneof(
      fc.json(),
      fc
        .dictionary(fc.constantFrom('name', 'steps', 'packages', 'variables', 'output'), fc.jsonValue())
        .map((value) => JSON.stringify(value)),
    );
    fc.assert(
      fc.property(data, (value) => expectGood([...checkMedia(value), ...checkSequence(value)], value)),
      { numRuns: RUNS },
    );
  });
});
