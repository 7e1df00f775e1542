import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { viewOf } from '../../../src/bytes/view.js';
import { BytesContent } from '../../../src/content/views.js';
import { CheckContext } from '../../../src/formats/udf/checking/check-context.js';
import { Claims } from '../../../src/formats/udf/checking/claims.js';
import { checkFileSet } from '../../../src/formats/udf/checking/file-set.js';
import { checkIntegrity } from '../../../src/formats/udf/checking/integrity.js';
import { TreeChecker } from '../../../src/formats/udf/checking/tree.js';
import {
  IMPLEMENTATION_USE,
  LOGICAL_VOLUME,
  PARTITION,
  PRIMARY_VOLUME,
  UNALLOCATED_SPACE,
} from '../../../src/formats/udf/checking/volume-rules.js';
import {
  compressedLength,
  hasLoneSurrogate,
  readCompressedUnicode,
  writeCompressedUnicode,
} from '../../../src/formats/udf/structures/compressed-unicode.js';
import { readDstring, writeDstring } from '../../../src/formats/udf/structures/dstring.js';
import { EXTENT_TYPE, readExtendedAd } from '../../../src/formats/udf/structures/extents.js';
import { readPartitionMaps } from '../../../src/formats/udf/structures/partition-map.js';
import { sealTag, tagProblem } from '../../../src/formats/udf/structures/tag.js';
import { readTimestamp, writeTimestamp } from '../../../src/formats/udf/structures/timestamp.js';
import { describeWith, runOk, temporaryFolder } from '../../support/tools.js';

function bytesOf(hex: string): Uint8Array {
  return Uint8Array.from(hex.split(' ').map((byte) => Number.parseInt(byte, 16)));
}

describe('descriptor tag', () => {
  it('has the sum and CRC that the standard works out by hand', () => {
    // ECMA-167 1/7.2.6: the bytes 70 6A 77 have the CRC 3299
    const bytes = new Uint8Array(19);
    bytes.set(bytesOf('70 6A 77'), 16);
    sealTag(bytes, 261, 0x01020304, 19);
    expect(bytes).toEqual(bytesOf('05 01 02 00 E1 00 01 00 99 32 03 00 04 03 02 01 70 6A 77'));
    expect(tagProblem(bytes, 261, 0x01020304)).toBeUndefined();
  });

  it.each([
    [0, 'tagIdentifier'],
    [2, 'tagChecksum'],
    [4, 'tagChecksum'],
    [8, 'tagChecksum'],
    [16, 'descriptorCrc'],
  ])('a change of byte %i is found as %s', (at, field) => {
    const bytes = new Uint8Array(512);
    sealTag(bytes, 8, 5, 512);
    bytes[at]! ^= 1;
    expect(tagProblem(bytes, 8, 5)?.field).toBe(field);
  });

  it('another location is found, unless nobody asks', () => {
    const bytes = new Uint8Array(512);
    sealTag(bytes, 8, 5, 512);
    expect(tagProblem(bytes, 8, 6)?.field).toBe('tagLocation');
    expect(tagProblem(bytes, 8)).toBeUndefined();
  });
});

describe('timestamp', () => {
  const at = (hex: string): string | undefined => readTimestamp(viewOf(bytesOf(hex)), 0)?.toISOString();

  it('is written as local time with offset 0, whole seconds', () => {
    const bytes = new Uint8Array(12);
    writeTimestamp(viewOf(bytes), 0, new Date('2024-02-29T23:59:58.999Z'));
    expect(bytes).toEqual(bytesOf('00 10 E8 07 02 1D 17 3B 3A 00 00 00'));
  });

  it.each([
    ['UTC', '00 00 E8 07 02 1D 17 3B 3A 00 00 00', '2024-02-29T23:59:58.000Z'],
    ['two hours ahead', '78 10 E8 07 02 1D 17 3B 3A 00 00 00', '2024-02-29T21:59:58.000Z'],
    ['eight hours behind', '20 1E E8 07 02 1D 17 3B 3A 00 00 00', '2024-03-01T07:59:58.000Z'],
    ['a zone that is not specified', '01 18 E8 07 02 1D 17 3B 3A 00 00 00', '2024-02-29T23:59:58.000Z'],
    ['centiseconds, which are dropped', '00 10 E8 07 02 1D 17 3B 3A 63 63 63', '2024-02-29T23:59:58.000Z'],
  ])('%s is read', (_, hex, expected) => {
    expect(at(hex)).toBe(expected);
  });

  it.each([
    ['zeros', '00 00 00 00 00 00 00 00 00 00 00 00'],
    ['a 13th month', '00 10 E8 07 0D 01 00 00 00 00 00 00'],
    ['a 25th hour', '00 10 E8 07 01 01 19 00 00 00 00 00'],
    ['year 30000', '00 10 30 75 01 01 00 00 00 00 00 00'],
  ])('%s is no time', (_, hex) => {
    expect(at(hex)).toBeUndefined();
  });

  it('times that the field cannot hold become the nearest it can', () => {
    const bytes = new Uint8Array(12);
    writeTimestamp(viewOf(bytes), 0, new Date(8.64e15));
    expect(readTimestamp(viewOf(bytes), 0)?.toISOString()).toBe('9999-12-31T23:59:59.000Z');
    writeTimestamp(viewOf(bytes), 0, new Date(-8.64e15));
    expect(readTimestamp(viewOf(bytes), 0)?.toISOString()).toBe('0001-01-01T00:00:00.000Z');
  });
});

describe('OSTA compressed Unicode', () => {
  const write = (text: string): Uint8Array => {
    const bytes = new Uint8Array(compressedLength(text));
    expect(writeCompressedUnicode(bytes, 0, text)).toBe(bytes.length);
    return bytes;
  };

  it.each([
    ['', ''],
    ['aÿ', '08 61 FF'],
    ['aĀ', '10 00 61 01 00'],
    ['😀', '10 D8 3D DE 00'],
  ])('"%s" is written in its shortest form', (text, hex) => {
    expect(write(text)).toEqual(hex === '' ? new Uint8Array(0) : bytesOf(hex));
  });

  it.each([
    ['another compression id', '09 61'],
    ['half a 16-bit character', '10 00'],
    ['half a surrogate pair', '10 D8 3D'],
  ])('%s is no text', (_, hex) => {
    expect(readCompressedUnicode(bytesOf(hex))).toBeUndefined();
  });

  it('any text without half surrogate pairs comes back', () => {
    const text = fc.string({ unit: 'binary', maxLength: 100 }).filter((value) => !hasLoneSurrogate(value));
    fc.assert(fc.property(text, (value) => readCompressedUnicode(write(value)) === value));
  });

  it('any bytes are a text or none, never an exception', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 255 }), (bytes) => {
        const text = readCompressedUnicode(bytes);
        return text === undefined || !hasLoneSurrogate(text);
      }),
    );
  });
});

describe('dstring', () => {
  it('has its length in the last byte', () => {
    const bytes = new Uint8Array(10);
    writeDstring(bytes, 1, 8, 'Ж');
    expect(bytes).toEqual(bytesOf('00 10 04 16 00 00 00 00 03 00'));
    expect(readDstring(bytes, 1, 8)).toBe('Ж');
  });

  it('an empty one is all zero', () => {
    const bytes = new Uint8Array(8);
    writeDstring(bytes, 0, 8, '');
    expect(bytes).toEqual(new Uint8Array(8));
    expect(readDstring(bytes, 0, 8)).toBe('');
  });

  it('one that claims more than it has is none', () => {
    expect(readDstring(bytesOf('08 61 00 00 00 00 00 08'), 0, 8)).toBeUndefined();
  });
});

describe('what we only read', () => {
  it('a compressed extended allocation descriptor is not readable', () => {
    const bytes = new Uint8Array(20);
    const view = viewOf(bytes);
    view.setUint32(0, 2048, true);
    view.setUint32(4, 100, true);
    view.setUint32(8, 200, true);
    expect(readExtendedAd(view, 0)).toBeUndefined();
    view.setUint32(8, 100, true);
    expect(readExtendedAd(view, 0)).toMatchObject({ type: EXTENT_TYPE.recorded, length: 100 });
  });

  it.each([
    ['a table that ends too early', 2, '01 06 01 00 00 00'],
    ['a map of length 0', 1, '01 00 01 00 00 00'],
    ['a map of another type', 1, '03 06 01 00 00 00'],
    ['a map longer than the table', 1, '02 40 00 00 00 00'],
  ])('%s has no partition maps', (_, count, hex) => {
    expect(readPartitionMaps(bytesOf(hex), count)).toBeUndefined();
  });
});

describeWith(['genisoimage'], 'genisoimage, which knows UDF 1.02 by itself', () => {
  const folder = temporaryFolder();

  it('writes every structure as we do, but for choices that the standard leaves open', async () => {
    const source = join(folder, 'source');
    mkdirSync(join(source, 'directory'), { recursive: true });
    writeFileSync(join(source, 'file.txt'), 'one');
    writeFileSync(join(source, 'directory', 'Жук.txt'), 'two');
    const iso = join(folder, 'x.iso');
    await runOk('genisoimage', ['-quiet', '-udf', '-input-charset', 'utf-8', '-V', 'X', '-o', iso, source]);
    const context = new CheckContext(new BytesContent(readFileSync(iso)));
    const structure = async <T>(rules: Parameters<typeof context.structure<T>>[0], sector: number): Promise<T> =>
      context.structure(rules, (await context.sector(sector))!, sector, { offset: sector * 2048 })!;
    await structure(PRIMARY_VOLUME, 32);
    await structure(IMPLEMENTATION_USE, 33);
    const partition = await structure(PARTITION, 34);
    const logical = await structure(LOGICAL_VOLUME, 35);
    await structure(UNALLOCATED_SPACE, 36);
    const fileSet = await checkFileSet(context, { logical, partition });
    const tree = new TreeChecker(context, partition, new Claims());
    await tree.check(fileSet!.rootDirectoryIcb.block);
    await checkIntegrity(context, logical.integrity, partition.length, tree);
    expect(tree.list.map((file) => [file.path, file.size])).toEqual([
      ['file.txt', 3],
      ['directory/Жук.txt', 3],
    ]);
    const fields = new Set(context.findings.map((finding) => finding.where?.field ?? finding.message));
    expect([...fields].filter((field) => !/tagSerialNumber|mplementationId/.test(field)).sort()).toEqual(
      [
        'FileIdentifierDescriptor.icb', // it records unique ids there, as UDF 2.00 asks
        'FileEntry.icbTag', // contiguous, not relocatable
        'FileEntry.permissions', // write and execute bits differ
        'FileSetDescriptor.domainIdentifier', // write protection bits; we leave them clear
        'LogicalVolumeDescriptor.domainIdentifier',
        'PartitionDescriptor.partitionContents', // "protected" flag of the entity identifier
        'PrimaryVolumeDescriptor.maximumInterchangeLevel', // 2; UDF 1.02 2.2.2.2 says 3
      ].sort(),
    );
  });
});
