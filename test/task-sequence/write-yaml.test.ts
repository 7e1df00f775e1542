import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatFinding } from '../../src/errors.js';
import { compileDocument } from '../../src/task-sequence/load.js';
import type { SequenceYaml } from '../../src/task-sequence/schema.js';
import { renderSequenceYaml } from '../../src/task-sequence/write-yaml.js';
import { parseYamlDocument } from '../../src/yaml/yaml-document.js';
import { anySequence, runnableSequence, SEQUENCE_MEDIA } from '../support/sequences.js';
import { long } from '../support/tools.js';

const RUNS = long ? 5000 : 120;
/** milliseconds; the long run takes a minute on two busy cores */
const TIMEOUT = long ? 600_000 : 60_000;

/** What a text loads to, without what a lint says of it. */
function reload(text: string) {
  const document = parseYamlDocument(text, '/m/s.yaml', 'SEQUENCE_INVALID');
  const { sequence, findings } = compileDocument(document, SEQUENCE_MEDIA, {});
  return { yaml: sequence?.yaml, findings: findings.map(formatFinding) };
}

const plain = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

describe('a sequence written as YAML', () => {
  it.each([
    ['of the whole language', anySequence],
    ['that a simulated machine can run', runnableSequence()],
  ] as const)(
    '%s loads to the same sequence',
    (_, sequences) => {
      fc.assert(
        fc.property(sequences as fc.Arbitrary<SequenceYaml>, (sequence) => {
          const { yaml, findings } = reload(renderSequenceYaml(sequence));
          expect(findings).toEqual([]);
          expect(plain(yaml)).toEqual(plain(sequence));
        }),
        { numRuns: RUNS },
      );
    },
    TIMEOUT,
  );

  it('keeps what YAML or the environment would make something else of', () => {
    const texts = ['true', '0012', 'a\n\nb \n', `\${env:ProgramFiles(x86)}`, `$\${env:X}`, ' x', '#', 'é\u2028'];
    const sequence: SequenceYaml = {
      steps: [
        ...texts.map((value) => ({ setVariable: { name: 'A', value } })),
        { runPowerShell: `Write-Output \${env:TEMP}\n` },
      ],
    };
    const { yaml, findings } = reload(renderSequenceYaml(sequence));
    expect(findings).toEqual([]);
    expect(plain(yaml)).toEqual(sequence);
  });

  it('has the name of a step first, then its type, and comments where they are asked for', () => {
    const sequence: SequenceYaml = {
      name: 'Imported',
      steps: [
        {
          group: 'G',
          steps: [{ when: { variable: 'A', exists: true }, successCodes: [0, 1], runCommand: 'a', name: 'N' }],
        },
      ],
    };
    const comments = [
      { path: [], text: 'From a file\nof two lines' },
      { path: ['steps', 0, 'steps', 0], text: 'changed' },
      { path: ['steps', 0, 'steps', 0, 'runCommand'], text: 'was b' },
    ];
    const text = renderSequenceYaml(sequence, comments);
    expect(text).toMatchInlineSnapshot(`
      "# From a file
      # of two lines

      name: Imported
      steps:
        - group: G
          steps:
            # changed
            - name: N
              # was b
              runCommand: a
              when:
                variable: A
                exists: true
              successCodes: [ 0, 1 ]
      "
    `);
    expect(plain(reload(text).yaml)).toEqual(sequence);
  });
});
