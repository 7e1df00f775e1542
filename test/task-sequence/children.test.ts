/** Sequences that run other ones. */
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { formatFinding } from '../../src/errors.js';
import { compileSequence } from '../../src/task-sequence/compile.js';
import { loadTaskSequence } from '../../src/task-sequence/load.js';
import { walkSteps } from '../../src/task-sequence/walk.js';
import { project } from '../definition/project.js';
import { temporaryFolder } from '../support/tools.js';

const base = temporaryFolder();

const MEDIA = { packages: [], variables: [] };

async function load(files: Record<string, string>, root = 'main.yaml') {
  const folder = await project(base, files);
  const { sequence, findings } = await loadTaskSequence(join(folder, root), MEDIA, {});
  return { sequence, findings: findings.map((finding) => formatFinding(finding).replaceAll(`${folder}/`, '')) };
}

const MAIN = 'steps:\n  - runTaskSequence: parts/child.yaml\n  - upgrade:\n  - restart:\n';

describe('a sequence that runs another', () => {
  it('has its steps, numbered below the step that runs it; paths are relative to the file that names them', async () => {
    const { sequence, findings } = await load({
      'main.yaml': MAIN,
      'parts/child.yaml': 'name: Child\nsteps:\n  - group: g\n    steps: [{ runTaskSequence: ../grand.yaml }]\n',
      'grand.yaml': 'steps: [{ stop: no, disabled: true }]\n',
    });
    expect(findings).toEqual([]);
    expect(walkSteps(sequence!).map(({ number, type }) => `${number} ${type}`)).toEqual([
      '1 runTaskSequence',
      '1.1 group',
      '1.1.1 runTaskSequence',
      '1.1.1.1 stop',
      '2 upgrade',
      '3 restart',
    ]);
    const { steps } = compileSequence(sequence!, { packages: [], variables: [], upgradePackages: [] });
    expect(steps[0]).toMatchObject({
      path: '1',
      type: 'runTaskSequence',
      sequence: 'Child',
      steps: [{ path: '1.1', steps: [{ path: '1.1.1', sequence: 'grand', steps: [{ path: '1.1.1.1' }] }] }],
    });
  });

  it('reports what is wrong in the other file there, once, even when it is run twice', async () => {
    const { sequence, findings } = await load({
      'main.yaml': MAIN.replace('steps:\n', 'steps:\n  - runTaskSequence: parts/child.yaml\n'),
      'parts/child.yaml': 'steps:\n  - sotp: x\n',
    });
    expect(sequence).toBeUndefined();
    expect(findings).toEqual(['parts/child.yaml:2:5, steps[0].sotp: Unknown key "sotp"\n    Did you mean "stop"?']);
  });

  it('that is not there is refused where it is named', async () => {
    const { findings } = await load({ 'main.yaml': MAIN });
    expect(findings).toEqual([
      'main.yaml:2:22, steps[0].runTaskSequence: No such file: "parts/child.yaml"\n    Write the path relative to this file',
    ]);
  });

  it.each([
    [{ 'main.yaml': 'steps:\n  - runTaskSequence: main.yaml\n' }, 'main.yaml:2:22', 'main.yaml → main.yaml'],
    [
      { 'main.yaml': MAIN, 'parts/child.yaml': 'steps: [{ runTaskSequence: ../main.yaml }]' },
      'parts/child.yaml:1:28',
      'main.yaml → child.yaml → main.yaml',
    ],
    [
      {
        'main.yaml': MAIN,
        'parts/child.yaml': 'steps: [{ runTaskSequence: a.yaml }]',
        'parts/a.yaml': 'steps: [{ runTaskSequence: ./child.yaml }]',
      },
      'parts/a.yaml:1:28',
      'child.yaml → a.yaml → child.yaml',
    ],
  ])('and so itself is refused: %j', async (files, place, way) => {
    const { sequence, findings } = await load(files);
    expect(sequence).toBeUndefined();
    expect(findings).toEqual([
      expect.stringMatching(new RegExp(`^${place}, [^:]+: The sequence runs itself: ${way}\n`)) as string,
    ]);
  });

  it('so often that its steps multiply is refused', async () => {
    const twice = (file: string) => `steps: [{ runTaskSequence: ${file} }, { runTaskSequence: ${file} }]`;
    const files = Object.fromEntries(
      [...Array(40).keys()].map((index) => [`${index}.yaml`, twice(`${index + 1}.yaml`)]),
    );
    const { sequence, findings } = await load({ ...files, '40.yaml': 'steps: [{ stop: x }]' }, '0.yaml');
    expect(sequence).toBeUndefined();
    expect(findings.at(-1)).toContain('have more than 10000 steps');
  });
});
