/** The reader on damaged and malicious volumes: an error or a tree, never a crash, a hang or a read beyond the image. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { viewOf } from '../../../src/bytes/view.js';
import { type Content, readBytes } from '../../../src/content/content.js';
import { PatchedContent } from '../../../src/content/patched.js';
import { rangeContent } from '../../../src/content/views.js';
import { InplaceError } from '../../../src/errors.js';
import { openExfat } from '../../../src/formats/exfat/read.js';
import { writeBootRegion } from '../../../src/formats/exfat/structures/boot-region.js';
import { checksum32, nameHash, setChecksum } from '../../../src/formats/exfat/structures/checksums.js';
import { exfatStart, placedFiles, usbExfatImage } from '../../support/disk-media.js';
import { long } from '../../support/tools.js';

const MIB = 1024 * 1024;
const CLUSTER = 4096;
const SECTOR = 512;
const placed = usbExfatImage(
  placedFiles({ 'a/one.txt': 'x'.repeat(9000), 'A long name that takes two.txt': 'y', 'b.txt': 'z', empty: '' }),
  ['a'],
);
const { image } = placed;
const START = exfatStart(placed);
const FAT = START + 64 * 1024;
const HEAP = START + MIB;
/** clusters: the bitmap has 2 and 3, the up-case table 4 and 5, the root 6, `a` 7; then the files, in the order of their names */
const clusterAt = (cluster: number) => HEAP + (cluster - 2) * CLUSTER;
const [BITMAP, UP_CASE, ROOT, FOLDER] = [2, 4, 6, 7].map(clusterAt) as [number, number, number, number];
const WHOLE = ['A long name that takes two.txt', 'b.txt', 'empty', 'a/one.txt'];

type Edit = (bytes: Uint8Array, view: DataView) => void;

/** The volume with some of its bytes changed. @param edits [from, length, what to do there] */
async function edited(...edits: [from: number, length: number, edit: Edit][]): Promise<Content> {
  const patches = [];
  for (const [offset, length, edit] of edits) {
    const bytes = await readBytes(image, offset, length);
    edit(bytes, viewOf(bytes));
    patches.push({ offset, bytes });
  }
  return new PatchedContent(
    image,
    patches.sort((a, b) => a.offset - b.offset),
  );
}

/** What the reader makes of it: paths, `none`, or what is wrong. */
async function walk(content: Content): Promise<string[] | string> {
  const volume = await openExfat(content, START, 'test.img');
  if (!volume) return 'none';
  try {
    return (await volume.walk()).files.map(({ path }) => path);
  } catch (error) {
    if (error instanceof InplaceError && /^SOURCE_(CORRUPT|UNSUPPORTED)$/.test(error.code)) return error.message;
    throw error;
  }
}

/** Byte of the root where the set of a name begins. The root: label, bitmap, up-case table, then sets of at least three. */
const NAMES = { long: 96, folder: 96 + 4 * 32, file: 96 + 7 * 32, empty: 96 + 10 * 32 } as const;

/** Changes a set of entries of the root, and makes its checksum right again. */
async function walkWithSet(at: keyof typeof NAMES, edit: Edit, entries = 3): Promise<string[] | string> {
  return await walk(
    await edited([
      ROOT + NAMES[at],
      entries * 32,
      (bytes, view) => {
        edit(bytes, view);
        view.setUint16(2, setChecksum(bytes.subarray(0, (1 + bytes[1]!) * 32)), true);
      },
    ]),
  );
}

it('reads the volume as it is', async () => {
  expect(await walk(image)).toEqual(WHOLE);
});

describe('the boot regions:', () => {
  const REGION = 12 * SECTOR;
  /** Changes both regions and makes their checksums right again. */
  const walkWithBoot = async (edit: Edit, sealed = true) => {
    const change: Edit = (bytes, view) => {
      edit(bytes, view);
      if (!sealed) return;
      const sum = checksum32(bytes.subarray(0, 11 * SECTOR), (i) => i === 106 || i === 107 || i === 112);
      for (let at = 11 * SECTOR; at < REGION; at += 4) view.setUint32(at, sum, true);
    };
    return await walk(await edited([START, REGION, change], [START + REGION, REGION, change]));
  };

  it('one that is damaged is replaced by its copy', async () => {
    expect(await walk(await edited([START, REGION, (bytes) => bytes.fill(0)]))).toEqual(WHOLE);
    expect(await walk(await edited([START + 100, 1, (bytes) => (bytes[0]! ^= 1)]))).toEqual(WHOLE);
    expect(await walk(await edited([START + REGION, REGION, (bytes) => bytes.fill(0)]))).toEqual(WHOLE);
  });

  it('without the name there is no exFAT', async () => {
    expect(await walkWithBoot((bytes) => (bytes[3] = 0x4e))).toBe('none');
    expect(await openExfat(rangeContent(image, 0, START + 100), START, 'cut')).toBeUndefined();
  });

  it('volume flags and the part in use are in no checksum', async () => {
    expect(await walkWithBoot((bytes) => bytes.set([2, 0], 106), false)).toEqual(WHOLE);
    expect(await walkWithBoot((bytes) => (bytes[112] = 0xff), false)).toEqual(WHOLE);
  });

  it.each<[string, Edit, RegExp]>([
    ['the jump', (bytes) => (bytes[0] = 0xe9), /JumpBoot is not EB 76 90/],
    ['a BPB where none may be', (bytes) => (bytes[11] = 1), /MustBeZero holds something/],
    ['the signature', (bytes) => (bytes[511] = 0), /BootSignature is not AA55/],
    ['an extended signature', (bytes) => (bytes[5 * SECTOR - 1] = 0), /ExtendedBootSignature of sector 4/],
    ['PercentInUse', (bytes) => (bytes[112] = 101), /PercentInUse is 101/],
    ['the revision', (bytes) => (bytes[105] = 2), /FileSystemRevision is 2, expected 1/],
    ['sectors of 4096 bytes', (bytes) => (bytes[108] = 12), /BytesPerSectorShift is not 9/],
    ['clusters of 64 MiB', (bytes) => (bytes[109] = 17), /more than 32 MiB/],
    ['two FATs', (bytes) => (bytes[110] = 2), /NumberOfFats is 2/],
    ['a partition elsewhere', (bytes) => (bytes[64] = 1), /PartitionOffset is/],
    ['a volume that is too small', (_, view) => view.setBigUint64(72, 2047n, true), /less than 1 MiB/],
    [
      'a volume of all sectors there are',
      (_, view) => view.setBigUint64(72, 2n ** 63n, true),
      /more than any disk has/,
    ],
    ['a FAT in the boot regions', (_, view) => view.setUint32(80, 23, true), /FatOffset is 23/],
    ['a FAT that is too small', (_, view) => view.setUint32(84, 1, true), /FatLength is too small/],
    ['no clusters', (_, view) => view.setUint32(92, 0, true), /ClusterCount is 0/],
    ['a heap in the FAT', (_, view) => view.setUint32(88, 200, true), /ClusterHeapOffset lies within the FAT/],
    ['a heap behind the end', (_, view) => view.setUint32(88, 2 ** 31, true), /do not fit VolumeLength/],
    ['a root before the heap', (_, view) => view.setUint32(96, 1, true), /FirstClusterOfRootDirectory is 1/],
    ['a root behind the heap', (_, view) => view.setUint32(96, 2 ** 31, true), /FirstClusterOfRootDirectory/],
  ])('%s is refused', async (_, edit, reason) => {
    expect(await walkWithBoot(edit)).toMatch(reason);
  });

  it('a sum that does not fit is refused', async () => {
    expect(await walkWithBoot((bytes) => (bytes[120] = 0), false)).toMatch(/The boot checksum does not fit/);
    expect(await walkWithBoot((bytes) => (bytes[11 * SECTOR + 400]! ^= 1), false)).toMatch(
      /boot checksum does not fit/,
    );
  });

  it('a volume of more clusters than memory should hold bits for is not read', async () => {
    const clusters = 2 ** 28 + 1;
    const fatSectors = Math.ceil(((clusters + 2) * 4) / SECTOR);
    const heapStart = FAT + fatSectors * SECTOR;
    const volumeBytes = heapStart - START + clusters * SECTOR;
    const geometry = {
      partitionStart: START,
      volumeBytes,
      clusterBytes: SECTOR,
      clusters,
      fatStart: FAT,
      fatSectors,
      heapStart,
    };
    const region = writeBootRegion({ geometry, rootCluster: 2, serial: 1 }, 0);
    expect(await walk(await edited([START, region.length, (bytes) => bytes.set(region)]))).toMatch(
      /268435457 clusters/,
    );
  });
});

describe('the FAT:', () => {
  const entry = (cluster: number, value: number) =>
    edited([FAT + cluster * 4, 4, (_, view) => view.setUint32(0, value, true)]);

  it.each([
    ['its first entry', 0, 0xffff_fff0, /FatEntry\[0\] is FFFFFFF0/],
    ['its second entry', 1, 0, /FatEntry\[1\] is 0/],
    ['a chain in a circle', 6, 6, /Cluster 6 belongs to it and to something else/],
    ['a chain that meets another', 6, 2, /Cluster 2 belongs to it and to something else/],
    ['a chain that leaves the volume', 6, 0xf000_0000, /lead to 4026531840, which is none/],
    ['a chain through a bad cluster', 6, 0xffff_fff7, /lead to 4294967287, which is none/],
    ['a chain that ends nowhere', 6, 0, /lead to 0, which is none/],
    ['a bitmap that is longer than its size', 3, 9, /The chain has more than 2 clusters, its DataLength takes 2/],
    ['a bitmap that is shorter than its size', 2, 0xffff_ffff, /The chain has 1 clusters, its DataLength takes 2/],
  ])('%s is refused', async (_, cluster, value, reason) => {
    expect(await walk(await entry(cluster, value))).toMatch(reason);
  });

  it('entries of files in one run say nothing', async () => {
    expect(await walk(await entry(9, 0xffff_fff7))).toEqual(WHOLE);
  });

  it('a volume that is scattered over more pieces than memory should hold is refused', async () => {
    const large = usbExfatImage(placedFiles({ 'a.txt': 'x' }), [], 600 * 1024 * MIB);
    const start = exfatStart(large);
    const { geometry, directories } = await (await openExfat(large.image, start, 'test'))!.walk();
    // clusters 0 and 1 are none; the root goes on in every second one
    const { first } = directories[0]!.runs[0]!;
    const every = Uint32Array.from({ length: 3_000_000 }, (_, i) => first + i + 2);
    const patch = { offset: geometry.fatStart + first * 4, bytes: new Uint8Array(every.buffer) };
    const volume = (await openExfat(new PatchedContent(large.image, [patch]), start, 'test'))!;
    await expect(volume.walk()).rejects.toThrow(/scattered over too many pieces/);
  });

  it('a file may lie in a chain', async () => {
    const set: Edit = (bytes, view) => {
      bytes[33] = 1;
      view.setUint16(2, setChecksum(bytes), true);
    };
    const first = viewOf(await readBytes(image, FOLDER + 32 + 20, 4)).getUint32(0, true);
    const chain: Edit = (_, view) =>
      [first + 1, first + 2, 0xffff_ffff].forEach((next, i) => void view.setUint32(i * 4, next, true));
    expect(await walk(await edited([FAT + first * 4, 12, chain], [FOLDER, 96, set]))).toEqual(WHOLE);
    expect(await walk(await edited([FOLDER, 96, set]))).toMatch(/a\/one\.txt.*lead to 0, which is none/);
  });
});

describe('the root:', () => {
  const walkWithRoot = async (at: number, edit: Edit) => await walk(await edited([ROOT + at, 32, edit]));

  it.each<[string, number, Edit, RegExp]>([
    ['no bitmap', 32, (bytes) => (bytes[0] = 1), /The root has 0 allocation bitmaps/],
    ['two bitmaps', 64, (bytes) => (bytes[0] = 0x81), /The root has 2 allocation bitmaps/],
    ['the bitmap of a second FAT', 32, (bytes) => (bytes[1] = 1), /that of a second FAT/],
    [
      'a bitmap of another size',
      32,
      (_, view) => view.setUint32(24, 1, true),
      /The allocation bitmap has 1 bytes, not 6560/,
    ],
    ['a bitmap outside', 32, (_, view) => view.setUint32(20, 1, true), /lead to 1, which is none/],
    ['no up-case table', 64, (bytes) => (bytes[0] = 2), /The root has 0 up-case tables/],
    [
      'an up-case table of 1 GiB',
      64,
      (_, view) => view.setUint32(24, 2 ** 30, true),
      /up-case table has 1073741824 bytes/,
    ],
    [
      'an up-case table that does not add up',
      64,
      (_, view) => view.setUint32(4, 1, true),
      /does not have its TableChecksum/,
    ],
    ['a label of twelve characters', 0, (bytes) => (bytes[1] = 12), /The volume label has 12 characters/],
    ['a critical entry that nobody knows', 0, (bytes) => (bytes[0] = 0x84), /type 84 cannot stand here/],
    ['an entry of a file without a file', 0, (bytes) => (bytes[0] = 0xc1), /An entry C1 belongs to no file/],
  ])('%s is refused', async (_, at, edit, reason) => {
    expect(await walkWithRoot(at, edit)).toMatch(reason);
  });

  it('what is benign is left alone, what is not in use too', async () => {
    expect(await walkWithRoot(0, (bytes) => bytes.set([0xa0, 0]))).toEqual(WHOLE);
    expect(await walkWithRoot(0, (bytes) => (bytes[0] = 0x03))).toEqual(WHOLE);
    expect(await walkWithRoot(0, (bytes) => bytes.set([0xa0, 255]))).toMatch(/go on behind the end of the directory/);
  });

  it('a bitmap that calls a cluster free is refused', async () => {
    expect(await walk(await edited([BITMAP, 1, (bytes) => (bytes[0]! &= ~0x20)]))).toMatch(
      /Cluster 7 is in use and the bitmap calls it free/,
    );
    expect(await walk(await edited([BITMAP + 100, 1, (bytes) => (bytes[0] = 0xff)]))).toEqual(WHOLE);
  });

  it('an up-case table that makes no sense is refused, even when it adds up', async () => {
    const table = await readBytes(image, UP_CASE, 5836);
    table[2 * 0x61] = 0x42;
    expect(
      await walk(
        await edited(
          [UP_CASE, table.length, (bytes) => bytes.set(table)],
          [ROOT + 64, 32, (_, view) => view.setUint32(4, checksum32(table), true)],
        ),
      ),
    ).toMatch(/The up-case table changes ASCII/);
  });
});

describe('entry sets:', () => {
  it('a sum that does not fit is refused', async () => {
    for (const at of [1, 2, 4, 8, 33, 40, 66]) {
      expect(await walk(await edited([ROOT + NAMES.file + at, 1, (bytes) => (bytes[0]! ^= 1)])), `${at}`).toMatch(
        /SetChecksum does not fit|go on behind|expected/,
      );
    }
  });

  it.each<[string, Edit, RegExp]>([
    ['no Stream Extension', (bytes) => (bytes[32] = 0xc1), /No Stream Extension/],
    ['only a File entry', (bytes) => (bytes[1] = 0), /No Stream Extension/],
    ['fewer names than the length', (bytes) => (bytes[35] = 16), /fewer than 2 File Name entries/],
    ['a name of nothing', (bytes) => (bytes[35] = 0), /cannot belong to a file|cannot be the name/],
    ['a name with a slash', (_, view) => view.setUint16(66, 0x2f, true), /"\/\.txt" cannot be the name of a file/],
    ['a name with a zero', (_, view) => view.setUint16(66, 0, true), /cannot be the name of a file/],
    ['a hash that does not fit', (_, view) => view.setUint16(36, 1, true), /b\.txt.*NameHash does not fit/],
    ['no allocation possible', (bytes) => (bytes[33] = 0), /AllocationPossible is not set/],
    ['more valid bytes than bytes', (bytes) => (bytes[40] = 200), /ValidDataLength is more than DataLength/],
    ['bytes without a cluster', (_, view) => view.setUint32(52, 0, true), /FirstCluster is 0 and DataLength 1/],
    ['a cluster without bytes', (bytes) => bytes.fill(0, 40, 48) && bytes.fill(0, 56, 64), /and DataLength 0/],
    ['a run outside', (_, view) => view.setUint32(52, 2 ** 31, true), /are not all of the volume/],
    [
      'a run over another file',
      (_, view) => view.setUint32(52, 2, true),
      /Cluster 2 belongs to it and to something else/,
    ],
    ['more bytes than the volume', (_, view) => view.setUint32(60, 2 ** 20, true), /more than the volume/],
    ['more bytes than there are numbers', (_, view) => view.setUint32(60, 2 ** 31, true), /more than the volume/],
    ['a folder of half a cluster', (bytes) => (bytes[4] = 0x10), /The folder has 1 valid bytes of 1/],
  ])('%s is refused', async (_, edit, reason) => {
    expect(await walkWithSet('file', edit)).toMatch(reason);
  });

  it('a name twice is refused, whatever its case', async () => {
    const twice: Edit = (_, view) => {
      'a'.split('').forEach((letter, i) => void view.setUint16(66 + 2 * i, letter.charCodeAt(0), true));
      view.setUint8(35, 1);
      view.setUint16(36, nameHash('A'), true);
    };
    expect(await walkWithSet('file', twice)).toMatch(/The name is there twice/);
  });

  it('a folder that contains itself is refused', async () => {
    expect(await walkWithSet('folder', (_, view) => view.setUint32(52, 6, true))).toMatch(/Cluster 6 belongs to it/);
  });

  it('deleted ones and the benign ones of others are left alone', async () => {
    const remove: Edit = (bytes) => [0x05, 0x40, 0x41].forEach((type, i) => void bytes.set([type], i * 32));
    expect(await walk(await edited([ROOT + NAMES.file, 96, remove]))).toEqual(WHOLE.filter((path) => path !== 'b.txt'));
    // "empty" has room for one more entry behind it
    const vendor: Edit = (bytes) => bytes.set([4], 1) ?? bytes.set([0xe0], 96) ?? bytes.set([0xe1], 128);
    expect(await walkWithSet('empty', vendor, 5)).toEqual(WHOLE);
    expect(await walkWithSet('empty', (bytes) => bytes.set([3], 1) ?? bytes.set([0xc2], 96), 4)).toMatch(
      /type C2 cannot belong/,
    );
  });

  it('bytes that were never written are zeros', async () => {
    const content = await edited([
      FOLDER,
      96,
      (bytes, view) => {
        view.setUint32(40, 5000, true);
        view.setUint16(2, setChecksum(bytes), true);
      },
    ]);
    const found = await (await openExfat(content, START, 'test'))!.walk();
    const one = await readBytes(found.files.find(({ path }) => path === 'a/one.txt')!.content);
    expect(Buffer.from(one).toString()).toBe('x'.repeat(5000) + '\0'.repeat(4000));
  });

  it('an image that ends before a file is refused', async () => {
    expect(await walk(rangeContent(image, 0, clusterAt(8) + 1))).toMatch(/The image ends before it/);
    expect(await walk(rangeContent(image, 0, FAT + 2))).toMatch(/The image ends within the FAT/);
  });
});

it('survives any change of its structures', async () => {
  const place = fc.record({
    region: fc.constantFrom([START, 6144], [FAT, 64], [BITMAP, 16], [ROOT, 512], [FOLDER, 128]),
    at: fc.nat(8191),
    byte: fc.integer({ min: 0, max: 255 }),
    sealed: fc.boolean(),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(place, { minLength: 1, maxLength: 12 }), fc.boolean(), async (changes, sealed) => {
      const root = await readBytes(image, ROOT, 512);
      const patches = new Map<number, number>();
      for (const { region, at, byte } of changes) {
        const offset = region[0]! + (at % region[1]!);
        if (region[0] === ROOT) root[offset - ROOT] = byte;
        else patches.set(offset, byte);
      }
      // with right sums the changes get further
      if (sealed) sealSets(root);
      const list = [...patches].map(([offset, byte]) => ({ offset, bytes: Uint8Array.of(byte) }));
      list.push({ offset: ROOT, bytes: root });
      await walk(
        new PatchedContent(
          image,
          list.sort((a, b) => a.offset - b.offset),
        ),
      );
    }),
    { numRuns: long ? 20_000 : 400 },
  );
}, 600_000);

function sealSets(directory: Uint8Array): void {
  for (const at of Object.values(NAMES)) {
    const set = directory.subarray(at, at + (1 + directory[at + 1]!) * 32);
    if (set.length > 3) viewOf(set).setUint16(2, setChecksum(set), true);
  }
}
