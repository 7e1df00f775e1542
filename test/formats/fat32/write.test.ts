/** FAT32 as we write it, judged by fsck.fat and mtools, and read back by our own reader. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Content, readBytes } from '../../../src/content/content.js';
import { byCodeUnit } from '../../../src/content/tree.js';
import { BytesContent, textContent, ZeroContent } from '../../../src/content/views.js';
import { InplaceError } from '../../../src/errors.js';
import { openFat32 } from '../../../src/formats/fat32/read.js';
import type { PlacedFile } from '../../../src/image/placed-file.js';
import { placedFiles, recorded, usbImage } from '../../support/disk-media.js';
import { writeSparse } from '../../support/sparse-image.js';
import { folderSums, sha256 } from '../../support/sums.js';
import { describeWith, long, runOk, temporaryFolder } from '../../support/tools.js';
import { treeOf } from '../../support/volume-tree.js';

const MIB = 1024 * 1024;

async function readBack(image: Content) {
  const volume = (await openFat32(image, MIB, 'test'))!;
  const { label, ...found } = await volume.walk();
  return { label, volume, found, ...treeOf(found) };
}

const odd: Record<string, string> = {
  bootmgr: 'lower case and short',
  'SETUP.EXE': 'upper case and short',
  'Mixed.Case': 'short but mixed',
  'a/deep/folder/with/many/names/file.txt': 'deep',
  'blåbær 日本 😀.txt': 'odd name',
  [`${'n'.repeat(251)}.txt`]: 'the longest name',
  exactly13chars: '14',
  exactly13char: '13 units fill a part of a long name',
  'empty.txt': '',
  'cluster.bin': 'x'.repeat(4096),
  'clusters.bin': 'y'.repeat(3 * 4096 + 1),
};
const oddFolders = [
  'a',
  'a/deep',
  'a/deep/folder',
  'a/deep/folder/with',
  'a/deep/folder/with/many',
  'a/deep/folder/with/many/names',
  'Reports',
];

describe('a FAT32 volume', () => {
  it('is read back with every name, byte, time and folder', async () => {
    const { image } = usbImage(placedFiles(odd), oddFolders);
    const { label, files, directories } = await readBack(image);
    expect(label).toBe('TEST');
    expect(directories).toEqual([...oddFolders].sort(byCodeUnit));
    expect(files.map(({ path }) => path)).toEqual(Object.keys(odd).sort(byCodeUnit));
    for (const { path, content, modified } of files) {
      expect(Buffer.from(await readBytes(content)).toString(), path).toBe(odd[path]);
      expect(modified).toEqual(recorded);
    }
  });

  it('has times of two seconds from 1980 to 2107', async () => {
    const times = ['1970-01-01T00:00:00Z', '2024-02-29T23:59:59Z', '2200-01-01T00:00:00Z'];
    const files = times.map((time, i) => ({ path: `${i}`, content: textContent('x'), modified: new Date(time) }));
    const back = await readBack(usbImage(files, []).image);
    expect(back.files.map(({ modified }) => modified.toISOString())).toEqual([
      '1980-01-01T00:00:00.000Z',
      '2024-02-29T23:59:58.000Z',
      '2107-12-31T23:59:58.000Z',
    ]);
  });

  it('does not depend on the order in which names are given, but for the places of the files', async () => {
    const one = usbImage(placedFiles(odd), oddFolders).image;
    const two = usbImage(placedFiles(odd), [...oddFolders].reverse()).image;
    const front = async (image: Content) => sha256(await readBytes(image, 0, 8 * MIB));
    expect(await front(two)).toBe(await front(one));
  });

  it('is the same whatever range of it is read', async () => {
    const { image } = usbImage(placedFiles(odd), oddFolders);
    const whole = await readBytes(image, MIB, 4 * MIB);
    await fc.assert(
      fc.asyncProperty(fc.nat(4 * MIB - 1), fc.nat(9000), async (from, length) => {
        const part = await readBytes(image, MIB + from, Math.min(length, 4 * MIB - from));
        expect(Buffer.compare(part, whole.subarray(from, from + part.length))).toBe(0);
      }),
      { numRuns: 200 },
    );
  });

  it('holds random trees, each file in one run, no cluster twice', async () => {
    const name = fc.string({ unit: fc.constantFrom(...'abcXYZ0 .é日'), minLength: 1, maxLength: 20 });
    const tree = fc.uniqueArray(fc.tuple(name, fc.nat(9000)), {
      selector: ([each]) => each.toUpperCase(),
      maxLength: 60,
    });
    await fc.assert(
      fc.asyncProperty(tree, async (entries) => {
        const usable = entries.filter(([each]) => !/[. ]$|^\.{1,2}$/.test(each));
        const files: PlacedFile[] = usable.map(([path, size], i) => ({
          path,
          content: new BytesContent(new Uint8Array(size).fill(i + 1)),
          modified: recorded,
        }));
        const { found } = await readBack(usbImage(files, []).image);
        expect(found.files.map(({ path }) => path).sort()).toEqual(usable.map(([path]) => path).sort());
        const used = new Set<number>();
        for (const { runs, ranges, content, path } of found.files) {
          expect(ranges.length).toBeLessThanOrEqual(1);
          for (const { first, clusters } of runs) for (let i = 0; i < clusters; i++) used.add(first + i);
          const written = await readBytes(files.find((each) => each.path === path)!.content);
          expect(Buffer.compare(await readBytes(content), written), path).toBe(0);
        }
        expect(used.size).toBe(
          found.files.reduce((sum, { runs }) => sum + runs.reduce((n, run) => n + run.clusters, 0), 0),
        );
      }),
      { numRuns: long ? 300 : 25 },
    );
  }, 900_000);
});

describe('what FAT32 cannot hold is refused:', () => {
  const refusal = (files: readonly PlacedFile[], size?: number) => {
    try {
      usbImage(files, [], size);
    } catch (error) {
      if (error instanceof InplaceError) return error.message;
      throw error;
    }
    return 'nothing';
  };
  const sized = (path: string, bytes: number) => ({ path, content: new ZeroContent(bytes), modified: recorded });
  const GIB = 1024 * MIB;

  it('a file of 4 GiB, but not one byte less', () => {
    expect(refusal([sized('sources.bin', 4 * GIB)], 14 * GIB)).toMatch(
      /sources\.bin: The file has 4\.0 GiB.*\n.*format iso/,
    );
    expect(refusal([sized('sources.bin', 4 * GIB - 1)], 14 * GIB)).toBe('nothing');
  });

  it('a folder of more than 65,536 entries', () => {
    const names = (count: number) => Array.from({ length: count }, (_, i) => sized(`F${i}`, 0));
    expect(refusal(names(65_535))).toBe('nothing');
    expect(refusal(names(65_536))).toMatch(/65536 names of the folder take 2097184 bytes/);
  });

  it('a stick that is too small, with the size that is needed', () => {
    expect(refusal([sized('a', 200 * MIB)], 300 * MIB)).toMatch(/needs a stick of 26\d\.\d MiB|nothing/);
    expect(refusal([sized('a', 280 * MIB)], 300 * MIB)).toMatch(
      /The media needs a stick of \d+\.\d MiB, and this one has 300\.0 MiB/,
    );
    expect(refusal([sized('a', 1)], 100 * MIB)).toMatch(/needs a stick of 1\d\d\.\d MiB/);
  });
});

describeWith(['fsck.fat', 'mcopy', 'minfo'], 'others', () => {
  const folder = temporaryFolder();
  const disk = join(folder, 'disk.img');
  const partition = join(folder, 'partition.img');

  async function make(files: readonly PlacedFile[], folders: readonly string[], size?: number): Promise<void> {
    const { image } = usbImage(files, folders, size);
    await writeSparse(image, disk);
    // fsck.fat knows no offsets
    await writeSparse(image, partition, MIB);
  }

  it('fsck.fat finds nothing wrong, and mtools copy every file identically', async () => {
    const files = Object.fromEntries(Object.entries(odd).filter(([path]) => !path.includes('😀')));
    await make(placedFiles({ ...files, 'blåbær.txt': 'odd name' }), oddFolders);
    expect(await runOk('fsck.fat', ['-n', partition])).toMatch(/\d+ files, \d+\/\d+ clusters\n$/);
    const copy = join(folder, 'copy');
    mkdirSync(copy);
    await runOk('mcopy', ['-s', '-i', `${disk}@@1M`, '::/', copy], { env: { ...process.env, LC_ALL: 'C.UTF-8' } });
    const sums = new Map(
      Object.entries({ ...files, 'blåbær.txt': 'odd name' }).map(([path, text]) => [path, sha256(text)]),
    );
    expect(folderSums(copy)).toEqual(sums);
  });

  it.each([300 * MIB, 600 * MIB, 9 * 1024 * MIB, 20 * 1024 * MIB, 60 * 1024 * MIB])(
    'fsck.fat accepts a stick of %i bytes',
    async (size) => {
      await make(placedFiles({ 'a/b.txt': 'x' }), ['a'], size);
      expect(await runOk('fsck.fat', ['-n', partition])).toMatch(/: 3 files, 3\/\d+ clusters/);
    },
  );

  it('fsck.fat accepts folders of thousands of names', async () => {
    const names = Array.from({ length: 9000 }, (_, i) => [`many/A name that is long enough for parts ${i}.txt`, 'x']);
    await make(placedFiles(Object.fromEntries(names)), ['many']);
    expect(await runOk('fsck.fat', ['-n', partition])).toMatch(/: 9002 files/);
  });
});
