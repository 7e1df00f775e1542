/** exFAT as we write it, judged by fsck.exfat, and read back by our own reader. */
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readBytes } from '../../../src/content/content.js';
import { byCodeUnit } from '../../../src/content/tree.js';
import { BytesContent, textContent, ZeroContent } from '../../../src/content/views.js';
import { InplaceError } from '../../../src/errors.js';
import { clusterBytesFor, exfatGeometryWithin, volumeEnd } from '../../../src/formats/exfat/geometry.js';
import { openExfat } from '../../../src/formats/exfat/read.js';
import { planExfat } from '../../../src/formats/exfat/write.js';
import type { PlacedFile, PlacedImage } from '../../../src/image/placed-file.js';
import { exfatStart, placedFiles, recorded, usbExfatImage } from '../../support/disk-media.js';
import { writeSparse } from '../../support/sparse-image.js';
import { sha256 } from '../../support/sums.js';
import { describeWith, long, runOk, temporaryFolder } from '../../support/tools.js';
import { treeOf } from '../../support/volume-tree.js';

const MIB = 1024 * 1024;
const GIB = 1024 * MIB;

async function readBack(placed: PlacedImage) {
  const volume = (await openExfat(placed.image, exfatStart(placed), 'test'))!;
  const found = await volume.walk();
  return { found, label: found.label, ...treeOf(found) };
}

const odd: Record<string, string> = {
  bootmgr: 'lower case',
  'SETUP.EXE': 'upper case',
  'a/deep/folder/with/many/names/file.txt': 'deep',
  'blåbær 日本 😀.txt': 'odd name',
  [`${'n'.repeat(251)}.txt`]: 'the longest name',
  exactly15chars1: 'fills a File Name entry',
  exactly16chars12: 'one more',
  'empty.txt': '',
  'cluster.bin': 'x'.repeat(4096),
  'clusters.bin': 'y'.repeat(3 * 4096 + 1),
};
const oddFolders = [
  'a/deep/folder/with/many/names',
  'a/deep/folder/with/many',
  'a/deep/folder/with',
  'a/deep/folder',
  'a/deep',
  'a',
  'Reports',
];

describe('an exFAT volume', () => {
  it('is read back with every name, byte, time and folder', async () => {
    const { label, files, directories } = await readBack(usbExfatImage(placedFiles(odd), oddFolders));
    expect(label).toBe('TEST');
    expect(directories).toEqual([...oddFolders].sort(byCodeUnit));
    expect(files.map(({ path }) => path)).toEqual(Object.keys(odd).sort(byCodeUnit));
    for (const { path, content, modified } of files) {
      expect(Buffer.from(await readBytes(content)).toString(), path).toBe(odd[path]);
      expect(modified).toEqual(recorded);
    }
  });

  it('has times of whole seconds from 1980 to 2107', async () => {
    const times = ['1970-01-01T00:00:00Z', '2024-02-29T23:59:59Z', '2200-01-01T00:00:00Z'];
    const files = times.map((time, i) => ({ path: `${i}`, content: textContent('x'), modified: new Date(time) }));
    const back = await readBack(usbExfatImage(files, []));
    expect(back.files.map(({ modified }) => modified.toISOString())).toEqual([
      '1980-01-01T00:00:00.000Z',
      '2024-02-29T23:59:59.000Z',
      '2107-12-31T23:59:59.000Z',
    ]);
  });

  it('does not depend on the order in which names are given, but for the places of the files', async () => {
    const front = async (placed: PlacedImage) => sha256(await readBytes(placed.image, exfatStart(placed), 2 * MIB));
    const one = await front(usbExfatImage(placedFiles(odd), oddFolders));
    expect(await front(usbExfatImage(placedFiles(odd), [...oddFolders].reverse()))).toBe(one);
  });

  it('is the same whatever range of it is read', async () => {
    const placed = usbExfatImage(placedFiles(odd), oddFolders);
    const start = exfatStart(placed);
    const whole = await readBytes(placed.image, start, 4 * MIB);
    await fc.assert(
      fc.asyncProperty(fc.nat(4 * MIB - 1), fc.nat(9000), async (from, length) => {
        const part = await readBytes(placed.image, start + from, Math.min(length, 4 * MIB - from));
        expect(Buffer.compare(part, whole.subarray(from, from + part.length))).toBe(0);
      }),
      { numRuns: 200 },
    );
  });

  it('holds random trees, each file in one run, no cluster twice', async () => {
    const name = fc.string({ unit: fc.constantFrom(...'abcXYZ0 .é日'), minLength: 1, maxLength: 40 });
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
        const { found } = await readBack(usbExfatImage(files, []));
        expect(found.files.map(({ path }) => path).sort()).toEqual(usable.map(([path]) => path).sort());
        for (const { ranges, content, path } of found.files) {
          expect(ranges.length).toBeLessThanOrEqual(1);
          const written = await readBytes(files.find((each) => each.path === path)!.content);
          expect(Buffer.compare(await readBytes(content), written), path).toBe(0);
        }
      }),
      { numRuns: long ? 300 : 25 },
    );
  }, 900_000);

  it('has clusters and a heap at round places, and never passes the end, at every size', () => {
    const size = fc.integer({ min: 4, max: 2 * 1024 * 1024 }).map((mib) => mib * MIB + 123 * 512);
    fc.assert(
      fc.property(size, fc.integer({ min: 1, max: 4000 }), (bytes, startMib) => {
        const [start, clusterBytes] = [startMib * MIB, clusterBytesFor(bytes)];
        const geometry = exfatGeometryWithin(start, clusterBytes, start + bytes);
        expect(volumeEnd(geometry)).toBeLessThanOrEqual(start + bytes);
        expect(volumeEnd(geometry)).toBeGreaterThan(start + bytes - clusterBytes - 2 * MIB);
        expect(geometry.heapStart % MIB).toBe(0);
        expect(geometry.fatStart + geometry.fatSectors * 512).toBeLessThanOrEqual(geometry.heapStart);
        expect(geometry.fatSectors * 128).toBeGreaterThanOrEqual(geometry.clusters + 2);
      }),
    );
  });
});

describe('a stick of two partitions', () => {
  it('has copies of what boots on FAT32, and exFAT behind it in the same order', () => {
    const { image, extents } = usbExfatImage(
      placedFiles({
        'sources/install.wim': 'i',
        'BOOT/bcd': 'b',
        'sources/boot.wim': 'w',
        bootmgr: 'm',
        'bootmgr.efi': 'e',
      }),
      ['sources', 'BOOT'],
    );
    expect(image.extents.map(({ role }) => role)).toEqual([
      'MBR',
      ...['FAT32 boot record, FATs', 'FAT32 directories', 'BOOT/bcd', 'sources/boot.wim', 'bootmgr', 'bootmgr.efi'],
      ...['exFAT boot regions, FAT', 'exFAT bitmap, up-case table, directories'],
      ...['BOOT/bcd', 'sources/boot.wim', 'bootmgr', 'bootmgr.efi', 'sources/install.wim'],
    ]);
    expect(extents.get('sources/boot.wim')).toBe(image.extents.at(-4));
  });

  it('does not move exFAT when a boot file grows a little', () => {
    const start = (bytes: number) =>
      exfatStart(usbExfatImage([{ path: 'bootmgr', content: new ZeroContent(bytes), modified: recorded }], []));
    expect(start(400_000)).toBe(start(1));
  });

  it('has free clusters on FAT32 that belong to no sum', () => {
    const placed = usbExfatImage(placedFiles({ bootmgr: 'm' }), []);
    const [free] = placed.image.free;
    expect(free!.size).toBeGreaterThan(16 * MIB);
    expect(free!.offset + free!.size).toBe(exfatStart(placed));
  });
});

describe('what exFAT cannot hold is refused:', () => {
  const refusal = (run: () => unknown) => {
    try {
      run();
    } catch (error) {
      if (error instanceof InplaceError) return error.message;
      throw error;
    }
    return 'nothing';
  };
  const sized = (path: string, bytes: number) => ({ path, content: new ZeroContent(bytes), modified: recorded });

  it('no file of 5 GiB', () => {
    expect(refusal(() => usbExfatImage([sized('install.wim', 5 * GIB)], [], 14 * GIB))).toBe('nothing');
  });

  it('a boot image of 4 GiB, for it is on FAT32 as well', () => {
    expect(refusal(() => usbExfatImage([sized('sources/boot.wim', 4 * GIB)], ['sources'], 14 * GIB))).toMatch(
      /sources\/boot\.wim: The file has 4\.0 GiB; on FAT32/,
    );
  });

  it('two names that are one in upper case', () => {
    expect(refusal(() => usbExfatImage(placedFiles({ 'å.txt': '', 'Å.TXT': '' }), []))).toMatch(
      /exFAT takes this name and "Å\.TXT" for the same one/,
    );
  });

  it.runIf(long)(
    'a folder of more than 256 MiB',
    () => {
      const modified = recorded;
      // 19 entries each, behind three of the root
      const count = Math.floor((256 * MIB - 3 * 32) / (19 * 32));
      const files = Array.from({ length: count + 1 }, (_, i) => ({
        name: `${i}`.padStart(255, 'n'),
        file: { size: 0, modified },
      }));
      const plan = (names: typeof files) => planExfat({ name: '', modified, directories: [], files: names }, 'L');
      expect(refusal(() => plan(files.slice(0, count)))).toBe('nothing');
      expect(refusal(() => plan(files))).toMatch(
        /names of the folder take 2684357\d\d bytes; on exFAT a folder has at most/,
      );
    },
    600_000,
  );

  it('a label of twelve characters', () => {
    const root = { name: '', modified: recorded, directories: [], files: [] };
    expect(refusal(() => planExfat(root, 'TWELVE_CHARS'))).toMatch(/has 12 characters, exFAT holds 11/);
  });

  it('a stick that is too small, with a size that is enough', () => {
    const files = [sized('a', 100 * MIB)];
    expect(() => usbExfatImage(files, [], 300 * MIB)).toThrow(expect.objectContaining({ code: 'LAYOUT_ROOM' }));
    const message = refusal(() => usbExfatImage(files, [], 300 * MIB));
    expect(message).toMatch(/The media needs a stick of [\d.]+ MiB, and this one has 300\.0 MiB/);
    const needed = Number(/of ([\d.]+) MiB/.exec(message)![1]);
    expect(refusal(() => usbExfatImage(files, [], needed * MIB))).toBe('nothing');
    expect(refusal(() => usbExfatImage(files, [], (needed - 1) * MIB))).toContain(`${needed}`);
    expect(refusal(() => usbExfatImage(files, [], 1))).toContain(`${needed}`);
  });
});

describeWith(['fsck.exfat'], 'fsck.exfat', () => {
  const partition = join(temporaryFolder(), 'partition.img');

  async function check(placed: PlacedImage): Promise<string> {
    const start = exfatStart(placed);
    await writeSparse(placed.image, partition, start);
    return await runOk('fsck.exfat', ['-n', partition]);
  }

  it.each([300 * MIB, 500 * MIB, 9 * GIB, 60 * GIB, 1024 * GIB])('accepts a stick of %i bytes', async (size) => {
    expect(await check(usbExfatImage(placedFiles(odd), oddFolders, size))).toMatch(/clean\. directories 8, files 10/);
  });

  it('accepts folders of thousands of names', async () => {
    const names = Array.from({ length: 9000 }, (_, i) => [`many/A name that is long enough for parts ${i}.txt`, 'x']);
    const placed = usbExfatImage(placedFiles(Object.fromEntries(names)), ['many']);
    expect(await check(placed)).toMatch(/clean\. directories 2, files 9000/);
  });
});
