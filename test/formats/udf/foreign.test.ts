/** Forms that our writer never makes: made by hand from a volume of ours, one File Entry rewritten at a time. */
import { beforeAll, describe, expect, it } from 'vitest';
import { viewOf } from '../../../src/bytes/view.js';
import { type Content, readBytes } from '../../../src/content/content.js';
import { openUdf, type UdfVolume } from '../../../src/formats/udf/read.js';
import { sealTag } from '../../../src/formats/udf/structures/tag.js';
import { directoryOf, TestFile, udfImage } from '../../support/udf-image.js';
import { BLOCK, PatchedImage } from '../../support/udf-patch.js';

/** Blocks: 0 file set, 2 root, 3 "space", 4 "x". `space` has room for descriptors and data of other files. */
const SPACE = 3;
const X = 4;

let original: Content;
beforeAll(() => {
  const space = new Uint8Array(20 * BLOCK).map((_, i) => i / BLOCK);
  original = udfImage(directoryOf({ space: new TestFile(space), x: new TestFile('x') }));
});

async function open(image: PatchedImage): Promise<UdfVolume> {
  return (await openUdf(image.content, 'test.udf'))!;
}

async function bytesOfX(image: PatchedImage): Promise<Uint8Array> {
  const { files } = await (await open(image)).tree();
  return readBytes(files.find((file) => file.path === 'x')!.content);
}

type Words = readonly number[];

/** Allocation descriptors as 32-bit words. */
function words(...values: Words): Uint8Array {
  return new Uint8Array(Uint32Array.from(values).buffer);
}

/** Rewrites the File Entry of "x". @param kind 0 short, 1 long, 2 extended, 3 embedded */
function rewrite(image: PatchedImage, kind: number, size: number, descriptors: Uint8Array, extended = false): void {
  const offset = image.block(X);
  const old = image.bytes.slice(offset, offset + 176);
  const block = image.bytes.subarray(offset, offset + BLOCK).fill(0);
  const view = viewOf(block);
  block.set(old.subarray(16, 64), 16);
  view.setUint16(34, kind, true);
  view.setUint32(56, size, true);
  const header = extended ? 216 : 176;
  // modification time and unique id stand elsewhere in the extended form
  block.set(old.subarray(84, 96), extended ? 92 : 84);
  block.set(old.subarray(160, 168), extended ? 200 : 160);
  const attributes = 40;
  view.setUint32(header - 8, attributes, true);
  view.setUint32(header - 4, descriptors.length, true);
  block.set(descriptors, header + attributes);
  sealTag(block, extended ? 266 : 261, X, header + attributes + descriptors.length);
}

/** Writes an Allocation Extent Descriptor into a block of "space" and returns that block. */
function continuation(image: PatchedImage, index: number, descriptors: Uint8Array, tag = 258): number {
  const at = image.data(SPACE) + index * BLOCK;
  const block = image.bytes.subarray(at, at + BLOCK).fill(0);
  viewOf(block).setUint32(20, descriptors.length, true);
  block.set(descriptors, 24);
  const location = spaceBlock(image, index);
  sealTag(block, tag, location, 24 + descriptors.length);
  return location;
}

function spaceBlock(image: PatchedImage, index: number): number {
  return image.view.getUint32(image.block(SPACE) + 180, true) + index;
}

const MORE = 0xc000_0000;
const UNRECORDED = 0x8000_0000;
const ALLOCATED = 0x4000_0000;

describe('File Entries of others', () => {
  let image: PatchedImage;
  const at = (index: number): number => spaceBlock(image, index);
  const filled = (...parts: [value: number, length: number][]): Uint8Array =>
    Uint8Array.from(parts.flatMap(([value, length]) => new Array<number>(length).fill(value)));

  async function expectX(expected: Uint8Array): Promise<void> {
    expect(Buffer.compare(await bytesOfX(image), expected)).toBe(0);
  }

  for (const extended of [false, true]) {
    describe(extended ? 'Extended File Entry' : 'File Entry', () => {
      it('embedded data are read', async () => {
        image = await PatchedImage.of(original);
        rewrite(image, 3, 5, new TextEncoder().encode('12345'), extended);
        await expectX(new TextEncoder().encode('12345'));
      });

      it('short descriptors in several places are read in their order', async () => {
        image = await PatchedImage.of(original);
        rewrite(image, 0, BLOCK + 3, words(BLOCK, at(7), 3, at(2)), extended);
        await expectX(filled([7, BLOCK], [2, 3]));
      });

      it('long descriptors are read', async () => {
        image = await PatchedImage.of(original);
        rewrite(image, 1, BLOCK + 3, words(BLOCK, at(7), 0, 0, 3, at(2), 0, 0), extended);
        await expectX(filled([7, BLOCK], [2, 3]));
      });

      it('extended descriptors are read', async () => {
        image = await PatchedImage.of(original);
        rewrite(image, 2, 9, words(BLOCK, 9, 9, at(4), 0), extended);
        await expectX(filled([4, 9]));
      });
    });
  }

  it('extents that were never recorded are zeros, whether allocated or not', async () => {
    image = await PatchedImage.of(original);
    const descriptors = words(BLOCK, at(5), BLOCK | ALLOCATED, at(6), BLOCK | UNRECORDED, 0, 1, at(7));
    rewrite(image, 0, 3 * BLOCK + 1, descriptors);
    await expectX(filled([5, BLOCK], [0, 2 * BLOCK], [7, 1]));
  });

  it('descriptors are continued in other blocks', async () => {
    image = await PatchedImage.of(original);
    const last = continuation(image, 11, words(7, at(3)));
    const middle = continuation(image, 10, words(BLOCK, at(9), BLOCK | MORE, last));
    rewrite(image, 0, 2 * BLOCK + 7, words(BLOCK, at(8), BLOCK | MORE, middle));
    await expectX(filled([8, BLOCK], [9, BLOCK], [3, 7]));
  });

  it('what is allocated behind the end of the file is not part of it', async () => {
    image = await PatchedImage.of(original);
    rewrite(image, 0, 10, words(BLOCK, at(5), BLOCK | ALLOCATED, at(6)));
    await expectX(filled([5, 10]));
  });

  it('a file that grew within its last block without its extent, as Linux leaves it, is read to its end', async () => {
    image = await PatchedImage.of(original);
    rewrite(image, 0, BLOCK + 900, words(BLOCK, at(5), 10, at(8)));
    await expectX(filled([5, BLOCK], [8, 900]));
    rewrite(image, 0, 2 * BLOCK + 1, words(BLOCK, at(5), 10, at(8)));
    await expect(bytesOfX(image)).rejects.toThrow('A file has 4097 bytes, but its extents hold 4096');
  });

  it('a descriptor of length 0 ends the list', async () => {
    image = await PatchedImage.of(original);
    rewrite(image, 0, 10, words(10, at(5), 0, 0, BLOCK, 0xffff_ffff));
    await expectX(filled([5, 10]));
  });

  it('a terabyte that was never recorded is planned without reading', async () => {
    image = await PatchedImage.of(original);
    const chunk = 2 ** 30 - BLOCK;
    rewrite(image, 0, 0, words(...Array.from({ length: 200 }, () => [chunk | UNRECORDED, 0]).flat()));
    image.view.setUint32(image.block(X) + 60, 40, true);
    image.seal(image.block(X));
    const { files } = await (await open(image)).tree();
    expect(files[1]!.content.size).toBe(40 * 2 ** 32);
    expect(await readBytes(files[1]!.content, 39 * 2 ** 32, 3)).toEqual(new Uint8Array(3));
  });

  it.each([
    [
      'a cycle of continuations',
      'FileEntry.allocationDescriptors',
      (): void => {
        const first = at(10);
        continuation(image, 10, words(BLOCK, at(9), BLOCK | MORE, at(11)));
        continuation(image, 11, words(BLOCK, at(9), BLOCK | MORE, first));
        rewrite(image, 0, 90_000_000, words(BLOCK, at(8), BLOCK | MORE, first));
      },
    ],
    [
      'a continuation that is none',
      'AllocationExtentDescriptor.tag.tagIdentifier',
      (): void => {
        rewrite(image, 0, 9000, words(BLOCK, at(8), BLOCK | MORE, continuation(image, 10, words(), 261)));
      },
    ],
    [
      'a continuation longer than its extent',
      'AllocationExtentDescriptor.lengthOfAllocationDescriptors',
      (): void => {
        const next = continuation(image, 10, words(BLOCK, at(9)));
        image.set(image.data(SPACE) + 10 * BLOCK, 21, 0x10);
        rewrite(image, 0, 9000, words(BLOCK, at(8), BLOCK | MORE, next));
      },
    ],
    [
      'a continuation behind the image',
      'FileEntry.allocationDescriptors',
      (): void => {
        rewrite(image, 0, 9000, words(BLOCK, at(8), BLOCK | MORE, 0x1234567));
      },
    ],
    [
      'an extent behind the image',
      'FileEntry.allocationDescriptors',
      (): void => {
        rewrite(image, 0, 9000, words(9000, 0xffff_0000));
      },
    ],
    [
      'a long descriptor into another partition',
      'FileEntry.allocationDescriptors',
      (): void => {
        rewrite(image, 1, 9, words(9, at(1), 5, 0));
      },
    ],
    [
      'extents shorter than the file',
      'FileEntry.informationLength',
      (): void => {
        rewrite(image, 0, 9000, words(BLOCK, at(1)));
      },
    ],
    [
      'embedded data shorter than the file',
      'FileEntry.informationLength',
      (): void => {
        rewrite(image, 3, 9, words(1));
      },
    ],
    ['kind 4 of descriptors', 'FileEntry.icbTag.flags', (): void => rewrite(image, 4, 9, words(9, at(1)))],
    [
      'descriptors behind the block',
      'FileEntry.lengthOfAllocationDescriptors',
      (): void => {
        image.set(image.block(X), 172, 0xff, 0xff, 0xff, 0xff);
      },
    ],
    [
      'attributes behind the block',
      'FileEntry.lengthOfAllocationDescriptors',
      (): void => {
        image.set(image.block(X), 168, 0xff, 0xff, 0xff, 0xff);
      },
    ],
    ['a length of 2^63', 'FileEntry.informationLength', (): void => image.set(image.block(X), 63, 0x80)],
  ])('%s is refused with its place', async (_, field, damage) => {
    image = await PatchedImage.of(original);
    damage();
    await expect(open(image).then((volume) => volume.tree())).rejects.toMatchObject({
      code: 'SOURCE_CORRUPT',
      findings: [{ where: { file: 'test.udf', offset: expect.any(Number), field } }],
    });
  });

  it('a compressed extent is refused as unsupported', async () => {
    image = await PatchedImage.of(original);
    rewrite(image, 2, 9, words(BLOCK, 5, 9, at(4), 0));
    await expect(open(image).then((volume) => volume.tree())).rejects.toMatchObject({ code: 'SOURCE_UNSUPPORTED' });
  });

  it.each([
    [12, 'a symbolic link'],
    [9, 'a FIFO'],
    [77, 'of ICB file type 77'],
  ])('file type %i is skipped as %s', async (type, reason) => {
    image = await PatchedImage.of(original);
    image.set(image.block(X), 27, type);
    const volume = await open(image);
    expect((await volume.tree()).files.map((file) => file.path)).toEqual(['space']);
    expect(volume.skipped).toEqual([{ path: 'x', reason: `It is ${reason}, not a file or directory` }]);
  });

  it.each([0, 249])('file type %i is read as a file', async (type) => {
    image = await PatchedImage.of(original);
    image.set(image.block(X), 27, type);
    await expectX(new TextEncoder().encode('x'));
  });
});
