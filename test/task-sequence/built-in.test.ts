import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { formatFinding } from '../../src/errors.js';
import type { UpgradeImage } from '../../src/target/contract.js';
import { compileSequence } from '../../src/task-sequence/compile.js';
import { builtInFile, builtInSequence, compileDocument } from '../../src/task-sequence/load.js';
import type { CompileMedia } from '../../src/task-sequence/model.js';
import { NOT_REPEATABLE } from '../../src/task-sequence/schema/steps.js';
import { walkSteps } from '../../src/task-sequence/walk.js';
import { parseYamlDocument } from '../../src/yaml/yaml-document.js';

const IMAGE = { index: 1, build: 26100, installationType: 'Client' } as UpgradeImage;

const media = (installationType: string): CompileMedia => ({
  packages: [],
  variables: [],
  upgradePackages: [{ id: 'WINDOWS', path: '', bytes: 5, images: [{ ...IMAGE, installationType }] }],
});

describe.each(['client', 'server'] as const)('the built-in sequence for a %s', (kind) => {
  const load = () => builtInSequence(kind, { packages: [], variables: [] }, { file: 'media.yaml' });

  it('has no findings, and only steps that may run again after a power cut', async () => {
    const { sequence, findings } = await load();
    expect(findings).toEqual([]);
    const types = walkSteps(sequence!).map(({ type }) => type);
    expect(types.filter((type) => NOT_REPEATABLE.includes(type))).toEqual([]);
    expect(types).toEqual(expect.arrayContaining(['checkReadiness', 'upgrade', 'stop', 'restart', 'collectLogs']));
  });

  it('is compiled to the form the engine reads', async () => {
    const { sequence } = await load();
    const compiled = compileSequence(sequence!, media(kind === 'server' ? 'Server' : 'Client'));
    await expect(`${JSON.stringify(compiled, null, 2)}\n`).toMatchFileSnapshot(`golden/${kind}.json`);
  });

  it('is right with every example in its comments', async () => {
    const text = await readFile(builtInFile(kind), 'utf8');
    const all = text
      .replace(/^( {6,})# (?=(?:- | {2})?[a-z]\w*: )/gm, '$1')
      .replaceAll(/steps: \[\](?=\n +-)/g, 'steps:');
    expect(all.split('\n').filter((line) => /^ +# (?:- | {2})/.test(line))).toEqual([]);
    const ids = ['ANTIVIRUS', 'GRAPHICS', 'DEFAULTS', 'BRANDING', 'SETUPDIAG'].map((id) => ({ id, install: 'a.cmd' }));
    const drivers = ['LATITUDE-5440', 'POWEREDGE-R650', 'DISK-ENCRYPTION'].map((id) => ({ id, kind: 'drivers' }));
    const variables = [{ name: 'ProductKey', value: 'AAAAA-BBBBB-CCCCC-DDDDD-EEEEE' }];
    const document = parseYamlDocument(all, 'upgrade.yaml', 'SEQUENCE_INVALID');
    const { sequence, findings } = compileDocument(document, { packages: [...ids, ...drivers], variables }, {});
    expect(findings.map(formatFinding)).toEqual([]);
    expect(walkSteps(sequence!).length).toBeGreaterThan(20);
  });

  it('reports in the definition, once, that the media has several driver packages among others', async () => {
    const packages = ['drivers', 'drivers', 'files'].map((one, index) => ({ id: `P${index}`, kind: one }));
    const where = { file: 'media.yaml', line: 3, column: 1 };
    const { sequence, findings } = await builtInSequence(kind, { packages, variables: [] }, where);
    expect(sequence).toBeUndefined();
    expect(findings).toEqual([expect.objectContaining({ where, code: 'SEQUENCE_INVALID' })]);
  });
});
