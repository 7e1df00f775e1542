import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  both32,
  bytesOf,
  directory,
  entry,
  image,
  listing,
  problem,
  SP,
  type TestRecord,
  ucs2,
} from './image-builder.js';

const ROOT = 20 * 2048;

function rootOf(...records: TestRecord[]): Uint8Array {
  return image({ 20: directory(20, 20, records) });
}

function rockRidge(systemUse: Uint8Array, sectors: Record<number, Uint8Array> = {}): Uint8Array {
  return image({ 20: directory(20, 20, [{ id: 'FILE.TXT;1', lba: 24, size: 3, systemUse }], SP), ...sectors });
}

describe('a hostile ISO 9660 image', () => {
  it('with a directory that contains itself is refused', async () => {
    const bytes = image({
      20: directory(20, 20, [{ id: 'A', lba: 21, size: 2048, flags: 2 }]),
      21: directory(21, 20, [{ id: 'B', lba: 20, size: 2048, flags: 2 }]),
    });
    expect(await problem(bytes)).toMatch(/^SOURCE_CORRUPT 43076 DirectoryRecord: .*reached a second time, as "A\/B"/);
  });

  it('with two directories in one place is refused', async () => {
    const twice = { lba: 21, size: 2048, flags: 2 };
    const bytes = image({
      20: directory(20, 20, [
        { id: 'A', ...twice },
        { id: 'B', ...twice },
      ]),
      21: directory(21, 20, []),
    });
    expect(await problem(bytes)).toContain('reached a second time');
  });

  it('with an extent outside the image is refused, file or directory', async () => {
    expect(await problem(rootOf({ id: 'A.TXT;1', lba: 39, size: 2049 }))).toMatch(
      /^SOURCE_CORRUPT 41028 DirectoryRecord.locationOfExtent: .*outside the image of 81920 bytes/,
    );
    expect(await problem(rootOf({ id: 'A', lba: 0xffffffff, size: 0xffffffff, flags: 2 }))).toContain(
      'outside the image',
    );
  });

  it('that is cut short is refused', async () => {
    const whole = rootOf({ id: 'A.TXT;1', lba: 30, size: 2048 });
    expect(await problem(whole.subarray(0, 30 * 2048))).toContain('outside the image');
    expect(await problem(whole.subarray(0, 20 * 2048))).toContain('outside the image');
  });

  it('with record lengths that lie is refused', async () => {
    const bytes = rootOf({ id: 'A.TXT;1', lba: 30, size: 1 });
    const first = ROOT + 68;
    for (const [offset, value, message] of [
      [first, 10, 'at least 34'],
      [first + 32, 200, 'An identifier of 200 bytes'],
      [first + 32, 0, 'An identifier of 0 bytes'],
    ] as const) {
      const broken = bytes.slice();
      broken[offset] = value;
      expect(await problem(broken)).toMatch(new RegExp(`^SOURCE_CORRUPT ${first} DirectoryRecord: .*${message}`));
    }
    const letters = Array.from({ length: 58 }, (_, i) => ({ id: String.fromCharCode(0x41 + i), lba: 30, size: 1 }));
    const crossing = rootOf(...letters);
    crossing[ROOT + 68 + 58 * 34] = 34;
    expect(await problem(crossing)).toContain('A directory record of 34 bytes where its sector has 8 left');
  });

  it('with names that leave the tree is refused', async () => {
    expect(await problem(rootOf({ id: '..', lba: 30, size: 1 }))).toContain('stands for a directory itself');
    expect(await problem(rootOf({ id: 'A/B;1', lba: 30, size: 1 }))).toContain('holds "/"');
    expect(await problem(rootOf({ id: 'A\0;1', lba: 30, size: 1 }))).toContain('holds "\\u0000"');
    expect(await problem(rootOf({ id: ';1', lba: 30, size: 1 }))).toContain('An empty name');
  });

  it('with one name twice is refused', async () => {
    const file = { lba: 30, size: 1 };
    expect(await problem(rootOf({ id: 'A.;1', ...file }, { id: 'A;1', ...file }))).toContain('stands twice');
  });

  it('with a multi-extent file that does not end is refused', async () => {
    const part = { lba: 30, size: 1, flags: 0x80 };
    expect(await problem(rootOf({ id: 'A;1', ...part }))).toContain('ends before the last section of "A"');
    expect(await problem(rootOf({ id: 'A;1', ...part }, { id: 'B;1', lba: 30, size: 1 }))).toContain(
      'next section of "A"',
    );
  });

  it('with an interleaved file is refused as unsupported', async () => {
    const bytes = rootOf({ id: 'A;1', lba: 30, size: 1 });
    bytes[ROOT + 68 + 26] = 1;
    expect(await problem(bytes)).toMatch(/^SOURCE_UNSUPPORTED .*interleaved/);
  });

  it('with a senseless block size is refused', async () => {
    const bytes = rootOf();
    bytes[16 * 2048 + 128] = 3;
    expect(await problem(bytes)).toMatch(/^SOURCE_CORRUPT 32896 PrimaryVolumeDescriptor.logicalBlockSize/);
  });

  it('with an endless descriptor set ends', async () => {
    const bytes = rootOf();
    for (let lba = 17; lba < 20; lba++) bytes.set(bytes.subarray(16 * 2048, 17 * 2048), lba * 2048);
    expect(await listing(bytes)).toEqual([]);
  });

  it('with directories nested deeper than any is refused', async () => {
    const sectors: Record<number, Uint8Array> = {};
    for (let lba = 20; lba < 300; lba++)
      sectors[lba] = directory(lba, lba, [{ id: 'A', lba: lba + 1, size: 2048, flags: 2 }]);
    expect(await problem(image(sectors, 310))).toContain('nested more than 255 deep');
  });

  it('with directories that overlap to exhaust the reader is refused', async () => {
    const total = 1200;
    const sectors: Record<number, Uint8Array> = {
      20: directory(20, 20, [{ id: 'A', lba: 21, size: 39 * 2048, flags: 2 }]),
    };
    for (let i = 0; i < 39; i++) {
      // each claims everything up to the end of the image
      const records = Array.from({ length: 20 }, (_, j) => 60 + i * 20 + j).map((lba) => {
        return { id: `D${lba}`, lba, size: (total - lba) * 2048, flags: 2 };
      });
      sectors[21 + i] = directory(21, 20, records);
    }
    for (let lba = 60; lba < total; lba++) sectors[lba] = directory(lba, 21, []);
    expect(await problem(image(sectors, total))).toContain('The directories hold more than 536870912 bytes');
  });

  it('with continuation areas that loop is refused', async () => {
    const loop = entry('CE', [...both32(30), ...both32(0), ...both32(28)]);
    expect(await problem(rockRidge(loop, { 30: loop }))).toMatch(/^SOURCE_CORRUPT \d+ CE: More than 32 continuation/);
  });

  it('with continuation areas that lie outside or are absurdly long is refused', async () => {
    const area = (block: number, length: number) => entry('CE', [...both32(block), ...both32(0), ...both32(length)]);
    expect(await problem(rockRidge(area(0xffffffff, 10)))).toContain('A continuation area of 10 bytes');
    expect(await problem(rockRidge(area(30, 0xffffffff)))).toContain('A continuation area of 4294967295 bytes');
    expect(await problem(rockRidge(entry('CE', [1, 2, 3])))).toContain('A CE entry of 7 bytes');
  });

  it('with a continuation area of more than a sector is refused, though the image has room for it', async () => {
    const area = (length: number) => rockRidge(entry('CE', [...both32(30), ...both32(0), ...both32(length)]));
    expect(await problem(area(2049))).toContain('A continuation area of 2049 bytes at 61440; at most 2048');
    expect(await problem(area(2048))).toBe('no problem');
  });

  it('whose records all go through the same long way of continuation areas is refused', async () => {
    const areas = 32;
    const placeOf = (index: number): number => 100 + 3 * index;
    const link = (index: number) => entry('CE', [...both32(placeOf(index)), ...both32(0), ...both32(2048)]);
    const sectors: Record<number, Uint8Array> = {};
    for (let index = 0; index < areas; index++) {
      // entries of no meaning to fill the area, and the way to the next
      const filling = Array.from({ length: 500 }, () => entry('XX', []));
      sectors[placeOf(index)] = Buffer.concat([...(index + 1 < areas ? [link(index + 1)] : []), ...filling]);
    }
    const folders = Array.from({ length: 20 }, (_, index) => ({ id: `D${index}`, lba: 30 + index, size: 2048 }));
    const withFiles = (files: number) => {
      const records = Array.from({ length: files }, (_, file) => ({
        id: `F${file}`,
        lba: 0,
        size: 0,
        systemUse: link(0),
      }));
      for (const { lba } of folders) sectors[lba] = directory(lba, 20, records);
      const root = directory(
        20,
        20,
        folders.map((folder) => ({ ...folder, flags: 2 })),
        SP,
      );
      return image({ ...sectors, 20: root }, 200);
    };
    expect(await problem(withFiles(25))).toContain('The continuation areas of the volume are more than it can hold');
    expect(await problem(withFiles(5))).toBe('no problem');
  });

  it('with a Rock Ridge name that stands for a directory, or is absurdly long, is refused', async () => {
    expect(await problem(rockRidge(entry('NM', [2])))).toMatch(/^SOURCE_CORRUPT \d+ NM.flags: .*itself or its parent/);
    expect(await problem(rockRidge(entry('NM', [4])))).toMatch(/^SOURCE_CORRUPT \d+ NM.flags: .*itself or its parent/);
    const part = entry('NM', [1, ...bytesOf('n'.repeat(240))]);
    const area = (lba: number) => entry('CE', [...both32(lba), ...both32(0), ...both32(2048)]);
    const parts = (next: number) => Buffer.concat([area(next), ...Array.from({ length: 8 }, () => part)]);
    const long = { 30: parts(31), 31: parts(32), 32: parts(33) };
    expect(await problem(rockRidge(area(30), long))).toContain('A name of more than 4096 bytes');
  });

  it('with system use entries that lie about their length is refused', async () => {
    expect(await problem(rockRidge(Uint8Array.from([...bytesOf('NM'), 200, 1])))).toContain('entry of 200 bytes where');
    expect(await problem(rockRidge(Uint8Array.from([...bytesOf('NM'), 2, 1])))).toContain('entry of 2 bytes where');
  });

  it('with compressed files is refused as unsupported', async () => {
    expect(await problem(rockRidge(entry('ZF', new Array(12).fill(0))))).toMatch(/^SOURCE_UNSUPPORTED .*zisofs/);
  });

  it('with a relocated directory that is none is refused', async () => {
    expect(await problem(rockRidge(entry('CL', both32(0xffffffff))))).toContain('lies outside the image');
    expect(await problem(rockRidge(entry('CL', both32(30))))).toContain('There is no directory at 61440');
    expect(await problem(rockRidge(entry('CL', [1])))).toContain('A CL entry of 5 bytes');
    expect(await problem(rockRidge(entry('CL', both32(20))))).toContain('reached a second time');
  });

  it('ends in a tree or an InplaceError, whatever bytes are changed', async () => {
    const systemUse = Buffer.concat([
      entry('NM', [1, ...bytesOf('na')]),
      entry('CE', [...both32(30), ...both32(0), ...both32(60)]),
    ]);
    const plain = rockRidge(systemUse, {
      30: Buffer.concat([entry('NM', [0, ...bytesOf('me')]), entry('TF', [2, ...new Array(7).fill(9)])]),
    });
    const nested = image({
      20: directory(20, 20, [
        { id: ucs2('dir'), lba: 21, size: 4096, flags: 2 },
        { id: ucs2('a.txt'), lba: 30, size: 10 },
      ]),
      21: directory(21, 20, [
        { id: ucs2('b.txt'), lba: 31, size: 10, flags: 0x80 },
        { id: ucs2('b.txt'), lba: 32, size: 10 },
      ]),
    });
    // a Joliet descriptor in place of the terminator, which the reader does without
    nested.set(nested.subarray(16 * 2048, 17 * 2048), 17 * 2048);
    nested.set([2], 17 * 2048);
    nested.set([0x25, 0x2f, 0x45], 17 * 2048 + 88);
    expect(await listing(plain)).toEqual(['name 3']);
    expect(await listing(nested)).toEqual(['dir/', 'a.txt 10', 'dir/b.txt 20']);
    // where the structures are: descriptors, directories, the continuation area
    const place = fc.oneof(
      fc.integer({ min: 16 * 2048, max: 18 * 2048 - 1 }),
      fc.integer({ min: 20 * 2048, max: 20 * 2048 + 250 }),
      fc.integer({ min: 21 * 2048, max: 21 * 2048 + 250 }),
      fc.integer({ min: 30 * 2048, max: 30 * 2048 + 40 }),
    );
    const value = fc.oneof(fc.nat(255), fc.constantFrom(0, 1, 2, 4, 0x80, 0xff, 0x43, 0x4e));
    await fc.assert(
      fc.asyncProperty(
        fc.boolean(),
        fc.array(fc.tuple(place, value), { minLength: 1, maxLength: 12 }),
        fc.option(fc.integer({ min: 0, max: 40 * 2048 })),
        async (which, changes, end) => {
          const bytes = (which ? plain : nested).slice();
          for (const [offset, byte] of changes) bytes[offset] = byte;
          await problem(end === null ? bytes : bytes.subarray(0, end));
        },
      ),
      { numRuns: 2000 },
    );
  });
});
