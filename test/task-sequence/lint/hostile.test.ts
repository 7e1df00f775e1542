/** Sequences that nobody writes by hand: whatever they hold, they are read in bounded time and told in plain words. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { lint } from '../../../src/task-sequence/lint/lint.js';
import { LINT_RULES } from '../../../src/task-sequence/lint/rules.js';
import { builtInFile, loadTaskSequence } from '../../../src/task-sequence/load.js';
import { project } from '../../definition/project.js';
import { anySequence } from '../../support/sequences.js';
import { long, temporaryFolder } from '../../support/tools.js';
import { LINT_MEDIA, LINT_WINDOWS } from './cases.js';
import { lintFileOf } from './lint-text.js';

const base = temporaryFolder();
const RUNS = long ? 10_000 : 150;
/** Milliseconds: each takes less than two seconds on a quiet machine; this one may be busy. */
const BOUND = 10_000;

function lintBoth(text: string): void {
  const file = lintFileOf(text);
  const count = text.split('\n').length;
  const both = [lint(file, { media: LINT_MEDIA }), lint(file, { media: LINT_MEDIA, windows: LINT_WINDOWS })];
  for (const { message, where, rule } of both.flatMap(({ findings, acknowledged }) => [...findings, ...acknowledged])) {
    expect(message).toMatch(/^[A-Z"]/);
    expect(message.replace(/"(?:[^"\\]|\\.)*"/g, '')).not.toMatch(/undefined|\[object|NaN/);
    if (where?.line !== undefined) expect(where.line).toBeLessThanOrEqual(count);
    if (rule !== undefined) expect(LINT_RULES.map(({ id }) => id)).toContain(rule);
  }
}

/** Loads the text as a file, and says how long it took. */
async function timed(text: string) {
  const file = join(await project(base, {}), 's.yaml');
  writeFileSync(file, text);
  const start = performance.now();
  const loaded = await loadTaskSequence(file, LINT_MEDIA, {});
  return { ...loaded, milliseconds: performance.now() - start };
}

describe('the lint fails on nothing', () => {
  it('of random sequences of the whole language', () => {
    fc.assert(
      fc.property(anySequence, (sequence) => lintBoth(JSON.stringify(sequence))),
      { numRuns: RUNS },
    );
  });

  it('of sequences in which values are of another kind', () => {
    const odd = fc.constantFrom<unknown>(null, 0, true, '', 'x', [], {}, [[]], { constructor: 1 }, '%a%', ['%_x%']);
    const cases = fc.tuple(anySequence, fc.array(fc.tuple(fc.nat(), odd), { minLength: 1, maxLength: 8 }));
    fc.assert(
      fc.property(cases, ([sequence, changes]) => {
        const value = JSON.parse(JSON.stringify(sequence)) as Record<string, unknown>;
        for (const [at, change] of changes) {
          const places: [Record<string, unknown>, string][] = [];
          const walk = (part: unknown): void => {
            if (typeof part !== 'object' || part === null) return;
            for (const key of Object.keys(part)) {
              places.push([part as Record<string, unknown>, key]);
              walk((part as Record<string, unknown>)[key]);
            }
          };
          walk(value);
          const [parent, key] = places[at % places.length] ?? [value, 'steps'];
          parent[key] = structuredClone(change);
        }
        lintBoth(JSON.stringify(value));
      }),
      { numRuns: RUNS },
    );
  });

  it('of the built-in sequence with pieces cut out and put elsewhere', () => {
    const text = readFileSync(builtInFile('client'), 'utf8');
    const edits = fc.array(fc.tuple(fc.nat(text.length), fc.nat(60), fc.nat(text.length)), { maxLength: 5 });
    fc.assert(
      fc.property(edits, (all) => {
        const changed = all.reduce((result, [from, count, to]) => {
          const piece = result.slice(from, from + count);
          return result.slice(0, to) + piece + result.slice(to);
        }, text);
        lintBoth(changed);
      }),
      { numRuns: RUNS },
    );
  });

  it.each([
    'steps: [{ __proto__: { upgrade: {} } }, { constructor: x, when: { __proto__: 1 } }]',
    'steps: [{ setDynamicVariables: { rules: [{ set: { __proto__: { secret: true }, constructor: 1 } }] } }]',
    '__proto__: { acknowledge: [not-repeatable], disabled: true }\nsteps: [{ toString: 1 }, { hasOwnProperty: upgrade }]',
    'acknowledge: [__proto__, constructor, toString]\nsteps: [{ runCommand: "%__proto__% %constructor%" }]',
    'steps: [{ runTaskSequence: __proto__ }, { runTaskSequence: constructor }]',
  ])('of names of the language JavaScript: %s', async (text) => {
    lintBoth(text);
    const { findings, sequence } = await timed(text);
    expect(sequence).toBeUndefined();
    expect(findings.length).toBeGreaterThan(0);
    const plain: Record<string, unknown> = {};
    expect([plain['acknowledge'], plain['disabled'], plain['secret'], plain['upgrade']]).toEqual(
      Array(4).fill(undefined),
    );
  });
});

describe('is read in bounded time', () => {
  const bomb = [
    'a: &a [x, x, x, x, x, x, x, x, x, x]',
    ...[...'bcdefghij'].map(
      (name, index) => `${name}: &${name} [${Array(10).fill(`*${'abcdefghi'[index]}`).join(', ')}]`,
    ),
  ].join('\n');
  const group = (depth: number): string =>
    `steps: ${'[{group: g, steps: '.repeat(depth)}[{upgrade: }]${'}]'.repeat(depth)}\n`;
  it.each([
    ['aliases that multiply', `${bomb}\nsteps: *j\n`],
    ['an anchor that holds itself', 'steps: &a [{ group: g, steps: *a }]\n'],
    ['steps by aliases', `x: &x { runCommand: diskpart }\nsteps: [${Array(5000).fill('*x').join(', ')}]\n`],
    ['groups in groups', group(30)],
    ['too many groups in groups', group(5000)],
    ['brackets', `steps: ${'['.repeat(100_000)}`],
    [
      'conditions in conditions',
      `steps: [{ stop: x, when: ${'{ all: [ '.repeat(2000)}{ file: a }${' ] }'.repeat(2000)} }]`,
    ],
    ['many upgrades', `steps:\n${'  - upgrade:\n'.repeat(9900)}`],
    ['many scans', `steps:\n${'  - { upgrade: { scanOnly: true }, continueOnError: true }\n'.repeat(9900)}`],
    ['many stops', `steps:\n${'  - { group: g, steps: [{ stop: x }, { upgrade: }] }\n'.repeat(3000)}`],
    ['more steps than are looked at', `steps:\n${'  - restart:\n'.repeat(20_000)}`],
    [
      'many variables that nothing sets',
      `steps:\n${Array.from({ length: 9000 }, (_, index) => `  - setVariable: { name: V${index}, value: "%W${index}%" }\n`).join('')}`,
    ],
    [
      'many acknowledgements',
      `acknowledge: [${Array(30_000).fill('no-such-rule').join(', ')}]\nsteps: [{ upgrade: }, { restart: }]`,
    ],
    ['a file that is too large', `# ${'x'.repeat(2 ** 20)}\nsteps: []\n`],
  ])('%s', async (_, text) => {
    const { findings, sequence, milliseconds } = await timed(text);
    expect(sequence).toBeUndefined();
    expect(findings.filter(({ message }) => message.length > 1000)).toEqual([]);
    expect(milliseconds).toBeLessThan(BOUND);
  });

  it.each([
    'net localgroup admin ',
    'net user a ',
    'dism ',
    'msiexec /i ',
    'msiexec -q ',
    'wusa /quiet ',
    'shutdown ',
    'choice ',
    'cctk ',
    'manage-bde -protectors -disable ',
    'Suspend-BitLocker ',
    '"',
    '" ',
    'a"b" ',
    'a ',
    '\\\\a',
    ' ',
    '-',
    '/password',
    'password=',
    'password-',
    'ABCDE-',
    'A1B2C ',
    '%a',
    'a%',
    'x.cmd',
    'powershell -file ',
    'cmd /c ',
    'deploy\\',
    'http:',
  ])('a command of 30,000 characters: %j', async (piece) => {
    const text = piece.repeat(Math.ceil(30_000 / piece.length)).slice(0, 30_000);
    const steps = [
      { runCommand: `x${text}`, package: 'TOOLS' },
      { runCommand: text.trimStart() || 'x' },
      { runPowerShell: `${text}\n${text}\n${text}` },
      { upgrade: {} },
    ];
    const { milliseconds } = await timed(JSON.stringify({ steps }));
    expect(milliseconds).toBeLessThan(BOUND);
  });
});
