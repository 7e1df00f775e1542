/** The reader on damaged and malicious volumes: an error or a tree, never a crash, a hang or a read beyond the image. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { viewOf } from '../../../src/bytes/view.js';
import { readBytes } from '../../../src/content/content.js';
import { PatchedContent } from '../../../src/content/patched.js';
import { InplaceError } from '../../../src/errors.js';
import { openFat32 } from '../../../src/formats/fat32/read.js';
import { placedFiles, usbImage } from '../../support/disk-media.js';
import { CountedContent } from '../../support/hostile-images.js';
import { long } from '../../support/tools.js';

const MIB = 1024 * 1024;
const { image } = usbImage(placedFiles({ 'a/one.txt': 'x'.repeat(9000), 'A long name.txt': 'y', 'b.txt': 'z' }), ['a']);
const FAT =
  MIB + (await readBytes(image, MIB + 14, 2))[0]! * 512 + (await readBytes(image, MIB + 15, 1))[0]! * 256 * 512;
const DATA = image.extents.find(({ role }) => role === 'FAT32 directories')!.offset;

async function walkWith(...patches: [offset: number, bytes: number[]][]): Promise<string[] | string> {
  const list = patches.map(([offset, bytes]) => ({ offset, bytes: Uint8Array.from(bytes) }));
  const volume = await openFat32(new PatchedContent(image, list), MIB, 'test.img');
  if (!volume) return 'none';
  try {
    return (await volume.walk()).files.map(({ path }) => path);
  } catch (error) {
    if (error instanceof InplaceError && error.code === 'SOURCE_CORRUPT') return error.message;
    throw error;
  }
}

const whole = ['A long name.txt', 'b.txt', 'a/one.txt'];
/** the root: label, then two parts and the short entry of "A long name.txt", then `a` with its long name */
const LONG_NAME = DATA + 32;

it('reads the volume as it is, and by the copy of the boot sector when the first one is gone', async () => {
  expect(await walkWith()).toEqual(whole);
  expect(await walkWith([MIB, Array<number>(512).fill(0)])).toEqual(whole);
  expect(await walkWith([MIB + 510, [0]], [MIB + 6 * 512 + 510, [0]])).toBe('none');
});

it.each([
  ['bytes per sector', 11, [0, 16]],
  ['sectors per cluster', 13, [3]],
  ['no reserved sectors', 14, [0, 0]],
  ['three FATs', 16, [3]],
  ['a root as FAT16 has it', 17, [0, 2]],
  ['a FAT that is too small', 36, [1, 0, 0, 0]],
  ['more clusters than FAT32 has numbers for', 32, [0xff, 0xff, 0xff, 0xff, 0, 0, 0, 2]],
])('takes no boot sector with %s', async (_, at, bytes) => {
  expect(await walkWith([MIB + at, bytes], [MIB + 6 * 512 + at, bytes])).toBe('none');
});

it('refuses chains that run in a circle, meet, or leave the volume', async () => {
  expect(await walkWith([FAT + 2 * 4, [2, 0, 0, 0]])).toMatch(/Cluster 2 belongs to it and to something else/);
  expect(await walkWith([FAT + 2 * 4, [0xf0, 0xff, 0xff, 0x0e]])).toMatch(/none of the volume/);
  expect(await walkWith([FAT + 2 * 4, [0, 0, 0, 0]])).toMatch(/lead to 0/);
  expect(await walkWith([FAT + 2 * 4, [3, 0, 0, 0]])).toMatch(/, a, .*Cluster 3 belongs/);
});

it('takes the short name where the long one does not belong to it', async () => {
  expect(await walkWith([LONG_NAME + 13, [0]])).toEqual(['ALONGN~1.TXT', 'b.txt', 'a/one.txt']);
  expect(await walkWith([LONG_NAME, [0x43]])).toEqual(['ALONGN~1.TXT', 'b.txt', 'a/one.txt']);
});

it('leaves out what is deleted', async () => {
  expect(await walkWith([LONG_NAME, [0xe5]], [LONG_NAME + 32, [0xe5]], [LONG_NAME + 64, [0xe5]])).toEqual([
    'b.txt',
    'a/one.txt',
  ]);
});

it('refuses names that lead elsewhere and files that have fewer clusters than bytes', async () => {
  expect(await walkWith([LONG_NAME + 32 + 1, [0x2f, 0]])).toMatch(/cannot be the name of a file/);
  expect(await walkWith([LONG_NAME + 64 + 28, [0, 0, 1, 0]])).toMatch(/has 65536 bytes and clusters for 2048/);
});

it('refuses a name that is there twice', async () => {
  // the folder `a` and `b.txt` take two entries each
  const file = await readBytes(image, LONG_NAME + 160, 64);
  expect(await walkWith([LONG_NAME + 96, [...file]])).toMatch(/The name is there twice/);
});

it('refuses a volume that is scattered over more pieces than memory should hold', async () => {
  const placed = usbImage(placedFiles({ 'a.txt': 'x' }), [], 120 * 1024 * MIB);
  const start = MIB + viewOf(await readBytes(placed.image, MIB + 14, 2)).getUint16(0, true) * 512;
  const every = Uint32Array.from({ length: 3_000_000 }, (_, cluster) => cluster + 2);
  const scattered = new PatchedContent(placed.image, [{ offset: start, bytes: new Uint8Array(every.buffer) }]);
  const volume = (await openFat32(scattered, MIB, 'test.img'))!;
  await expect(volume.walk()).rejects.toThrow(/scattered over too many pieces/);
});

it('reads little of the FAT for each jump of a chain', async () => {
  const chain = Uint32Array.from({ length: 60_000 }, (_, cluster) =>
    cluster < 30_000 ? cluster + 30_000 : cluster - 29_999,
  );
  const patched = new PatchedContent(image, [{ offset: FAT, bytes: new Uint8Array(chain.buffer) }]);
  const counted = new CountedContent(patched);
  await expect((await openFat32(counted, MIB, 'x'))!.walk()).rejects.toThrow(
    /larger than FAT32 allows|none of the|to 0/,
  );
  expect(counted.bytesRead).toBeGreaterThan(100 * MIB);
  expect(counted.bytesRead).toBeLessThan(300 * MIB);
});

it('survives any change of its structures', async () => {
  const place = fc.record({
    region: fc.constantFrom([MIB, 512], [FAT, 64], [DATA, 8192]),
    at: fc.nat(8191),
    byte: fc.integer({ min: 0, max: 255 }),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(place, { minLength: 1, maxLength: 12 }), async (changes) => {
      const patches = new Map(changes.map(({ region, at, byte }) => [region[0]! + (at % region[1]!), byte]));
      const sorted = [...patches].sort(([a], [b]) => a - b);
      await walkWith(...sorted.map(([offset, byte]): [number, number[]] => [offset, [byte]]));
    }),
    { numRuns: long ? 20_000 : 500 },
  );
}, 600_000);
