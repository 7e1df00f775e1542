/** What `check` accepts and `build` refuses, because the media starts Windows Setup and nothing else. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { formatPlace, InplaceError } from '../../src/errors.js';
import { build } from '../../src/library/build.js';
import { check } from '../../src/library/check.js';
import { makeProject, type ProjectOptions } from '../support/project.js';
import { temporaryFolder } from '../support/tools.js';

const base = temporaryFolder();
let projects = 0;

function project(options: ProjectOptions) {
  projects += 1;
  return makeProject(join(base, `p${projects}`), options);
}

const SEQUENCE = `name: Field
steps:
  - group: Prepare
    steps:
      - checkReadiness:
      - installApplication: APP
        when: { variable: Site, equals: Oslo }
        disabled: true
  - upgrade: { expect: 2 h }
  - restart:
`;

const YAML = `packages: [{ id: APP, kind: application, source: app, install: setup.exe /q }]
taskSequence: s.yaml
`;

const files = { 's.yaml': SEQUENCE, 'app/setup.exe': 'x' };

it('check accepts every step, lists them, and warns of what build refuses, each with its place', async () => {
  const { definition, folder } = project({ yaml: YAML, files });
  const result = await check(definition);
  expect(result.buildable).toBe(false);
  expect(result.sequence.file).toBe(join(folder, 's.yaml'));
  expect(result.sequence.steps).toEqual([
    { number: '1', type: 'group', name: 'Prepare', conditional: false, disabled: false },
    { number: '1.1', type: 'checkReadiness', name: 'Check readiness', conditional: false, disabled: false },
    { number: '1.2', type: 'installApplication', name: 'Install application', conditional: true, disabled: true },
    { number: '2', type: 'upgrade', name: 'Upgrade the operating system', conditional: false, disabled: false },
    { number: '3', type: 'restart', name: 'Restart computer', conditional: false, disabled: false },
  ]);
  const limits = result.warnings.filter(({ code }) => code.endsWith('_NOT_BUILT'));
  expect(limits.map(({ where, severity }) => [formatPlace(where).replace(`${folder}/`, ''), severity])).toEqual([
    ['media.yaml:3:55, packages[0].install', 'warning'],
    ['s.yaml:5:9, steps[0].steps[0].checkReadiness', 'warning'],
    ['s.yaml:6:9, steps[0].steps[1].installApplication', 'warning'],
    ['s.yaml:9:16, steps[1].upgrade.expect', 'warning'],
  ]);
  expect(limits.every(({ hint }) => hint?.startsWith('"inplace build" refuses it for now.'))).toBe(true);
});

it('build refuses the same, and writes nothing', async () => {
  const { definition, folder } = project({ yaml: YAML, files });
  const output = join(folder, 'out.iso');
  const error: unknown = await build(definition, { output }).catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(InplaceError);
  expect((error as InplaceError).findings.map(({ code }) => code)).toEqual([
    'DEFINITION_NOT_BUILT',
    'SEQUENCE_NOT_BUILT',
    'SEQUENCE_NOT_BUILT',
    'SEQUENCE_NOT_BUILT',
  ]);
  expect(existsSync(output)).toBe(false);
});

it('a sequence of one upgrade step in groups, with the restart that Windows Setup does, is built', async () => {
  const sequence = 'steps: [{ group: g, steps: [{ upgrade: { scanOnly: false } }, { restart: {} }] }]';
  const { definition, folder } = project({ yaml: 'taskSequence: s.yaml\n', files: { 's.yaml': sequence } });
  expect((await check(definition)).buildable).toBe(true);
  const result = await build(definition, { output: join(folder, 'out.iso') });
  expect(result.warnings.filter(({ code }) => code.endsWith('_NOT_BUILT'))).toEqual([]);
});

it.each([false, true])('the built-in sequence fits the product of the upgrade package; server: %s', async (server) => {
  const { definition, folder } = project({ demo: { server } });
  const result = await check(definition);
  expect(result.buildable).toBe(true);
  expect(result.sequence.name).toBe(server ? 'In-place upgrade of Windows Server' : 'In-place upgrade of Windows');
  expect(result.sequence.steps.length).toBeGreaterThan(10);
  const built = await build(definition, { output: join(folder, 'out.iso') });
  for (const { warnings } of [result, built]) {
    const notices = warnings.filter(({ code }) => code === 'SEQUENCE_NOT_BUILT');
    expect(notices.map(({ severity, message }) => [severity, message])).toEqual([
      ['warning', expect.stringContaining('starts the upgrade step of the built-in task sequence')],
    ]);
  }
});
