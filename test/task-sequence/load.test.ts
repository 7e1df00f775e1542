import { describe, expect, it } from 'vitest';
import { compileDocument, loadTaskSequence } from '../../src/task-sequence/load.js';
import type { SequenceMedia } from '../../src/task-sequence/model.js';
import { upgradeSteps } from '../../src/task-sequence/walk.js';
import { parseYamlDocument } from '../../src/yaml/yaml-document.js';
import { lines, shown } from '../definition/project.js';

const KEY = 'AAAAA-BBBBB-CCCCC-DDDDD-EEEEE';
const MEDIA: SequenceMedia = {
  packages: [
    { id: 'LATITUDE', kind: 'drivers' },
    { id: 'TOOLS', kind: 'files' },
  ],
  variables: [
    { name: 'ProductKey', value: KEY },
    { name: 'Site', value: 'Oslo' },
  ],
};

const compile = (yaml: string, media = MEDIA, environment: Record<string, string> = {}) =>
  compileDocument(parseYamlDocument(yaml, '/m/upgrade.yaml', 'SEQUENCE_INVALID'), media, environment);

/** The sequence with its first upgrade step as Setup's table takes it. */
const compiled = (yaml: string, media = MEDIA, environment: Record<string, string> = {}) => {
  const { findings, sequence } = compile(yaml, media, environment);
  const upgrade = sequence && upgradeSteps(sequence, media)[0]?.step;
  return { findings, sequence: sequence && { name: sequence.name, description: sequence.description, upgrade } };
};

/** The findings for one upgrade step with these options, whose value begins at 2:14. */
const optionFindings = (options: string, media = MEDIA) => {
  const { sequence, findings } = compile(`steps:\n  - upgrade: ${options}`, media);
  expect(sequence).toBeUndefined();
  return lines(findings);
};

describe('a sequence that is right', () => {
  it('is one upgrade step, named after the file where it has no name', () => {
    expect(compiled('steps: [{ upgrade: {} }]', { packages: [], variables: [] })).toMatchObject({
      findings: [],
      sequence: { name: 'upgrade', upgrade: { name: 'Upgrade the operating system', groups: [], scanOnly: false } },
    });
  });

  it('takes every option, in groups', () => {
    const yaml = `name: All
description: Everything
steps:
  - group: Outer
    description: A group
    steps:
      - group: Inner
        steps:
          - upgrade:
              edition: Enterprise
              scanOnly: true
              drivers: LATITUDE
              ignoreDismissible: false
              reflectDrivers: LATITUDE
              migrateDrivers: none
              key: PRODUCTKEY
            name: Up
            description: Goes up
`;
    expect(compiled(yaml)).toMatchObject({
      findings: [],
      sequence: {
        name: 'All',
        description: 'Everything',
        upgrade: {
          name: 'Up',
          description: 'Goes up',
          groups: ['Outer', 'Inner'],
          edition: 'Enterprise',
          scanOnly: true,
          drivers: 'LATITUDE',
          ignoreDismissible: false,
          reflectDrivers: 'LATITUDE',
          migrateDrivers: 'none',
          key: 'ProductKey',
        },
      },
    });
  });

  it.each(['- upgrade:', '- upgrade: {}', '- group: Empty\n  steps: []\n- upgrade: ~'])(
    'may be written %j',
    (steps) => {
      expect(compiled(`steps:\n${steps}`).sequence?.upgrade?.scanOnly).toBe(false);
    },
  );
});

describe('drivers that Windows Setup installs', () => {
  const media = (...kinds: string[]) => ({ variables: [], packages: kinds.map((kind, i) => ({ id: `P${i}`, kind })) });
  const drivers = (kinds: string[], options = '{}') =>
    compiled(`steps: [{ upgrade: ${options} }]`, media(...kinds)).sequence?.upgrade;

  it.each([
    [[], '{}', undefined, undefined],
    [['files', 'application'], '{}', undefined, undefined],
    [['files', 'drivers'], '{}', 'P1', undefined],
    [['drivers', 'drivers', 'drivers'], '{}', '', undefined],
    [['drivers', 'drivers', 'files'], '{ drivers: P1 }', 'P1', undefined],
    [['drivers'], '{ reflectDrivers: P0 }', undefined, 'P0'],
    [['drivers', 'drivers'], '{ reflectDrivers: P0 }', 'P1', 'P0'],
    [['drivers', 'drivers'], '{ drivers: P0, reflectDrivers: P0 }', 'P0', 'P0'],
  ])('packages %j with %s: %s, %s', (kinds, options, installed, reflected) => {
    const upgrade = drivers(kinds, options);
    expect([upgrade?.drivers, upgrade?.reflectDrivers]).toEqual([installed, reflected]);
  });

  it.each([
    [['drivers', 'drivers', 'files'], '{}', 'P0, P1'],
    [['drivers', 'drivers', 'drivers'], '{ reflectDrivers: P2 }', 'P0, P1'],
  ])('packages %j with %s: one of %s must be named', (kinds, options, ids) => {
    expect(optionFindings(options, media(...kinds))).toEqual([
      `2:5 steps[0].upgrade SEQUENCE_INVALID The media has several driver packages (${ids}) among others, and Windows Setup takes one folder | Name one as "drivers" of the upgrade step, or put all drivers into one package`,
    ]);
  });
});

describe('what a step names must be on the media', () => {
  it.each([
    [
      '{ drivers: LATITUD }',
      '2:25 steps[0].upgrade.drivers SEQUENCE_INVALID No package "LATITUD" is on the media | Did you mean "LATITUDE"?',
    ],
    [
      '{ drivers: OTHER }',
      '2:25 steps[0].upgrade.drivers SEQUENCE_INVALID No package "OTHER" is on the media | Driver packages: LATITUDE',
    ],
    [
      '{ reflectDrivers: TOOLS }',
      '2:32 steps[0].upgrade.reflectDrivers SEQUENCE_INVALID The package "TOOLS" is of kind files, expected one of kind drivers',
    ],
    [
      '{ key: ProductKye }',
      '2:21 steps[0].upgrade.key SEQUENCE_INVALID No variable "ProductKye" is defined | Did you mean "ProductKey"?',
    ],
    [
      '{ key: Other }',
      '2:21 steps[0].upgrade.key SEQUENCE_INVALID No variable "Other" is defined | Add it to "variables" of the media definition',
    ],
    [
      '{ key: site }',
      '2:21 steps[0].upgrade.key SEQUENCE_INVALID The variable "Site" does not hold a product key, expected 5 groups of 5 letters and digits | A product key looks like XXXXX-XXXXX-XXXXX-XXXXX-XXXXX',
    ],
  ])('%s', (options, expected) => {
    expect(optionFindings(options)).toEqual([expected]);
  });

  it('media without packages says where to add them', () => {
    expect(optionFindings('{ drivers: X }', { packages: [], variables: [] })).toEqual([
      '2:25 steps[0].upgrade.drivers SEQUENCE_INVALID No package "X" is on the media | Add it to "packages" of the media definition',
    ]);
  });

  const REAL = 'VK7JG-NPHTM-C97JM-9MPGT-3V66T';

  it.each([
    ['key', KEY],
    ['key', REAL.toLowerCase()],
    ['key', REAL.slice(0, -1)],
    ['key', REAL.replace('C97JM', 'C9JM')],
    ['key', REAL.replaceAll('-', '')],
    ['key', REAL.replaceAll('-', '').slice(1)],
    ['key', REAL.replaceAll('-', ' ')],
    ['edition', REAL],
    ['edition', REAL.replaceAll('-', '')],
    ['drivers', REAL],
    ['migrateDrivers', REAL],
    ['scanOnly', REAL],
  ])('a product key written as %s, or nearly one (%s), is refused and not repeated', (option, key) => {
    const { findings } = compile(`steps: [{ upgrade: { ${option}: ${key} } }]`);
    expect(findings).toHaveLength(1);
    expect(shown(findings)).not.toMatch(/BBBBB|NPHTM|9MPGT/i);
    if (option === 'key') expect(shown(findings)).toContain('Found a product key');
  });

  it.each(['hunter2secret', 'VK7JG-NPHTM'])(
    'the name of a variable that may be a value (%s) is not repeated',
    (name) => {
      expect(optionFindings(`{ key: ${name} }`)).toEqual([
        '2:21 steps[0].upgrade.key SEQUENCE_INVALID No variable of this name is defined | Add it to "variables" of the media definition',
      ]);
    },
  );
});

describe('what is wrong is said with its place', () => {
  it.each([
    ['no steps', 'name: a', '1:1 steps SEQUENCE_INVALID "steps" is missing, expected a list'],
    [
      'steps that are a mapping',
      'steps: { upgrade: {} }',
      '1:8 steps SEQUENCE_INVALID Found a mapping (key: value), expected a list',
    ],
    [
      'a list without its key',
      '- upgrade: {}',
      '1:1 - SEQUENCE_INVALID Found a list, expected a mapping (key: value) | Write "steps:" above the list',
    ],
    [
      'a text',
      'hunter2',
      '1:1 - SEQUENCE_INVALID Found a single value, expected a mapping (key: value) | Is this the right file?',
    ],
    [
      'a step that is its type',
      'steps:\n  - upgrade',
      '2:5 steps[0] SEQUENCE_INVALID Found "upgrade", expected a mapping (key: value) | Write "upgrade:" with a colon, and its value behind it',
    ],
    [
      'a step without type',
      'steps:\n  - name: x',
      '2:5 steps[0] SEQUENCE_INVALID The step does not say what it is, expected one key that names it | Write a step such as "- upgrade: {}", or "- group: NAME" with "steps:" below it',
    ],
    [
      'an unknown type',
      'steps:\n  - uprgade: {}',
      '2:5 steps[0].uprgade SEQUENCE_INVALID Unknown key "uprgade" | Did you mean "upgrade"?',
    ],
    [
      'another mistyped type',
      'steps:\n  - upgrade: {}\n  - runComand: x',
      '3:5 steps[1].runComand SEQUENCE_INVALID Unknown key "runComand" | Did you mean "runCommand"?',
    ],
    [
      'a group without steps',
      'steps:\n  - group: g',
      '2:5 steps[0] SEQUENCE_INVALID "steps" is missing beside "group" | Write a step such as "- upgrade: {}", or "- group: NAME" with "steps:" below it',
    ],
    [
      'steps without a group',
      'steps:\n  - name: g\n    steps: [{ upgrade: {} }]',
      '2:5 steps[0] SEQUENCE_INVALID The step does not say what it is, expected one key that names it | Write a step such as "- upgrade: {}", or "- group: NAME" with "steps:" below it',
    ],
    [
      'a mistyped option',
      'steps:\n  - upgrade: { scanonly: true }',
      '2:16 steps[0].upgrade.scanonly SEQUENCE_INVALID Unknown key "scanonly" | Did you mean "scanOnly"?',
    ],
    [
      'an option of a wrong kind',
      'steps:\n  - upgrade: { scanOnly: yes }',
      '2:26 steps[0].upgrade.scanOnly SEQUENCE_INVALID Found "yes", expected true or false | Write true',
    ],
    [
      'an unknown choice',
      'steps:\n  - upgrade: { migrateDrivers: non }',
      '2:32 steps[0].upgrade.migrateDrivers SEQUENCE_INVALID Found "non", expected one of all, none | Did you mean "none"?',
    ],
    [
      'an edition that is a name',
      'steps:\n  - upgrade: { edition: Windows 11 Pro }',
      '2:25 steps[0].upgrade.edition SEQUENCE_INVALID Found "Windows 11 Pro", expected an edition id such as Enterprise, Professional or ServerStandard',
    ],
    [
      'options that are a text',
      'steps:\n  - upgrade: yes',
      '2:14 steps[0].upgrade SEQUENCE_INVALID Found "yes", expected a mapping (key: value)',
    ],
    [
      'a long name',
      `steps:\n  - upgrade: {}\n    name: ${'x'.repeat(101)}`,
      `3:11 steps[0].name SEQUENCE_INVALID Found "${'x'.repeat(80)}…", expected 1 to 100 characters in one line`,
    ],
    [
      'a long description',
      `description: ${'x'.repeat(256)}\nsteps: [{ upgrade: {} }]`,
      `1:14 description SEQUENCE_INVALID Found "${'x'.repeat(80)}…", expected at most 255 characters`,
    ],
    [
      'an unknown key of the file',
      'version: 1\nsteps: [{ upgrade: {} }]',
      '1:1 version SEQUENCE_INVALID Unknown key "version" | Known here: name, description, acknowledge, steps',
    ],
    [
      'an empty file',
      '',
      '-:- - SEQUENCE_INVALID The file is empty, expected name, description, acknowledge … | inplace init writes one with comments',
    ],
  ])('%s', (_, yaml, expected) => {
    const [first, ...others] = lines(compile(yaml).findings);
    expect(first?.slice(0, expected.length)).toBe(expected);
    expect(others).toEqual([]);
  });

  it('two types in one step', () => {
    expect(lines(compile('steps:\n  - upgrade: {}\n    restart: {}').findings)).toEqual([
      '3:5 steps[0].restart SEQUENCE_INVALID The step has "upgrade" and "restart", expected one of them | Make a step of each: every step begins with its own dash',
    ]);
  });

  it('a dash that was forgotten: broken YAML alone, not its echo', () => {
    const { findings } = compile('steps:\n  - upgrade: {}\n  restart: {}');
    expect(findings.map(({ code, where }) => [code, where?.line])).toEqual([['SEQUENCE_INVALID', 3]]);
  });

  it('a file that is not there', async () => {
    const { findings } = await loadTaskSequence('/nowhere/upgrade.yaml', MEDIA, {});
    expect(findings.map(({ code }) => code)).toEqual(['DEFINITION_UNREADABLE']);
  });
});

describe('references to the environment', () => {
  it('are filled in, in all fields', () => {
    const yaml = `name: \${env:SITE}
description: "\${env:SITE}"
steps:
  - group: "\${env:SITE}"
    steps:
      - name: "\${env:SITE}"
        upgrade: { edition: "\${env:EDITION}", scanOnly: "\${env:SCAN}", drivers: "\${env:ID}", key: "\${env:KEY}" }
`;
    const environment = { SITE: 'Oslo', EDITION: 'Enterprise', SCAN: 'true', ID: 'LATITUDE', KEY: 'ProductKey' };
    expect(compiled(yaml, MEDIA, environment)).toMatchObject({
      findings: [],
      sequence: {
        name: 'Oslo',
        description: 'Oslo',
        upgrade: {
          name: 'Oslo',
          groups: ['Oslo'],
          edition: 'Enterprise',
          scanOnly: true,
          drivers: 'LATITUDE',
          key: 'ProductKey',
        },
      },
    });
  });

  it('that are not set are one problem each, with its place', () => {
    expect(optionFindings(`{ scanOnly: "\${env:A}", migrateDrivers: "\${env:B}" }`)).toEqual([
      '2:26 steps[0].upgrade.scanOnly SEQUENCE_INVALID The environment variable "A" is not set | Set A before you run inplace',
      '2:54 steps[0].upgrade.migrateDrivers SEQUENCE_INVALID The environment variable "B" is not set | Set B before you run inplace',
    ]);
  });

  it('in the text of a script are those of PowerShell', () => {
    const { sequence } = compile(
      `steps:\n  - upgrade: {}\n  - runPowerShell: { script: "\${env:TEMP}" }\n  - restart:`,
    );
    expect(sequence?.yaml.steps[1]).toEqual({ runPowerShell: { script: `\${env:TEMP}` } });
  });

  it('with a dollar sign before them are plain text', () => {
    const { sequence } = compile(`name: a $\${env:X} $$\${env:Y}\nsteps: [{ upgrade: {} }, { restart: {} }]`);
    expect(sequence?.name).toBe(`a \${env:X} $\${env:Y}`);
  });
});
