import { readdir, readFile, readlink, symlink, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readBytes } from '../../src/content/content.js';
import { InplaceError } from '../../src/errors.js';
import { openUpgradePackage } from '../../src/upgrade-package/open.js';
import { describeWith, runOk, temporaryFolder } from '../support/tools.js';
import { clientMedia, shown, writeMedia } from './media.js';

const base = temporaryFolder();

/** Files below the test's folder that this process holds open. */
async function openFiles(): Promise<string[]> {
  const links = await Promise.all(
    (await readdir('/proc/self/fd')).map((fd) => readlink(`/proc/self/fd/${fd}`).catch(() => '')),
  );
  return links.filter((path) => path.startsWith(base));
}

async function problem(path: string): Promise<string[]> {
  try {
    await openUpgradePackage(path);
  } catch (error) {
    if (!(error instanceof InplaceError)) throw error;
    return shown(error.findings);
  }
  return [];
}

describe('openUpgradePackage', () => {
  it('opens a folder', async () => {
    const root = await writeMedia(base, clientMedia());
    const found = await openUpgradePackage(root);
    expect(found).toMatchObject({ kind: 'folder', format: 'folder', path: root });
    expect(shown(found.facts.findings)).toEqual([]);
    expect(found.facts.images).toHaveLength(2);
    expect(found.find('SOURCES\\Install.WIM')?.path).toBe('sources/install.wim');
    expect(found.find('sources')).toBeUndefined();
  });

  it.skipIf(process.platform !== 'linux')(
    'leaves no file of a folder open, and close ends what a caller opened',
    async () => {
      const found = await openUpgradePackage(await writeMedia(base, clientMedia()));
      expect(await openFiles()).toEqual([]);
      await readBytes(found.find('setup.exe')!.content);
      expect(await openFiles()).toHaveLength(1);
      await found.close();
      expect(await openFiles()).toEqual([]);
    },
  );

  it('reports everything a folder may not hold, at once', async () => {
    const root = await writeMedia(base, clientMedia());
    await symlink('/etc/hostname', join(root, 'one'));
    await symlink('missing', join(root, 'two'));
    expect(await problem(root)).toEqual([
      expect.stringContaining('error PACKAGE_LINK one: '),
      'error PACKAGE_LINK two: The symbolic link leads nowhere',
    ]);
  });

  it('refuses what does not exist or is no ISO', async () => {
    expect(await problem(join(base, 'missing.iso'))).toEqual(['error SOURCE_MISSING : No such file or folder']);
    await writeFile(join(base, 'not.iso'), 'x'.repeat(100_000));
    expect(await problem(join(base, 'not.iso'))).toEqual([
      'error SOURCE_UNSUPPORTED : The file is no ISO image: it holds neither UDF nor ISO 9660',
    ]);
    await writeFile(join(base, 'empty.iso'), '');
    expect(await problem(join(base, 'empty.iso'))).toHaveLength(1);
  });

  it('says of a folder that is no media what is missing, and opens it all the same', async () => {
    const root = await writeMedia(base, { 'readme.txt': 'x' });
    const found = await openUpgradePackage(root);
    expect(found.facts.findings.map(({ code }) => code)).toEqual(['NOT_WINDOWS_MEDIA']);
    expect(found.tree.files).toHaveLength(1);
  });
});

describeWith(['genisoimage'], 'ISOs of genisoimage', () => {
  const make = async (name: string, ...options: string[]): Promise<string> => {
    const root = await writeMedia(base, clientMedia());
    await runOk('genisoimage', ['-quiet', '-V', 'CCCOMA_X64FRE', '-o', join(base, name), ...options, root]);
    return join(base, name);
  };

  it.each([
    ['udf', ['-udf', '-iso-level', '3', '-hide', '*']],
    ['joliet', ['-J']],
    ['rock-ridge', ['-R']],
  ])('%s', async (format, options) => {
    const path = await make(`${format}.iso`, ...options);
    const found = await openUpgradePackage(path);
    expect(found).toMatchObject({ kind: 'iso', format, label: 'CCCOMA_X64FRE' });
    expect(shown(found.facts.findings)).toEqual([]);
    expect(found.facts).toMatchObject({ architectures: ['x64'], product: 'client' });
    expect(found.facts.images.map((image) => image.editionId)).toEqual(['Professional', 'Enterprise']);
    const expected = clientMedia();
    expect(found.tree.files.map((file) => file.path).sort()).toEqual(Object.keys(expected).sort());
    for (const file of found.tree.files) {
      expect(Buffer.from(await readBytes(file.content))).toEqual(Buffer.from(expected[file.path]!));
      expect(file.content.local?.path).toBe(path);
    }
    await found.close();
    if (process.platform === 'linux') expect(await openFiles()).toEqual([]);
  });

  it('are named in messages with the file inside', async () => {
    const root = await writeMedia(base, clientMedia({ 'sources/install.wim': 'garbage' }));
    const path = join(base, 'damaged.iso');
    await runOk('genisoimage', ['-quiet', '-udf', '-o', path, root]);
    const found = await openUpgradePackage(path);
    expect(found.facts.findings[0]?.where?.file).toBe(`${path}:sources/install.wim`);
    await found.close();
  });

  it('damaged or cut anywhere give a package or an InplaceError, and no open file', async () => {
    const whole = await readFile(await make('fuzz.iso', '-udf', '-J'));
    const path = join(base, 'fuzzed.iso');
    const structures = [...structureSectors(whole)];
    const place = fc.tuple(fc.constantFrom(...structures), fc.nat(2047), fc.nat(255));
    await fc.assert(
      fc.asyncProperty(fc.array(place, { maxLength: 10 }), fc.option(fc.nat(whole.length)), async (changes, end) => {
        const bytes = Buffer.from(whole);
        for (const [sector, offset, value] of changes) bytes[sector * 2048 + offset] = value;
        await writeFile(path, bytes);
        if (end !== null) await truncate(path, end);
        await openUpgradePackage(path).then(
          (found) => found.close(),
          (error: unknown) => expect(error).toBeInstanceOf(InplaceError),
        );
        if (process.platform === 'linux') expect(await openFiles()).toEqual([]);
      }),
      { numRuns: 150 },
    );
  });
});

/** Sectors that hold anything at all: mostly structures, since the files of the test are small. */
function* structureSectors(image: Uint8Array): Generator<number> {
  for (let sector = 0; sector * 2048 < image.length; sector++) {
    if (image.subarray(sector * 2048, (sector + 1) * 2048).some((byte) => byte !== 0)) yield sector;
  }
}
