/** Several upgrade packages, validity dates and the prestart command in a definition. */
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { temporaryFolder } from '../support/tools.js';
import { lines, load } from './project.js';

const base = temporaryFolder();
const SMALL = 'name: Field upgrade\nupgradePackage: { source: windows.iso }\n';

async function findings(yaml: string, files?: Record<string, string | undefined>): Promise<string[]> {
  const loaded = await load(base, yaml, files ? { files } : {});
  expect(loaded.definition).toBeUndefined();
  return lines(loaded.findings, loaded.folder);
}

describe('upgradePackages', () => {
  const LIST = `name: Both
upgradePackages:
  - { id: EN-X64, source: windows.iso, sha256: ${'AB'.repeat(32)} }
  - { id: NB-X64, source: nb.iso, edition: Enterprise }
  - { id: EN-X86, source: x86 }
`;
  const FILES = { 'nb.iso': 'nb', x86: undefined };

  it('the first is the one at the root, the others keep their order', async () => {
    const { definition, findings: found, folder } = await load(base, LIST, { files: FILES });
    expect(found).toEqual([]);
    expect(definition?.upgradePackage).toEqual({
      id: 'EN-X64',
      source: join(folder, 'windows.iso'),
      sha256: 'ab'.repeat(32),
    });
    expect(definition?.otherUpgradePackages).toEqual([
      { id: 'NB-X64', source: join(folder, 'nb.iso'), edition: 'Enterprise' },
      { id: 'EN-X86', source: join(folder, 'x86') },
    ]);
    expect(definition?.placeOfUpgradePackage('NB-X64', 'edition')).toEqual({
      file: join(folder, 'media.yaml'),
      line: 4,
      column: 44,
      field: 'upgradePackages[1].edition',
    });
    expect(JSON.stringify(definition?.describe())).not.toContain(folder);
  });

  it('a list of one is a list as well', async () => {
    const { definition } = await load(base, 'name: a\nupgradePackages: [{ id: ONE, source: windows.iso }]');
    expect(definition?.upgradePackage.id).toBe('ONE');
  });

  it('the media id changes with an edition, and with the order', async () => {
    const of = async (yaml: string) =>
      JSON.stringify((await load(base, yaml, { files: FILES })).definition?.describe());
    const one = await of(LIST);
    expect(await of(LIST.replace('Enterprise', 'Education'))).not.toBe(one);
    expect(await of(LIST.replace(', edition: Enterprise', ''))).not.toBe(one);
  });

  it.each([
    [
      'both keys',
      `${SMALL}upgradePackages: [{ id: A, source: windows.iso }]`,
      ['3:18 upgradePackages DEFINITION_INVALID Found a list, expected either "upgradePackage" or "upgradePackages"'],
    ],
    [
      'an empty list',
      'name: a\nupgradePackages: []',
      ['2:18 upgradePackages DEFINITION_INVALID Found a list, expected at least one upgrade package'],
    ],
    [
      'an id that is no name of a folder, one that is missing, and one that is there twice',
      `name: a
upgradePackages:
  - { id: "a b", source: windows.iso }
  - { source: windows.iso }
  - { id: X, source: windows.iso }
  - { id: x, source: windows.iso }`,
      [
        '3:11 upgradePackages[0].id DEFINITION_INVALID Found "a b", expected only letters (a to z), digits, dash, underscore and dot | Write an id such as W11-NB',
        '4:5 upgradePackages[1].id DEFINITION_INVALID "id" is missing, expected text | Name of the upgrade package: letters, digits, dash, underscore and dot. A folder has this name.',
        '6:11 upgradePackages[3].id DEFINITION_INVALID The id "x" is there twice, first at upgradePackages[2] | Windows does not tell A from a',
      ],
    ],
    [
      'every problem of every package at once',
      `name: a
upgradePackages:
  - { id: A, source: missing.iso, edition: X, image: 1 }
  - { id: B, source: files, sha256: ${'a'.repeat(64)} }
  - { id: C, source: windows.iso, sha256: abc }`,
      [
        '3:22 upgradePackages[0].source SOURCE_MISSING No such file or folder: FOLDER/missing.iso | Put the Windows ISO, or the folder it was extracted to, there',
        '3:47 upgradePackages[0].image DEFINITION_INVALID Both "edition" and "image" say which image goes onto the media | Leave one of the two out',
        '4:37 upgradePackages[1].sha256 DEFINITION_INVALID The upgrade package is a folder, and only an ISO can have a SHA-256 | Remove sha256, or name the ISO',
        '5:43 upgradePackages[2].sha256 DEFINITION_INVALID Found "abc", expected 64 hexadecimal digits',
      ],
    ],
    [
      'neither, beside another problem',
      'name: a\nautorun: 1',
      [
        '1:1 upgradePackage DEFINITION_INVALID "upgradePackage" is missing, expected a mapping (key: value) | The Windows install media whose Setup performs the upgrade. Several are listed under upgradePackages.',
        '2:10 autorun DEFINITION_INVALID Found 1, expected true or false',
      ],
    ],
  ])('%s', async (_, yaml, expected) => {
    expect(await findings(yaml)).toEqual(expected);
  });
});

describe('validity', () => {
  it.each([
    ['{ from: 2026-11-01, until: 2027-02-01 }', { from: '2026-11-01', until: '2027-02-01' }],
    ['{ from: 2026-11-01, until: 2026-11-01 }', { from: '2026-11-01', until: '2026-11-01' }],
    ['{ until: "2028-02-29" }', { until: '2028-02-29' }],
    ['{ from: 2026-11-01 }', { from: '2026-11-01' }],
  ])('%s', async (yaml, expected) => {
    const { definition, findings: found } = await load(base, `${SMALL}validity: ${yaml}`);
    expect(found).toEqual([]);
    expect(definition?.validity).toEqual(expected);
    expect(JSON.stringify(definition?.describe())).toContain(JSON.stringify(expected));
  });

  it.each([
    ['{}', '3:11 validity DEFINITION_INVALID Found a mapping (key: value), expected "from", "until", or both'],
    [
      '{ until: 2026-02-29 }',
      '3:20 validity.until DEFINITION_INVALID Found "2026-02-29", expected a date of the calendar | Year, month, day: 2026-11-30',
    ],
    [
      '{ until: 1.2.2027 }',
      '3:20 validity.until DEFINITION_INVALID Found "1.2.2027", expected a date such as 2026-11-30',
    ],
    [
      '{ from: 2027-02-01, until: 2026-11-01 }',
      '3:38 validity.until DEFINITION_INVALID The media would be valid from 2027-02-01 until 2026-11-01, which is before it | "until" is the last day on which they may be used',
    ],
    [
      '{ from: 2026-11-01T00:00:00Z }',
      '3:19 validity.from DEFINITION_INVALID Found "2026-11-01T00:00:00Z", expected a date such as 2026-11-30',
    ],
  ])('%s is refused', async (yaml, expected) => {
    expect(await findings(`${SMALL}validity: ${yaml}`)).toEqual([expected]);
  });
});

describe('prestart', () => {
  it('takes a command, a folder and a time limit', async () => {
    const yaml = `${SMALL}prestart: { command: ask.cmd %Site%, files: prestart, timeout: 5 min }`;
    const { definition, folder } = await load(base, yaml, { files: { 'prestart/ask.cmd': '' } });
    expect(definition?.prestart).toEqual({ command: 'ask.cmd %Site%', files: join(folder, 'prestart'), timeout: 300 });
    expect(JSON.stringify(definition?.describe())).toContain('"prestart":{"command":"ask.cmd %Site%","timeout":300}');
  });

  it('a command alone has an hour', async () => {
    const { definition } = await load(base, `${SMALL}prestart: { command: cmd /c exit 0 }`);
    expect(definition?.prestart).toEqual({ command: 'cmd /c exit 0', timeout: 3600 });
  });

  it.each([
    [
      '{ files: files }',
      '3:1 prestart.command DEFINITION_INVALID "command" is missing, expected text | The command, run from the folder of the files. %Name% stands for a variable.',
    ],
    ['{ command: "a\\nb" }', '3:22 prestart.command DEFINITION_INVALID Found "a\\nb", expected a command line'],
    [
      '{ command: a, files: prestart }',
      '3:32 prestart.files SOURCE_MISSING No such folder: FOLDER/prestart | Put the files of the command there, or leave files out',
    ],
    [
      '{ command: a, files: windows.iso }',
      '3:32 prestart.files DEFINITION_INVALID Found a file at FOLDER/windows.iso, expected a folder',
    ],
  ])('%s is refused', async (yaml, expected) => {
    expect(await findings(`${SMALL}prestart: ${yaml}`)).toEqual([expected]);
  });
});
