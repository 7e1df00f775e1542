import { access, mkdir, readdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { initFolder } from '../../src/definition/init.js';
import { loadDefinition } from '../../src/definition/load.js';
import { mediaDefinitionJsonSchema } from '../../src/definition/schema.js';
import { taskSequenceJsonSchema } from '../../src/task-sequence/schema.js';
import { upgradeSteps } from '../../src/task-sequence/walk.js';
import { describeWith, runOk, temporaryFolder } from '../support/tools.js';
import { lines, project } from './project.js';

const base = temporaryFolder();
const FILES = [
  'media.schema.json',
  'media.yaml',
  'packages/EXAMPLE/README.txt',
  'task-sequence.schema.json',
  'upgrade.yaml',
];

async function files(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => !entry.isDirectory())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)))
    .sort();
}

describe('initFolder', () => {
  it('writes a definition, a sequence, an example package and both schemas', async () => {
    const folder = join(base, 'a', 'new folder');
    const { written, findings } = await initFolder(folder);
    expect(findings).toEqual([]);
    expect(await files(folder)).toEqual(FILES);
    expect(written.map((path) => relative(folder, path)).sort()).toEqual(FILES);
  });

  it('what it writes lacks nothing but the Windows ISO, and the message says to put it there', async () => {
    const folder = await project(base, {});
    await initFolder(folder);
    const { findings } = await loadDefinition(join(folder, 'media.yaml'), { environment: {} });
    expect(lines(findings, folder)).toEqual([
      '20:11 upgradePackage.source SOURCE_MISSING No such file or folder: FOLDER/windows.iso | Put the Windows ISO, or the folder it was extracted to, there',
    ]);
    await writeFile(join(folder, 'windows.iso'), '');
    const { definition } = await loadDefinition(join(folder, 'media.yaml'), { environment: {} });
    expect(definition?.packages.map(({ id }) => id)).toEqual(['EXAMPLE']);
    expect(definition?.sequenceFile).toBe(join(folder, 'upgrade.yaml'));
  });

  it('its upgrade.yaml is the built-in sequence, which is used, too, when media.yaml does not name it', async () => {
    const folder = await project(base, { 'windows.iso': '' });
    await initFolder(folder);
    const path = join(folder, 'media.yaml');
    const built = await loadDefinition(path, { environment: {} });
    await writeFile(path, (await readFile(path, 'utf8')).replace('taskSequence: upgrade.yaml\n', ''));
    const { definition, findings } = await loadDefinition(path, { environment: {} });
    expect(lines(findings)).toEqual([]);
    expect(definition?.sequenceFile).toBeUndefined();
    expect(definition?.sequences.client.yaml).toEqual(built.definition?.sequences.client.yaml);
  });

  it('what it writes is accepted by its own schemas, in an editor', async () => {
    const folder = await project(base, {});
    await initFolder(folder);
    const read = async (name: string) => readFile(join(folder, name), 'utf8');
    for (const [yaml, schema, made] of [
      ['media.yaml', 'media.schema.json', mediaDefinitionJsonSchema()],
      ['upgrade.yaml', 'task-sequence.schema.json', taskSequenceJsonSchema()],
    ] as const) {
      const text = await read(yaml);
      expect(text.split('\n')[0]).toBe(`# yaml-language-server: $schema=./${schema}`);
      const published = JSON.parse(await read(schema));
      expect(published).toEqual(JSON.parse(JSON.stringify(made)));
      expect(new Ajv2020({ allowUnionTypes: true }).validate(published, parse(text))).toBe(true);
    }
  });

  it('every option in a comment of the templates is accepted when the comment sign is removed', async () => {
    const folder = await project(base, {
      'windows.iso': '',
      'drivers/latitude-5440': undefined,
      encryption: undefined,
    });
    await initFolder(folder);
    const uncomment = async (name: string, pattern: RegExp) => {
      const path = join(folder, name);
      const text = (await readFile(path, 'utf8')).replace(pattern, '$1');
      await writeFile(path, text);
      return text;
    };
    const key = 'AAAAA-BBBBB-CCCCC-DDDDD-EEEEE';
    const media = await uncomment(
      'media.yaml',
      /^( *)# (?=(?:label|taskSequence|variables|- id| {2}kind| {2}source| {2}Site| {2}ProductKey):)/gm,
    );
    expect(media).toMatch(/^ {2}ProductKey: \{/m);
    await writeFile(
      join(folder, 'media.yaml'),
      media.replace(/^packages:$/m, 'packages:\n  - { id: DISK-ENCRYPTION, kind: drivers, source: encryption }'),
    );
    const sequence = await uncomment(
      'upgrade.yaml',
      /^( *)# (?=(?:ignoreDismissible|edition|drivers|reflectDrivers|migrateDrivers|key): )/gm,
    );
    expect(sequence).toMatch(/^ {10}key: ProductKey$/m);
    const { definition, findings } = await loadDefinition(join(folder, 'media.yaml'), {
      environment: { PRODUCT_KEY: key },
    });
    expect(lines(findings)).toEqual([expect.stringContaining('SECRET_READABLE')]);
    expect(upgradeSteps(definition!.sequences.client, definition!)[1]?.step).toEqual({
      name: 'Upgrade the operating system',
      groups: ['Upgrade the operating system'],
      scanOnly: false,
      expect: 14_400,
      ignoreDismissible: true,
      edition: 'Enterprise',
      drivers: 'LATITUDE-5440',
      reflectDrivers: 'DISK-ENCRYPTION',
      migrateDrivers: 'all',
      key: 'ProductKey',
    });
  });

  it('overwrites nothing: every file in the way is named, and nothing is written', async () => {
    const folder = await project(base, { 'media.yaml': 'mine', 'packages/EXAMPLE/README.txt': 'mine too' });
    await symlink('nowhere', join(folder, 'upgrade.yaml'));
    const { written, findings } = await initFolder(folder);
    expect(written).toEqual([]);
    expect(findings.map(({ code, where }) => [code, relative(folder, where!.file!)])).toEqual([
      ['OUTPUT_REFUSED', 'media.yaml'],
      ['OUTPUT_REFUSED', 'upgrade.yaml'],
      ['OUTPUT_REFUSED', 'packages/EXAMPLE/README.txt'],
    ]);
    expect(await files(folder)).toEqual(['media.yaml', 'packages/EXAMPLE/README.txt', 'upgrade.yaml']);
    expect(await readFile(join(folder, 'media.yaml'), 'utf8')).toBe('mine');
  });

  it('leaves other files of the folder alone', async () => {
    const folder = await project(base, { 'windows.iso': 'iso', 'packages/OTHER/x': 'x' });
    expect((await initFolder(folder)).findings).toEqual([]);
    expect(await readFile(join(folder, 'windows.iso'), 'utf8')).toBe('iso');
  });

  it('a file where a folder should be: what was written before is removed again', async () => {
    const folder = await project(base, { packages: 'a file' });
    const { written, findings } = await initFolder(folder);
    expect(written).toEqual([]);
    expect(findings.map(({ code }) => code)).toEqual(['OUTPUT_REFUSED']);
    expect(await files(folder)).toEqual(['packages']);
  });

  it('a folder that is a file is refused', async () => {
    const folder = await project(base, { target: 'a file' });
    await mkdir(join(folder, 'other'));
    expect((await initFolder(join(folder, 'target'))).findings.map(({ code }) => code)).toEqual(['OUTPUT_REFUSED']);
  });
});

describeWith(['prlimit'], 'initFolder on a disk that takes no more', () => {
  /** As on a full disk, a write ends in the middle: no file of this process may grow beyond some bytes. */
  async function withFileLimit<T>(bytes: number, work: () => Promise<T>): Promise<T> {
    const limit = (value: string) => runOk('prlimit', ['--pid', String(process.pid), `--fsize=${value}:`]);
    // Without a handler the signal would end this process; with one the write fails.
    const ignore = () => undefined;
    process.on('SIGXFSZ', ignore);
    await limit(String(bytes));
    try {
      return await work();
    } finally {
      await limit('unlimited');
      process.off('SIGXFSZ', ignore);
    }
  }

  it('leaves nothing behind: no half file, no folder', async () => {
    const [folder, above] = [join(base, 'full', 'new', 'project'), join(base, 'full')];
    const { written, findings } = await withFileLimit(4096, () => initFolder(folder));
    expect(written).toEqual([]);
    expect(findings.map(({ code }) => code)).toEqual(['SINK_FAILED']);
    await expect(access(above)).rejects.toThrow('ENOENT');
  });

  it('leaves what was there before', async () => {
    const folder = await project(base, { 'packages/OTHER/x': 'x' });
    await withFileLimit(4096, () => initFolder(folder));
    expect(await files(folder)).toEqual(['packages/OTHER/x']);
    expect((await readdir(folder, { recursive: true })).sort()).toEqual([
      'packages',
      'packages/OTHER',
      'packages/OTHER/x',
    ]);
  });
});

describe.skipIf(process.platform !== 'linux')('initFolder where nobody may write', () => {
  it('says what to do', async () => {
    const { findings } = await initFolder('/sys/inplace/project');
    expect(findings).toEqual([
      {
        code: 'SINK_FAILED',
        message: expect.stringMatching(/^Cannot write: (EACCES|EPERM|EROFS)/),
        where: { file: '/sys/inplace' },
        hint: expect.stringMatching(/name a folder/),
      },
    ]);
  });
});
