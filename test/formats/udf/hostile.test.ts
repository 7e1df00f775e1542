/** What a damaged or malicious image can say of its volume and directories: an InplaceError with the place, in bounded time. */
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Content } from '../../../src/content/content.js';
import { rangeContent } from '../../../src/content/views.js';
import { InplaceError } from '../../../src/errors.js';
import { checkUdf } from '../../../src/formats/udf/check.js';
import { openUdf } from '../../../src/formats/udf/read.js';
import { sealTag } from '../../../src/formats/udf/structures/tag.js';
import { long } from '../../support/tools.js';
import { directoryOf, TestFile, type TestTree, udfImage } from '../../support/udf-image.js';
import { BLOCK, PatchedImage } from '../../support/udf-patch.js';

/** Blocks: 0 file set, 2 root, 3 "a.txt", 4 "d", 5 "d/e", 6 "d/f.txt". */
const TREE: TestTree = { 'a.txt': new TestFile('a'), 'd/e': null, 'd/f.txt': new TestFile('f') };
const [ROOT, D, E] = [2, 4, 5];
const MAIN = 32 * BLOCK;
const RESERVE = 48 * BLOCK;
const ANCHOR = 256 * BLOCK;

let original: Content;
beforeAll(() => {
  original = udfImage(directoryOf(TREE));
});

async function readWhole(image: Content): Promise<string[] | undefined> {
  const volume = await openUdf(image, 'hostile.udf');
  return volume && (await volume.tree()).files.map((file) => file.path);
}

const PATHS = ['a.txt', 'd/f.txt'];

function name(image: PatchedImage, ...bytes: number[]): void {
  const fid = image.fids(ROOT)[1]!;
  image.set(fid, 38, ...bytes);
}

/** Changes a descriptor in both sequences. */
function both(image: PatchedImage, index: number, at: number, ...bytes: number[]): void {
  for (const start of [MAIN, RESERVE]) image.set(start + index * BLOCK, at, ...bytes);
}

const DAMAGES: readonly [string, string, (image: PatchedImage) => void][] = [
  [
    'no anchor',
    'AnchorVolumeDescriptorPointer',
    (i) => {
      i.bytes[ANCHOR]! ^= 1;
      i.bytes[i.bytes.length - BLOCK]! ^= 1;
    },
  ],
  [
    'sequences behind the image',
    'volume descriptor sequence',
    (i) => {
      for (const anchor of [ANCHOR, i.bytes.length - BLOCK]) {
        i.set32(anchor, 20, 0xffff_fff0);
        i.set32(anchor, 28, 0xffff_fff0);
      }
    },
  ],
  [
    'both sequences damaged',
    'PartitionDescriptor.tag.tagChecksum',
    (i) => {
      i.bytes[MAIN + 3 * BLOCK + 6]! ^= 1;
      i.bytes[RESERVE + 3 * BLOCK + 6]! ^= 1;
    },
  ],
  [
    'no Logical Volume Descriptor',
    'volume descriptor sequence',
    (i) => {
      for (const start of [MAIN, RESERVE]) i.bytes.fill(0, start + 2 * BLOCK, start + 3 * BLOCK);
    },
  ],
  [
    'no Partition Descriptor',
    'volume descriptor sequence',
    (i) => {
      for (const start of [MAIN, RESERVE]) i.bytes.fill(0, start + 3 * BLOCK, start + 4 * BLOCK);
    },
  ],
  [
    'a sequence continued in itself',
    'VolumeDescriptorPointer.nextVolumeDescriptorSequenceExtent',
    (i) => {
      for (const start of [MAIN, RESERVE]) {
        const block = i.bytes.subarray(start, start + BLOCK).fill(0);
        i.view.setUint32(start + 20, 16 * BLOCK, true);
        i.view.setUint32(start + 24, start / BLOCK, true);
        sealTag(block, 3, start / BLOCK, 512);
      }
    },
  ],
  ['blocks of another size', 'LogicalVolumeDescriptor.logicalBlockSize', (i) => both(i, 2, 212, 0, 2)],
  ['a map table of 4 GiB', 'LogicalVolumeDescriptor.partitionMaps', (i) => both(i, 2, 264, 255, 255, 255, 255)],
  ['2^32 - 1 partition maps', 'LogicalVolumeDescriptor.partitionMaps', (i) => both(i, 2, 268, 255, 255, 255, 255)],
  ['no partition maps', 'LogicalVolumeDescriptor.partitionMaps', (i) => both(i, 2, 268, 0)],
  ['a map of a partition that is not there', 'LogicalVolumeDescriptor.partitionMaps', (i) => both(i, 2, 444, 9)],
  ['a file set in another partition', 'LogicalVolumeDescriptor.logicalVolumeContentsUse', (i) => both(i, 2, 256, 1)],
  ['a file set behind the image', 'FileSetDescriptor', (i) => both(i, 2, 254, 255)],
  ['a file set that is none', 'FileSetDescriptor.tag.tagIdentifier', (i) => i.bytes.fill(0, i.block(0), i.block(1))],
  ['a root in another partition', 'FileSetDescriptor.rootDirectoryIcb', (i) => i.set(i.block(0), 408, 1)],
  ['a root behind the image', 'FileEntry', (i) => i.set(i.block(0), 407, 255)],
  ['a root that is a file', 'FileEntry.icbTag.fileType', (i) => i.set(i.block(ROOT), 27, 5)],
  ['a File Entry with a wrong checksum', 'FileEntry.tag.tagChecksum', (i) => (i.bytes[i.block(D) + 4]! ^= 1)],
  ['a File Entry with a wrong CRC', 'FileEntry.tag.descriptorCrc', (i) => (i.bytes[i.block(D) + 90]! ^= 1)],
  [
    'a File Entry of another block',
    'FileEntry.tag.tagLocation',
    (i) => i.bytes.copyWithin(i.block(D), i.block(E), i.block(E) + BLOCK),
  ],
  [
    'a File Entry that is a terminal entry',
    'FileEntry.tag.tagIdentifier',
    (i) => {
      i.bytes[i.block(D)] = 4;
      i.sealTag(i.block(D));
    },
  ],
  ['a directory that holds itself', 'FileEntry', (i) => i.set32(i.fids(D)[1]!, 24, D)],
  ['a directory that holds the root', 'FileEntry', (i) => i.set32(i.fids(D)[1]!, 24, ROOT)],
  ['a directory with two parents', 'FileEntry', (i) => i.set32(i.fids(ROOT)[1]!, 24, E)],
  ['a directory longer than its extents', 'FileEntry.informationLength', (i) => i.set(i.block(D), 59, 1)],
  [
    'a directory of 4 GiB that was never recorded',
    'FileIdentifierDescriptor.tag.tagIdentifier',
    (i) => {
      i.set32(i.block(D), 56, 0x3fff_f800);
      i.set32(i.block(D), 176, 0x3fff_f800 + 0x8000_0000);
    },
  ],
  [
    'a FID that is none',
    'FileIdentifierDescriptor.tag.tagIdentifier',
    (i) => i.bytes.fill(0, i.fids(D)[1], i.fids(D)[2]),
  ],
  ['a FID with a wrong CRC', 'FileIdentifierDescriptor.tag.descriptorCrc', (i) => (i.bytes[i.fids(D)[1]! + 39]! ^= 1)],
  ['a directory that ends within a FID', 'FileIdentifierDescriptor', (i) => i.set(i.block(E), 56, 30)],
  ['a name longer than its directory', 'FileIdentifierDescriptor', (i) => i.set(i.fids(E)[0]!, 19, 200)],
  [
    'a name cut off by two bytes',
    'FileIdentifierDescriptor',
    (i) => i.set(i.block(D), 56, i.bytes[i.block(D) + 56]! - 2),
  ],
  [
    'an implementation use longer than its directory',
    'FileIdentifierDescriptor',
    (i) => i.set(i.fids(E)[0]!, 36, 255, 255),
  ],
  ['a File Entry in another partition', 'FileIdentifierDescriptor.icb', (i) => i.set(i.fids(ROOT)[1]!, 28, 7)],
  ['the name "."', 'FileIdentifierDescriptor.fileIdentifier', (i) => rename(i, '.')],
  ['the name ".."', 'FileIdentifierDescriptor.fileIdentifier', (i) => rename(i, '..')],
  ['a name with a slash', 'FileIdentifierDescriptor.fileIdentifier', (i) => name(i, 8, 97, 47)],
  ['a name with NUL', 'FileIdentifierDescriptor.fileIdentifier', (i) => name(i, 8, 0)],
  ['no name', 'FileIdentifierDescriptor.fileIdentifier', (i) => rename(i, '')],
  ['a name in another compression', 'FileIdentifierDescriptor.fileIdentifier', (i) => name(i, 254)],
  [
    'half a surrogate pair',
    'FileIdentifierDescriptor.fileIdentifier',
    (i) => {
      i.bytes[i.fids(ROOT)[1]! + 19] = 5;
      name(i, 16, 0xd8, 0, 0, 65);
    },
  ],
  ['a name twice', 'FileEntry', (i) => rename(i, 'd')],
];

/** Gives the first file of the root a shorter 8-bit name; the FID keeps its length through implementation use. */
function rename(image: PatchedImage, text: string): void {
  const fid = image.fids(ROOT)[1]!;
  const bytes = text === '' ? [] : [8, ...new TextEncoder().encode(text)];
  image.bytes.fill(0, fid + 38, fid + 44);
  image.bytes.set(bytes, fid + 44 - bytes.length);
  image.bytes[fid + 19] = bytes.length;
  image.set(fid, 36, 6 - bytes.length);
}

describe('a damaged volume is refused with its place', () => {
  it('the volume is read when it is not damaged', async () => {
    expect(await readWhole(original)).toEqual(PATHS);
  });

  for (const [title, field, damage] of DAMAGES) {
    it(title, async () => {
      const image = await PatchedImage.of(original);
      damage(image);
      const error = await readWhole(image.content).catch((reason: unknown) => reason);
      expect(error).toBeInstanceOf(InplaceError);
      expect(error).toMatchObject({ code: 'SOURCE_CORRUPT', findings: [{ where: { file: 'hostile.udf', field } }] });
      if (title !== 'no anchor' && !field.startsWith('VolumeDescriptorPointer')) {
        expect((error as InplaceError).findings[0]!.where!.offset).toBeTypeOf('number');
      }
    });
  }
});

it('a name that would command a terminal is shown, not sent', async () => {
  const image = await PatchedImage.of(original);
  // a C1 control that begins a command, and what no name may have
  name(image, 8, 0x9b, 0x2f);
  await expect(readWhole(image.content)).rejects.toThrow('"\\u009b/txt" cannot be the name of a file');
  const { findings } = await checkUdf(image.content);
  expect(findings.map(({ message }) => message)).toContainEqual(
    expect.stringContaining('The name "\\u009b/txt" contains "/"'),
  );
});

it('a path of such names is shown, not sent', async () => {
  const tree = { '\u009ba': new TestFile('a'), '\u009bb': new TestFile('b') };
  const image = await PatchedImage.of(udfImage(directoryOf(tree)));
  image.set(image.fids(ROOT)[2]!, 40, 0x61);
  await expect(readWhole(image.content)).rejects.toThrow('"\\u009ba" occurs twice');
  const shared = await PatchedImage.of(udfImage(directoryOf(tree)));
  shared.set32(shared.block(4), 180, shared.view.getUint32(shared.block(3) + 180, true));
  const { findings } = await checkUdf(shared.content);
  expect(findings.map(({ message }) => message)).toContainEqual(
    expect.stringMatching(/belongs to "\\u009b[ab]" and to "\\u009b[ab]"/),
  );
});

describe('a damaged volume is read where that is safe', () => {
  const cases: [string, (image: PatchedImage) => void, string[]?][] = [
    ['from the reserve sequence', (i) => (i.bytes[MAIN + 2 * BLOCK + 6]! ^= 1)],
    ['without the anchor at 256', (i) => i.bytes.fill(0, ANCHOR, ANCHOR + BLOCK)],
    ['without the anchor at the end', (i) => i.bytes.fill(0, i.bytes.length - BLOCK)],
    ['without a terminator', (i) => i.bytes.fill(0, MAIN + 5 * BLOCK, MAIN + 6 * BLOCK)],
    ['without deleted names', (i) => i.set(i.fids(ROOT)[1]!, 18, 4), ['d/f.txt']],
    ['with a hidden file', (i) => i.set(i.fids(ROOT)[1]!, 18, 1)],
    ['with implementation use in a FID', (i) => rename(i, 'abcd'), ['abcd', 'd/f.txt']],
    [
      'with wrong locations in FIDs',
      (i) => {
        i.view.setUint32(i.fids(ROOT)[1]! + 12, 0, true);
        i.sealTag(i.fids(ROOT)[1]!);
      },
    ],
    ['with the padding of the last FID cut off', (i) => i.set(i.block(E), 56, 38)],
    [
      'with descriptor version 3',
      (i) => {
        i.bytes[i.block(D) + 2] = 3;
        i.sealTag(i.block(D));
      },
    ],
  ];
  for (const [title, damage, paths = PATHS] of cases) {
    it(title, async () => {
      const image = await PatchedImage.of(original);
      damage(image);
      expect(await readWhole(image.content)).toEqual(paths);
    });
  }

  it('with the only anchor at N - 256', async () => {
    const tree = { ...TREE, big: new TestFile(new Uint8Array(300 * BLOCK)) };
    const image = await PatchedImage.of(udfImage(directoryOf(tree)));
    const last = image.bytes.length / BLOCK - 1;
    const anchor = image.bytes.slice(ANCHOR, ANCHOR + BLOCK);
    sealTag(anchor, 2, last - 256, 512);
    image.bytes.set(anchor, (last - 256) * BLOCK);
    image.bytes.fill(0, ANCHOR, ANCHOR + BLOCK);
    image.bytes.fill(0, last * BLOCK);
    expect(await readWhole(image.content)).toEqual(['a.txt', 'big', 'd/f.txt']);
  });
});

/** Eight long folders in each other; in the last `names`, a folder of `files` links to one file, and empty folders. */
function deepTree(files: number, folders: number): TestTree {
  const deep = Array.from({ length: 8 }, () => 'f'.repeat(110)).join('/');
  const file = new TestFile('x');
  const tree: Record<string, TestFile | null> = {};
  for (let i = 0; i < folders; i++) tree[`${deep}/d${i}`] = null;
  for (let i = 0; i < files; i++) tree[`${deep}/names/${i}`] = file;
  return tree;
}

describe('work and memory are bounded', () => {
  it('a directory whose extents repeat themselves into millions of names is refused', async () => {
    const fid = new Uint8Array(40);
    fid[18] = 4;
    fid[19] = 2;
    fid.set([8, 65], 38);
    sealTag(fid, 257, 0, 40);
    // a multiple of both the FID's length and the block size
    const names = new Uint8Array(40 * BLOCK * 4);
    for (let at = 0; at < names.length; at += fid.length) names.set(fid, at);
    const image = await PatchedImage.of(udfImage(directoryOf({ d: null, names: new TestFile(names) })));
    const [D2, NAMES] = [3, 4];
    const start = image.view.getUint32(image.block(NAMES) + 180, true);
    const directory = image.block(D2);
    for (let i = 0; i < 200; i++) {
      image.view.setUint32(directory + 176 + 8 * i, names.length, true);
      image.view.setUint32(directory + 180 + 8 * i, start, true);
    }
    image.view.setUint32(directory + 56, 200 * names.length, true);
    image.view.setUint32(directory + 172, 1600, true);
    image.seal(directory);
    await expect(readWhole(image.content)).rejects.toThrow('The volume has too many files');
  });

  it('directories that repeat long paths are refused, by reader and checker alike', async () => {
    const image = await PatchedImage.of(udfImage(directoryOf(deepTree(1000, 160))));
    // root, eight long names, then the 160 directories, and the one whose names they all claim
    const [first, names] = [11, 171];
    for (let block = first; block < names; block++) {
      const [from, to] = [image.block(names), image.block(block)];
      image.bytes.copyWithin(to + 56, from + 56, from + 64);
      image.bytes.copyWithin(to + 176, from + 176, from + 184);
      image.seal(to);
    }
    await expect(readWhole(image.content)).rejects.toThrow('The paths of the tree are too long');
    const { findings, files } = await checkUdf(image.content);
    expect(findings.map(({ message }) => message)).toContain('The paths of the volume have over 134217728 characters');
    expect(files.reduce((sum, { path }) => sum + path.length, 0)).toBeLessThan(2 ** 27);
  });

  it('files that repeat extents are not all listed', async () => {
    const tree: Record<string, TestFile> = {};
    for (let i = 0; i < 4500; i++) tree[`${i}`] = new TestFile('x');
    const image = await PatchedImage.of(udfImage(directoryOf(tree)));
    const data = image.view.getUint32(image.block(3) + 180, true);
    for (let block = 3; block < 4503; block++) {
      const entry = image.block(block);
      for (let at = 176; at < BLOCK; at += 8) {
        image.view.setUint32(entry + at, BLOCK, true);
        image.view.setUint32(entry + at + 4, data, true);
      }
      image.view.setUint32(entry + 56, 234 * BLOCK, true);
      image.view.setUint32(entry + 172, 234 * 8, true);
      image.view.setUint16(entry + 10, BLOCK - 16, true);
      image.seal(entry);
    }
    const { findings, files } = await checkUdf(image.content);
    expect(findings[0]).toMatchObject({ code: 'UDF_FILE_ENTRY', where: { field: 'FileEntry.logicalBlocksRecorded' } });
    expect(files.reduce((sum, { extents }) => sum + extents.length, 0)).toBeLessThanOrEqual(1_000_000);
  });

  it('20,000 directories within each other are refused, 500 are read', async () => {
    for (const [depth, refused] of [
      [20_000, true],
      [500, false],
    ] as const) {
      const tree: Record<string, null> = {};
      for (let i = 0; i < depth; i++) tree[`${i}/x`] = null;
      const image = await PatchedImage.of(udfImage(directoryOf(tree)));
      // each "x" becomes the next directory of the root, which keeps only the first of them
      const [, ...names] = image.fids(ROOT);
      const blocks = names.map((fid) => image.view.getUint32(fid + 24, true));
      blocks.forEach((block, index) => {
        const next = blocks[index + 1];
        if (next !== undefined) image.set32(image.fids(block)[1]!, 24, next);
        if (index > 0) image.set(names[index]!, 18, 6);
      });
      const read = openUdf(image.content, 'deep').then((volume) => volume!.tree());
      if (refused) await expect(read).rejects.toThrow(/nested too deep|paths of the tree are too long/);
      else expect((await read).directories.length).toBe(depth + 1);
    }
  });

  it('an image that was cut short is refused or read, wherever it was cut', async () => {
    for (let size = 0; size < original.size; size += 1021) {
      const cut = rangeContent(original, 0, size);
      const result = await readWhole(cut).catch((error: unknown) => error);
      if (result instanceof InplaceError) expect(result.code).toBe('SOURCE_CORRUPT');
      else expect([undefined, PATHS]).toContainEqual(result);
    }
  });
});

describe('any damage', () => {
  it('ends in a tree, in findings or in an InplaceError', async () => {
    const pristine = await PatchedImage.of(original);
    const descriptors = [
      ...[0, 1, 2, 3, 4, 5].flatMap((index) => [MAIN + index * BLOCK, RESERVE + index * BLOCK]),
      ANCHOR,
      ...[0, 1, 2, 3, 4, 5, 6].map((block) => pristine.block(block)),
      ...[ROOT, D, E].flatMap((block) => pristine.fids(block)),
    ];
    const change = fc.record({
      descriptor: fc.constantFrom(...descriptors),
      at: fc.oneof(fc.nat(60), fc.nat(511)),
      bytes: fc.oneof(
        fc.uint8Array({ minLength: 1, maxLength: 8 }),
        fc.constantFrom([0, 0, 0, 0], [255, 255, 255, 255], [255, 255, 255, 127], [0, 0, 0, 128], [1, 0, 0, 0]),
      ),
      sealed: fc.boolean(),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(change, { minLength: 1, maxLength: 4 }), async (changes) => {
        const image = await PatchedImage.of(pristine.content);
        for (const { descriptor, at, bytes, sealed } of changes) {
          image.bytes.set(bytes, descriptor + at);
          if (sealed) image.seal(descriptor);
        }
        const result = await readWhole(image.content).catch((error: unknown) => error);
        expect(result === undefined || Array.isArray(result) || result instanceof InplaceError, String(result)).toBe(
          true,
        );
        expect(Array.isArray((await checkUdf(image.content)).findings)).toBe(true);
      }),
      { numRuns: long ? 20_000 : 200 },
    );
  }, 600_000);
});
