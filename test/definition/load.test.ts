import { join } from 'node:path';
import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { mainUpgrade, upgradeSteps } from '../../src/task-sequence/walk.js';
import { temporaryFolder } from '../support/tools.js';
import { lines, load, shown } from './project.js';

const base = temporaryFolder();
const SMALL = 'name: Field upgrade\nupgradePackage: { source: windows.iso }\n';
const KEY = 'AAAAA-BBBBB-CCCCC-DDDDD-EEEEE';

/** The findings of a definition, as lines with FOLDER for its folder. */
async function findings(yaml: string, options: Parameters<typeof load>[2] = {}): Promise<string[]> {
  const loaded = await load(base, yaml, options);
  expect(loaded.definition).toBeUndefined();
  return lines(loaded.findings, loaded.folder);
}

describe('a definition that is right', () => {
  it('needs a name and an upgrade package; the rest has defaults', async () => {
    const { definition, findings, folder } = await load(base, SMALL);
    expect(findings).toEqual([]);
    const { describe: _, place: __, placeOfUpgradePackage: ___, ...fields } = definition!;
    expect(fields).toEqual({
      file: join(folder, 'media.yaml'),
      name: 'Field upgrade',
      label: 'FIELD_UPGRA',
      upgradePackage: { id: 'windows', source: join(folder, 'windows.iso') },
      otherUpgradePackages: [],
      bootImage: 'default',
      bootDrivers: [],
      packages: [],
      variables: [],
      autorun: true,
      bootManager: 'asIs',
      output: { format: 'hybrid', bootPrompt: true, size: 14 * 1024 ** 3 },
      usb: { layout: 'fat32' },
      sequences: {
        client: expect.objectContaining({ name: 'In-place upgrade of Windows' }) as unknown,
        server: expect.objectContaining({ name: 'In-place upgrade of Windows Server' }) as unknown,
      },
    });
  });

  it('takes every field', async () => {
    const yaml = `name: Everything
label: W11_ALL
upgradePackage: { source: windows.iso, sha256: ${'AB'.repeat(32)} }
bootImage: boot.wim
bootDrivers: [latitude]
packages:
  - { id: ZED, kind: files, source: files }
  - { id: A.b-c_1, kind: application, source: ./files }
  - { id: LATITUDE, kind: drivers, source: drivers/ }
taskSequence: sequence.yaml
variables:
  Site: Oslo
  Asset: 0012
  Secure: true
  FromEnvironment: { env: SITE }
  Plain: { value: 1.10, secret: false }
  ProductKey: { secret: true, value: "${KEY}" }
autorun: false
bootManager: 2023
output: { format: zip, bootPrompt: false }
`;
    const sequence = 'name: All\nsteps: [{ upgrade: { drivers: LATITUDE, key: productkey } }, { restart: {} }]';
    const { definition, findings, folder } = await load(base, yaml, {
      environment: { SITE: 'Bergen' },
      files: { 'sequence.yaml': sequence },
    });
    expect(lines(findings)).toEqual([
      '17:3 variables.ProductKey SECRET_READABLE The secret variable "ProductKey" goes onto the media, where whoever holds it can read it | Keep the media safe, and change the secret when the work is done',
    ]);
    expect(findings[0]?.severity).toBe('warning');
    expect(definition).toMatchObject({
      label: 'W11_ALL',
      upgradePackage: { source: join(folder, 'windows.iso'), sha256: 'ab'.repeat(32) },
      bootImage: join(folder, 'boot.wim'),
      bootDrivers: ['LATITUDE'],
      packages: [
        { id: 'A.b-c_1', kind: 'application', source: join(folder, 'files') },
        { id: 'LATITUDE', kind: 'drivers', source: join(folder, 'drivers') },
        { id: 'ZED', kind: 'files', source: join(folder, 'files') },
      ],
      autorun: false,
      output: { format: 'zip', bootPrompt: false },
      sequences: { client: { name: 'All' } },
    });
    expect(definition?.sequences.server).toBe(definition?.sequences.client);
    const [upgrade] = upgradeSteps(definition!.sequences.client, definition!);
    expect(upgrade?.step).toMatchObject({ drivers: 'LATITUDE', key: 'ProductKey' });
    expect(definition?.variables.map(({ name, value, secret }) => [name, value, secret])).toEqual([
      ['Asset', '0012', false],
      ['FromEnvironment', 'Bergen', false],
      ['Plain', '1.10', false],
      ['ProductKey', KEY, true],
      ['Secure', 'true', false],
      ['Site', 'Oslo', false],
    ]);
  });

  it('an upgrade package may be a folder', async () => {
    const { definition } = await load(base, 'name: a\nupgradePackage: { source: media }', {
      files: { media: undefined },
    });
    expect(definition).toBeDefined();
  });

  it.each([
    ['true', true],
    ['false', false],
    ['True', true],
  ])(
    `\${env:NAME} that is %j stands for it where true or false is expected, and stays text elsewhere`,
    async (text, meant) => {
      const yaml = `name: "\${env:B}"\nupgradePackage: { source: windows.iso }\nautorun: \${env:B}
output: { bootPrompt: "\${env:B}" }\nvariables: { V: "\${env:B}", W: { value: x, secret: "\${env:B}" } }`;
      const { definition, findings } = await load(base, yaml, { environment: { B: text } });
      expect(findings.filter(({ severity }) => severity !== 'warning')).toEqual([]);
      expect(definition).toMatchObject({ name: text, autorun: meant, output: { bootPrompt: meant } });
      expect(definition?.variables.map(({ value, secret }) => [value, secret])).toEqual([
        [text, false],
        ['x', meant],
      ]);
    },
  );

  it('true or false in quotes is still text', async () => {
    expect(await findings(`${SMALL}autorun: "true"`)).toEqual([
      '3:10 autorun DEFINITION_INVALID Found "true", expected true or false',
    ]);
    expect(
      (await load(base, `${SMALL}autorun: \${env:A}`, { environment: { A: 'maybe' } })).definition,
    ).toBeUndefined();
  });

  it('a sequence takes values from the same environment', async () => {
    const files = {
      's.yaml': `name: For \${env:SITE}\nsteps: [{ upgrade: { edition: "\${env:NOT_SET}" } }, { restart: {} }]`,
    };
    const options = { environment: { SITE: 'Oslo' }, files };
    expect(await findings(`${SMALL}taskSequence: s.yaml`, options)).toEqual([
      '2:31 steps[0].upgrade.edition SEQUENCE_INVALID The environment variable "NOT_SET" is not set | Set NOT_SET before you run inplace',
    ]);
    const environment = { SITE: 'Oslo', NOT_SET: 'Enterprise' };
    const { definition } = await load(base, `${SMALL}taskSequence: s.yaml`, { environment, files });
    expect(definition?.sequences.client).toMatchObject({
      name: 'For Oslo',
      yaml: { steps: [{ upgrade: { edition: 'Enterprise' } }, { restart: {} }] },
    });
  });

  it(`\${env:NAME} works in any string, once, and other \${…} stay as they are`, async () => {
    const { definition, folder } = await load(
      base,
      `name: \${env:A} \${x}\nlabel: "\${env:L}"\nupgradePackage: { source: "\${env:ISO}.iso" }\noutput: { format: "\${env:F}" }\nvariables: { V: "a\${env:A}b\${env:EMPTY}" }`,
      { environment: { A: `\${env:L}`, L: 'LABEL_1', ISO: 'windows', F: 'zip', EMPTY: '' } },
    );
    expect(definition).toMatchObject({
      name: `\${env:L} \${x}`,
      label: 'LABEL_1',
      upgradePackage: { source: join(folder, 'windows.iso') },
      output: { format: 'zip' },
    });
    expect(definition?.variables[0]?.value).toBe(`a\${env:L}b`);
  });
});

describe('the place of a field', () => {
  const yaml = `name: a
upgradePackage: { source: windows.iso }
packages:
  - { id: ZED.1, kind: files, source: files }
  - { id: ALPHA, kind: files, source: files, install: a.cmd }
taskSequence: s.yaml
output:
  bootPrompt: false
`;
  const files = {
    's.yaml': 'steps:\n  - group: g\n    steps:\n      - upgrade: { edition: Enterprise }\n      - restart: {}\n',
  };

  it.each([
    ['bootImage', 'media.yaml', 1, 1, 'bootImage'],
    ['packages.ZED.1', 'media.yaml', 4, 39, 'packages[0].source'],
    ['packages.ALPHA', 'media.yaml', 5, 39, 'packages[1].source'],
    ['output.bootPrompt', 'media.yaml', 8, 15, 'output.bootPrompt'],
    ['install.ALPHA', 'media.yaml', 5, 46, 'packages[1].install'],
  ] as const)('%s is %s:%d:%d', async (field, file, line, column, name) => {
    const { definition, folder } = await load(base, yaml, { files });
    expect(definition?.place(field)).toEqual({ file: join(folder, file), line, column, field: name });
  });

  it.each([
    ['edition', 4, 29, 'steps[0].steps[0].upgrade.edition'],
    ['key', 4, 9, 'steps[0].steps[0].upgrade.key'],
  ] as const)('%s of an upgrade step is s.yaml:%d:%d', async (option, line, column, field) => {
    const { definition, folder } = await load(base, yaml, { files });
    const [upgrade] = upgradeSteps(definition!.sequences.client, definition!);
    expect(upgrade?.place(option)).toEqual({ file: join(folder, 's.yaml'), line, column, field });
  });

  it('is no part of what the media id is made from, nor of JSON', async () => {
    const { definition } = await load(base, yaml, { files });
    const moved = await load(base, `# a comment\n${yaml}`, { files });
    expect(moved.definition?.describe()).toEqual(definition?.describe());
    expect(JSON.parse(JSON.stringify(definition))).not.toHaveProperty('place');
  });
});

describe('every problem is listed in one go, with line, column and field', () => {
  it('typing mistakes, schema, checks across fields, sources and the sequence together', async () => {
    const yaml = `nam: Field
label: w11 field
upgradePackage:
  source: missing.iso
  sha256: abc
packages:
  - id: LAT
    kind: driver
    source: nowhere
  - id: lat
    kind: files
    source: windows.iso
variables:
  _Site: Oslo
  Key: \${env:NOT_SET}
autorun: yes
taskSequence: sequence.yaml
`;
    expect(await findings(yaml, { files: { 'sequence.yaml': 'steps:\n  - uprgade: {}\n' } })).toEqual([
      '1:1 nam DEFINITION_INVALID Unknown key "nam" | Did you mean "name"?',
      '2:8 label DEFINITION_INVALID Found "w11 field", expected only A to Z, 0 to 9 and _ | Write "W11_FIELD", or leave the label out',
      '4:11 upgradePackage.source SOURCE_MISSING No such file or folder: FOLDER/missing.iso | Put the Windows ISO, or the folder it was extracted to, there',
      '5:11 upgradePackage.sha256 DEFINITION_INVALID Found "abc", expected 64 hexadecimal digits',
      '8:11 packages[0].kind DEFINITION_INVALID Found "driver", expected one of drivers, application, files | Did you mean "drivers"?',
      '9:13 packages[0].source SOURCE_MISSING No such folder: FOLDER/nowhere | Put the files of the package there',
      '10:9 packages[1].id DEFINITION_INVALID The id "lat" is there twice, first at packages[0] | Windows does not tell A from a',
      '12:13 packages[1].source DEFINITION_INVALID Found a file at FOLDER/windows.iso, expected a folder',
      '14:3 variables._Site DEFINITION_INVALID Found the name "_Site", but names that begin with _ belong to the task sequence engine',
      '15:8 variables.Key DEFINITION_INVALID The environment variable "NOT_SET" is not set | Set NOT_SET before you run inplace',
      '16:10 autorun DEFINITION_INVALID Found "yes", expected true or false | Write true',
      '2:5 steps[0].uprgade SEQUENCE_INVALID Unknown key "uprgade" | Did you mean "upgrade"?',
    ]);
  });

  it('what stands before broken YAML is checked, what seems missing behind it is not', async () => {
    expect(await findings('lable: A\nname: "a\nupgradePackage: { source: windows.iso }\n')).toEqual([
      '1:1 lable DEFINITION_INVALID Unknown key "lable" | Did you mean "label"?',
      expect.stringMatching(/^4:1 - DEFINITION_INVALID A closing quote/),
    ]);
  });

  it('a reference that cannot be filled in is one problem, not two', async () => {
    expect(
      await findings(`name: a\nlabel: "\${env:L}"\nupgradePackage: { source: "\${env:S}", sha256: "\${env:H}" }`),
    ).toEqual([
      '2:8 label DEFINITION_INVALID The environment variable "L" is not set | Set L before you run inplace',
      '3:27 upgradePackage.source DEFINITION_INVALID The environment variable "S" is not set | Set S before you run inplace',
      '3:47 upgradePackage.sha256 DEFINITION_INVALID The environment variable "H" is not set | Set H before you run inplace',
    ]);
  });
});

describe('one wrong field at a time', () => {
  it.each([
    [
      'an empty file',
      '',
      '-:- - DEFINITION_INVALID The file is empty, expected name, label, upgradePackage … | inplace init writes one with comments',
    ],
    [
      'a comment only',
      '# nothing',
      '-:- - DEFINITION_INVALID The file is empty, expected name, label, upgradePackage … | inplace init writes one with comments',
    ],
    [
      'a list',
      '- name: a',
      '1:1 - DEFINITION_INVALID Found a list, expected a mapping (key: value) | Is this the right file? Expected are name, label, upgradePackage …',
    ],
    [
      'a text',
      'hello',
      '1:1 - DEFINITION_INVALID Found a single value, expected a mapping (key: value) | Is this the right file? Expected are name, label, upgradePackage …',
    ],
    [
      'no name',
      'upgradePackage: { source: windows.iso }',
      '1:1 name DEFINITION_INVALID "name" is missing, expected text | What this media is, in your words. People see it when they start the media.',
    ],
    [
      'an empty name',
      SMALL.replace('Field upgrade', '""'),
      '1:7 name DEFINITION_INVALID Found "", expected 1 to 128 characters in one line',
    ],
    [
      'a name of two lines',
      SMALL.replace('Field upgrade', '"a\\nb"'),
      '1:7 name DEFINITION_INVALID Found "a\\nb", expected 1 to 128 characters in one line',
    ],
    [
      'a name that is a number',
      SMALL.replace('Field upgrade', '2024'),
      '1:7 name DEFINITION_INVALID Found 2024, expected text | Put it into quotes to make it text: "2024"',
    ],
    [
      'no upgrade package',
      'name: a',
      '1:1 upgradePackage DEFINITION_INVALID "upgradePackage" is missing, expected a mapping (key: value) | The Windows install media whose Setup performs the upgrade. Several are listed under upgradePackages.',
    ],
    [
      'an upgrade package that is a path',
      'name: a\nupgradePackage: windows.iso',
      '2:17 upgradePackage DEFINITION_INVALID Found "windows.iso", expected a mapping (key: value)',
    ],
    [
      'an upgrade package without source',
      'name: a\nupgradePackage: {}',
      '2:1 upgradePackage.source DEFINITION_INVALID "source" is missing, expected text | The Windows ISO, or the folder it was extracted to. Relative to this file.',
    ],
    [
      'an empty source',
      'name: a\nupgradePackage: { source: "" }',
      '2:27 upgradePackage.source DEFINITION_INVALID Found "", expected a path',
    ],
    [
      'a key without value',
      `${SMALL}packages:\n`,
      '3:10 packages DEFINITION_INVALID Found no value, expected a list | Give it a value, or remove the line',
    ],
    [
      'a package that is a text',
      `${SMALL}packages: [EXAMPLE]`,
      '3:12 packages[0] DEFINITION_INVALID Found "EXAMPLE", expected a mapping (key: value)',
    ],
    [
      'a package without kind',
      `${SMALL}packages: [{ id: A, source: files }]`,
      '3:12 packages[0].kind DEFINITION_INVALID "kind" is missing, expected one of drivers, application, files | drivers: .inf files that Windows Setup installs. application, files: carried onto the media.',
    ],
    [
      'an id with a space',
      `${SMALL}packages: [{ id: A B, kind: files, source: files }]`,
      '3:18 packages[0].id DEFINITION_INVALID Found "A B", expected only letters (a to z), digits, dash, underscore and dot | Write an id such as LATITUDE-5440',
    ],
    [
      'an id that is a device',
      `${SMALL}packages: [{ id: com1.x, kind: files, source: files }]`,
      '3:18 packages[0].id DEFINITION_INVALID The id cannot be the name of a folder: Windows takes "com1" for a device, whatever follows the dot | Write an id such as LATITUDE-5440',
    ],
    [
      'an id that ends with a dot',
      `${SMALL}packages: [{ id: A., kind: files, source: files }]`,
      '3:18 packages[0].id DEFINITION_INVALID The id cannot be the name of a folder: Windows drops the dot at the end of a name | Write an id such as LATITUDE-5440',
    ],
    [
      'an id that leads out',
      `${SMALL}packages: [{ id: .., kind: files, source: files }]`,
      '3:18 packages[0].id DEFINITION_INVALID The id cannot be the name of a folder: ".." means a folder itself or the one above it | Write an id such as LATITUDE-5440',
    ],
    [
      'an id of 65 characters',
      `${SMALL}packages: [{ id: ${'A'.repeat(65)}, kind: files, source: files }]`,
      '3:18 packages[0].id DEFINITION_INVALID The id has 65 characters, at most 64 are possible | Write an id such as LATITUDE-5440',
    ],
    [
      'a sum of a folder',
      `name: a\nupgradePackage: { source: files, sha256: ${'a'.repeat(64)} }`,
      '2:42 upgradePackage.sha256 DEFINITION_INVALID The upgrade package is a folder, and only an ISO can have a SHA-256 | Remove sha256, or name the ISO',
    ],
    [
      'a boot image that is missing',
      `${SMALL}bootImage: other.wim`,
      '3:12 bootImage SOURCE_MISSING No such file: FOLDER/other.wim | Write "default" for the ISO\'s own',
    ],
    [
      'a boot image that is a folder',
      `${SMALL}bootImage: files`,
      '3:12 bootImage DEFINITION_INVALID Found a folder at FOLDER/files, expected a file',
    ],
    [
      'boot drivers that no package has',
      `${SMALL}bootDrivers: [B]\npackages: [{ id: A, kind: drivers, source: drivers }]`,
      '3:15 bootDrivers[0] DEFINITION_INVALID There is no package "B" | Packages of drivers are A',
    ],
    [
      'boot drivers without any package',
      `${SMALL}bootDrivers: [B]`,
      '3:15 bootDrivers[0] DEFINITION_INVALID There is no package "B" | Add a package of kind drivers',
    ],
    [
      'boot drivers that are none',
      `${SMALL}bootDrivers: [A]\npackages: [{ id: A, kind: files, source: files }]`,
      '3:15 bootDrivers[0] DEFINITION_INVALID The package "A" is of kind "files" | Name a package of kind drivers',
    ],
    [
      'boot drivers twice',
      `${SMALL}bootDrivers: [A, a]\npackages: [{ id: A, kind: drivers, source: drivers }]`,
      '3:18 bootDrivers[1] DEFINITION_INVALID The package "a" is there twice | Name it once',
    ],
    [
      'a sequence that is missing',
      `${SMALL}taskSequence: none.yaml`,
      '3:15 taskSequence SOURCE_MISSING No such file: FOLDER/none.yaml | Leave taskSequence out to upgrade with one step',
    ],
    [
      'a sequence that is a folder',
      `${SMALL}taskSequence: files`,
      '3:15 taskSequence DEFINITION_INVALID Found a folder at FOLDER/files, expected a file',
    ],
    [
      'backslashes on a system with slashes',
      `${SMALL}packages: [{ id: A, kind: files, source: packages\\EXAMPLE }]`,
      '3:42 packages[0].source SOURCE_MISSING No such folder: FOLDER/packages\\EXAMPLE | Write / between the names of folders: it works on every system',
    ],
    [
      'a Windows path',
      `${SMALL}bootImage: C:\\images\\boot.wim`,
      '3:12 bootImage SOURCE_MISSING "C:\\\\images\\\\boot.wim" is a path of Windows, and there is no such file on this system | Write the path as this system has it, or one relative to this file with / between the names',
    ],
    [
      'a path of a Windows server',
      `${SMALL}bootImage: '\\\\server\\share\\boot.wim'`,
      '3:12 bootImage SOURCE_MISSING "\\\\\\\\server\\\\share\\\\boot.wim" is a path of Windows, and there is no such file on this system | Write the path as this system has it, or one relative to this file with / between the names',
    ],
    [
      'a path from home',
      `${SMALL}bootImage: ~/boot.wim`,
      `3:12 bootImage SOURCE_MISSING "~/boot.wim" is a path of a home folder as shells write it, and there is no such file here | Write the whole path, or "\${env:HOME}/…"`,
    ],
    [
      'a source in another letter case',
      'name: a\nupgradePackage: { source: ./Windows.ISO }',
      '2:27 upgradePackage.source SOURCE_MISSING No such file or folder: FOLDER/Windows.ISO | Did you mean "windows.iso"?',
    ],
    [
      'a source with blanks too many, in a folder in another letter case',
      `${SMALL}packages: [{ id: A, kind: files, source: "Files/../FILES " }]`,
      '3:42 packages[0].source SOURCE_MISSING No such folder: FOLDER/FILES  | Did you mean "files"?',
    ],
    [
      'a reference without quotes inside braces',
      `${SMALL}variables: { A: \${env:A}, B: { value: \${env:B} } }\nautorun: maybe\nbootImage: none\n`,
      `3:17 - DEFINITION_INVALID A reference to the environment is not in quotes | Inside { } and [ ] write it in quotes: "\${env:NAME}"`,
    ],
    [
      'a reference without quotes inside brackets, behind other text',
      `${SMALL}packages: [a\${env:A}]`,
      `3:13 - DEFINITION_INVALID A reference to the environment is not in quotes | Inside { } and [ ] write it in quotes: "\${env:NAME}"`,
    ],
    [
      'a mapping that looks like an object of JavaScript',
      SMALL.replace('Field upgrade', '{ constructor: { name: { a: b } } }'),
      '1:7 name DEFINITION_INVALID Found a mapping (key: value), expected text',
    ],
    [
      'a key without a space behind its colon',
      'name: a\nupgradePackage: { source: windows.iso, sha256:4d2f }',
      '2:40 upgradePackage[…] DEFINITION_INVALID Unknown key | Write "sha256: " with a space after the colon',
    ],
    [
      'a path with a zero character',
      `${SMALL}bootImage: "a\\0b"`,
      '3:12 bootImage DEFINITION_INVALID Found a zero character, expected a path',
    ],
    [
      'a format that does not exist',
      `${SMALL}output: { format: is }`,
      '3:19 output.format DEFINITION_INVALID Found "is", expected one of iso, hybrid, usb, folder, zip | Did you mean "iso"?',
    ],
    [
      'a prompt that is a number',
      `${SMALL}output: { bootPrompt: 0 }`,
      '3:23 output.bootPrompt DEFINITION_INVALID Found 0, expected true or false',
    ],
    [
      'a boot manager that does not exist',
      `${SMALL}bootManager: 2012`,
      '3:14 bootManager DEFINITION_INVALID Found 2012, expected one of 2011, 2023, asIs',
    ],
    [
      'a reference without end',
      `${SMALL}label: "A\${env:B"`,
      `3:8 label DEFINITION_INVALID A reference to an environment variable has no "}" | Write \${env:NAME}, the name in letters, digits and _`,
    ],
    [
      'a reference without name',
      `${SMALL}label: "A\${env:}"`,
      `3:8 label DEFINITION_INVALID A reference does not name an environment variable | Write \${env:NAME}, the name in letters, digits and _`,
    ],
    [
      'a reference to what every object has',
      `${SMALL}label: "\${env:constructor}"`,
      '3:8 label DEFINITION_INVALID The environment variable named here is not set | Set it before you run inplace; only the name of a variable belongs here, never its value',
    ],
    [
      'a control character in a message',
      `${SMALL}"a\\x1b[2J": 1`,
      '3:1 […] DEFINITION_INVALID Unknown key | Known here: name, label, upgradePackage, upgradePackages, bootImage, bootDrivers, packages, taskSequence, variables, prestart, validity, autorun, bootManager, output, password, signing, usb',
    ],
  ])('%s', async (_, yaml, expected) => {
    expect(await findings(yaml)).toEqual([expected]);
  });

  it('a task sequence in its place is one problem', async () => {
    const found = await findings('name: S\nsteps:\n  - upgrade:\n');
    expect(found).toHaveLength(1);
    expect(found[0]).toContain('This is a task sequence, and a media definition is expected');
  });

  it('a missing definition', async () => {
    expect(lines((await load(base, '')).findings)).toHaveLength(1);
  });
});

describe('variables', () => {
  it.each([
    ['a name that begins with a digit', '1A: x', '4:3 variables.1A '],
    ['a name with a space', '"A B": x', '4:3 variables["A B"]'],
    ['a name with an umlaut', 'Größe: x', '4:3 variables'],
    ['a name of 257 characters', `${'A'.repeat(257)}: x`, '4:3 variables'],
    ['a value of 4001 characters', `A: ${'x'.repeat(4001)}`, '4:6 variables.A'],
    ['a value with a zero character', 'A: "a\\0"', '4:6 variables.A'],
    ['a value that is a list', 'A: [x]', '4:6 variables.A'],
    ['neither value nor env', 'A: { secret: true }', '4:6 variables.A'],
    ['value and env', 'A: { value: x, env: E }', '4:6 variables.A'],
    ['an environment variable that is not set', 'A: { env: NOT_SET }', '4:13 variables.A.env'],
    ['an environment variable that is empty', 'A: { env: EMPTY }', '4:13 variables.A.env'],
    ['an environment variable with an impossible name', 'A: { env: "a b" }', '4:13 variables.A.env'],
    ['secret that is neither true nor false', 'A: { value: x, secret: maybe }', '4:26 variables.A.secret'],
    ['a mistyped key', 'A: { value: x, secert: true }', '4:18 variables.A.secert'],
  ])('%s is refused', async (_, variable, place) => {
    const found = await findings(`${SMALL}variables:\n  ${variable}`, { environment: { EMPTY: '' } });
    const errors = found.filter((line) => !line.includes('SECRET_READABLE'));
    expect(errors).toHaveLength(1);
    expect(errors[0]).toContain(place);
    expect(errors[0]).toContain(' DEFINITION_INVALID ');
  });

  it('names are compared without letter case', async () => {
    expect(await findings(`${SMALL}variables: { Site: a, SITE: b }`)).toEqual([
      '3:23 variables.SITE DEFINITION_INVALID The variable "SITE" is there twice, first as "Site": letter case is ignored',
    ]);
  });

  it('may be named like a member of every object', async () => {
    const { definition } = await load(base, `${SMALL}variables: { constructor: a, toString: b }`);
    expect(definition?.variables.map(({ name }) => name)).toEqual(['constructor', 'toString']);
  });
});

describe('secrets', () => {
  const SECRET = 'hunter2-hunter2';

  it.each([
    ['a literal', `{ secret: true, value: ${SECRET} }`],
    ['from the environment', '{ secret: true, env: PW }'],
    ['by reference', `{ secret: true, value: "\${env:PW}" }`],
  ])('%s reaches the media and nothing that is printed', async (_, variable) => {
    const { definition, findings } = await load(base, `${SMALL}variables: { Password: ${variable} }`, {
      environment: { PW: SECRET },
    });
    expect(definition?.variables[0]?.value).toBe(SECRET);
    const printed = [
      shown(findings),
      JSON.stringify(findings),
      JSON.stringify(definition),
      inspect(definition, { depth: 9 }),
    ];
    printed.push(
      JSON.stringify(definition?.describe()),
      JSON.stringify({ ...definition?.variables[0] }),
      String(definition),
    );
    for (const text of printed) expect(text).not.toContain('hunter2');
    expect(findings.map(({ code, severity }) => [code, severity])).toEqual([['SECRET_READABLE', 'warning']]);
  });

  it.each([
    `variables: { A: { secret: true, value: [${SECRET}] } }`,
    `variables: { A: { secret: true, valeu: ${SECRET} } }`,
    `variables: { A: { secret: ${SECRET}, value: x } }`,
    `variables: { A: { secret: true, value: "\${env:${SECRET} x}" } }`,
    `variables: { A: { secret: true, env: "${SECRET} x" } }`,
    `variables: [${SECRET}]`,
    `variables: ${SECRET}`,
    `variables: { A: { secret: true, value: ${SECRET}`,
    `variables: { A: { secret: true, value: "${SECRET}" x } }`,
    `password: ${SECRET}`,
  ])('are not repeated when the definition is wrong: %s', async (yaml) => {
    const { definition, findings } = await load(base, SMALL + yaml);
    expect(definition).toBeUndefined();
    expect(findings.some(({ severity }) => severity !== 'warning')).toBe(true);
    expect(shown(findings)).not.toContain('hunter2');
  });

  it('whose "secret" is mistyped are not shown either', async () => {
    const { findings } = await load(base, `${SMALL}variables: { A: { secret: 1, value: 5 } }`);
    expect(lines(findings)).toEqual([
      expect.stringContaining('SECRET_READABLE'),
      '3:27 variables.A.secret DEFINITION_INVALID Found another value, expected true or false',
    ]);
  });
});

describe('what was written into the wrong place is not repeated', () => {
  const REAL = 'VK7JG-NPHTM-C97JM-9MPGT-3V66T';

  it.each([
    ['a key and its value without a space', `${SMALL}ProductKey:${REAL}\nlabel: A\n`],
    ['the same among the variables', `${SMALL}variables:\n  ProductKey:${REAL}\n  Site: Oslo\n`],
    ['the same in braces', `${SMALL}variables: { ProductKey:${REAL}, A:hunter2 }\n`],
    ['the same of a variable', `${SMALL}variables: { A: { secret: true, value:hunter2 } }\n`],
    ['a known key with its value', `${SMALL}password:hunter2\nlabel: A\n`],
    ['an unknown key that is a value', `${SMALL}hunter2: x`],
    ['a known key near a short value', `${SMALL}{ label:a1 }: x`],
    ['two equal keys that are values', `${SMALL}variables: { "hunter2:": a, "hunter2:": b }`],
    ['a value that begins with *', `${SMALL}variables: { A: *hunter2 }`],
    ['a value as the name of its variable', `${SMALL}variables: { A: { env: hunter2secret } }`],
    ['an empty one', `${SMALL}variables: { A: { env: hunter2empty } }`],
    ['a product key as the name of its variable', `${SMALL}variables: { A: { env: ${REAL.replaceAll('-', '')} } }`],
    ['a value in a reference', `${SMALL}variables: { A: "\${env:hunter2secret}" }`],
    ['a file that is no definition', `PRODUCT_KEY=${REAL}\nPASS=hunter2\n`],
    ['a file that is almost one', `PRODUCT_KEY=${REAL}\nPASS=hunter2: x\n`],
    ['a product key as a label', `${SMALL}label: ${REAL}`],
    ['a product key as a label that could be one', `${SMALL}label: ${REAL.toLowerCase().replaceAll('-', '_')}`],
    ['a product key as a path', `${SMALL}bootImage: ${REAL}`],
    ['a product key as a kind', `${SMALL}packages: [{ id: A, kind: ${REAL}, source: files }]`],
    ['a product key at the end of a long value', `${SMALL}output: { format: ${'x'.repeat(70)} ${REAL} }`],
    ['a product key as an id', `${SMALL}packages: [{ id: "${REAL}!", kind: files, source: files }]`],
    ['a product key as a format', `${SMALL}output: { format: ${REAL.slice(0, -1)} }`],
  ])('%s', async (_, yaml) => {
    const { definition, findings } = await load(base, yaml, { environment: { hunter2empty: '' } });
    expect(definition).toBeUndefined();
    expect(findings.some(({ severity }) => severity !== 'warning')).toBe(true);
    expect(shown(findings) + JSON.stringify(findings)).not.toMatch(/hunter2|VK7JG|NPHTM|C97JM|9MPGT|3V66/i);
  });

  it('a plain word as an unknown key is shown', async () => {
    expect(await findings(`${SMALL}colour: x`)).toEqual([
      expect.stringContaining('3:1 colour DEFINITION_INVALID Unknown key "colour"'),
    ]);
  });
});

describe('media that is a disk', () => {
  it.each(['hybrid', 'usb'])('%s has a label of 11 characters at most, made from the name too', async (format) => {
    const yaml = (label: string) =>
      `name: Windows 11 field upgrade\nupgradePackage: { source: windows.iso }\n${label}output: { format: ${format} }`;
    expect((await load(base, yaml(''))).definition?.label).toBe('WINDOWS_11');
    expect((await load(base, yaml('label: ELEVENCHARS\n'))).definition?.label).toBe('ELEVENCHARS');
    expect(await findings(yaml('label: TWELVE_CHARS\n'))).toEqual([
      '3:8 label DEFINITION_INVALID The label has 12 characters, at most 11 are possible on FAT32 | Write "TWELVE_CHAR", or leave the label out',
    ]);
  });

  it('has the size of the stick that is asked for', async () => {
    const { definition } = await load(base, `${SMALL}output: { format: usb, size: 28.5 GiB }`);
    expect(definition?.output).toEqual({ format: 'usb', bootPrompt: true, size: 28.5 * 1024 ** 3 });
    expect(await findings(`${SMALL}output: { size: 14 }`)).toEqual([
      expect.stringMatching(/^3:17 output\.size DEFINITION_INVALID Found 14, expected a size with its unit/),
    ]);
  });
});

describe('options of the design that are not built are refused by name', () => {
  it.each([
    ['password: x', 'password'],
    ['signing: x', 'signing'],
    ['output: { maxSize: 4 GB }', 'output.maxSize'],
    ['output: { spanning: true }', 'output.spanning'],
  ])('%s', async (option, field) => {
    const { definition, findings } = await load(base, SMALL + option);
    expect(definition).toBeUndefined();
    expect(findings.map(({ code, where }) => [code, where?.line, where?.field])).toEqual([
      ['DEFINITION_NOT_BUILT', 3, field],
    ]);
    expect(findings[0]?.message).toContain('does not work yet: ');
    expect(findings[0]?.hint).toBeTruthy();
  });
});

describe('the edition or image that goes onto the media', () => {
  const yaml = (choice: string): string => `name: a\nupgradePackage: { source: windows.iso, ${choice} }`;

  it.each([
    ['edition: Enterprise', { edition: 'Enterprise' }],
    ['image: 3', { image: 3 }],
  ])('%s', async (choice, expected) => {
    const { definition } = await load(base, yaml(choice));
    expect(definition?.upgradePackage).toMatchObject(expected);
    expect(definition?.describe()).not.toEqual((await load(base, yaml(''))).definition?.describe());
  });

  it('is one of the two', async () => {
    expect(await findings(yaml('edition: Enterprise, image: 3'))).toEqual([
      '2:61 upgradePackage.image DEFINITION_INVALID Both "edition" and "image" say which image goes onto the media | Leave one of the two out',
    ]);
  });
});

describe('what the media id is made from', () => {
  const EVERYTHING = `${SMALL}packages: [{ id: B, kind: drivers, source: drivers }, { id: A, kind: drivers, source: drivers }]
variables: { B: 1, A: { secret: true, value: hunter2 } }`;

  it('is the same on every computer: no host path, no secret, a fixed order', async () => {
    const one = await load(base, EVERYTHING);
    const two = await load(
      base,
      EVERYTHING.replace('hunter2', 'other').replace('name: Field upgrade', '"name": "Field upgrade"'),
    );
    const text = JSON.stringify(one.definition?.describe());
    expect(JSON.stringify(two.definition?.describe())).toBe(text);
    expect(text).not.toContain(base);
    expect(text).not.toContain('windows.iso');
    expect(text).toMatchInlineSnapshot(
      `"{"name":"Field upgrade","label":"FIELD_UPGRA","upgradePackage":{"sha256":null},"bootImage":"default","packages":[{"id":"A","kind":"drivers"},{"id":"B","kind":"drivers"}],"variables":[{"name":"A","secret":true},{"name":"B","secret":false,"value":"1"}],"autorun":true,"bootManager":"asIs","output":{"format":"hybrid","bootPrompt":true},"sequence":{"name":"In-place upgrade of Windows","description":null,"upgrade":{"name":"Upgrade the operating system","description":null,"groups":["Upgrade the operating system"],"edition":null,"scanOnly":false,"ignoreDismissible":null,"drivers":"deploy/packages","reflectDrivers":null,"migrateDrivers":null,"key":null}}}"`,
    );
  });

  it.each([
    ['name', 'name: Field upgrade', 'name: Field Upgrade'],
    ['package', 'id: B', 'id: C'],
    ['variable', 'B: 1', 'B: 2'],
    ['checksum', 'windows.iso', `windows.iso, sha256: ${'a'.repeat(64)}`],
  ])('changes with the %s', async (_, from, to) => {
    const one = await load(base, EVERYTHING);
    const two = await load(base, EVERYTHING.replace(from, to));
    expect(two.definition?.describe()).toBeDefined();
    expect(two.definition?.describe()).not.toEqual(one.definition?.describe());
  });
});

describe('the built-in sequence', () => {
  const drivers = (...kinds: string[]) =>
    `${SMALL}packages:\n${kinds.map((kind, i) => `  - { id: P${i}, kind: ${kind}, source: files }\n`).join('')}`;

  it.each([
    [['drivers'], 'P0'],
    [['files', 'drivers'], 'P1'],
    [['drivers', 'drivers'], ''],
    [['files'], undefined],
  ])('of media with packages %j installs drivers of the package "%s"', async (kinds, id) => {
    const { definition } = await load(base, drivers(...kinds));
    for (const kind of ['client', 'server'] as const) {
      expect(mainUpgrade(definition!.sequences[kind], definition!)?.step.drivers).toBe(id);
    }
  });

  it('cannot choose between several driver packages among others', async () => {
    expect(await findings(drivers('drivers', 'drivers', 'files'))).toEqual([
      '3:1 packages SEQUENCE_INVALID The media has several driver packages (P0, P1) among others, and Windows Setup takes one folder | Name one as "drivers" of the upgrade step, or put all drivers into one package',
    ]);
  });
});
