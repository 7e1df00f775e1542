import { join } from 'node:path';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import { LzxDecompressor } from '../../../src/formats/lzx/decompress.js';
import { undoE8Translation } from '../../../src/formats/lzx/e8.js';
import { describeWith, long, runOk, temporaryFolder } from '../../support/tools.js';
import { mutate } from '../support/fuzz.js';
import { writeKinds } from '../support/kinds.js';
import { type Resource, sha1, unpack, wimResources } from '../support/wim-blobs.js';

// the long run takes minutes, more on a busy machine
vi.setConfig({ testTimeout: 3_600_000 });

describeWith(['wimlib-imagex'], 'LZX chunks that wimlib made', () => {
  const folder = temporaryFolder();
  let sums: Set<string>;
  const resources = new Map<number, Resource[]>();

  beforeAll(async () => {
    const kinds = await writeKinds(join(folder, 'tree'), 1);
    sums = new Set([...kinds.values()].map(sha1));
  });

  // the others only differ in their number of position slots
  it.each(long ? [15, 16, 17, 18, 19, 20, 21] : [15, 16, 18, 21])('chunks of 2^%d bytes', async (order) => {
    const wim = join(folder, `${order}.wim`);
    const options = ['--compress=LZX', `--chunk-size=${2 ** order}`];
    await runOk('wimlib-imagex', ['capture', join(folder, 'tree'), wim, ...options]);
    const read = await wimResources(wim);
    resources.set(order, read);
    const decompressor = new LzxDecompressor(order);
    const found = read.map((resource) =>
      sha1(unpack(resource, (input, output) => decompressor.decompress(input, output))),
    );
    expect(found.filter((sum) => sums.has(sum)).length).toBeGreaterThanOrEqual(7);
    // the rest is the metadata resource of the image
    expect(found.filter((sum) => !sums.has(sum)).length).toBe(1);
    expect(read.flatMap(({ chunks }) => chunks).some(({ compressed }) => compressed)).toBe(true);
  });

  it.each([15, 18])(
    'damaged chunks of 2^%d bytes throw or give something, in bounded time and inside the output',
    (order) => {
      const decompressor = new LzxDecompressor(order);
      mutate(resources.get(order)!, (input, output) => decompressor.decompress(input, output));
    },
  );
});

describe('LZX', () => {
  const decompressor = new LzxDecompressor(15);

  function decompressed(data: Uint8Array, sizeBytes: number): string {
    const output = Buffer.alloc(sizeBytes);
    decompressor.decompress(data, output);
    return output.toString('latin1');
  }

  /** Numbers as LZX stores bits: `[value, bits]`, most significant first, into little-endian units of 16. */
  function bits(...numbers: readonly (readonly [number, number])[]): Buffer {
    const text = numbers.map(([value, count]) => value.toString(2).padStart(count, '0')).join('');
    const units = text.padEnd(Math.ceil(text.length / 16) * 16, '0').match(/.{16}/g) ?? [];
    return Buffer.concat(units.map((unit) => Buffer.from([parseInt(unit.slice(8), 2), parseInt(unit.slice(0, 8), 2)])));
  }

  const recent = (...offsets: number[]): Buffer => Buffer.from(new Uint32Array(offsets).buffer);

  it('uncompressed blocks, as in the example of MS-PATCH 3 but with the header of WIM; odd sizes have a byte of padding', () => {
    const header = bits([3, 3], [0, 1], [3, 16]);
    const block = Buffer.concat([header, recent(1, 1, 1), Buffer.from('abc\0')]);
    expect(decompressed(block, 3)).toBe('abc');
    expect(decompressed(Buffer.concat([block, block]), 6)).toBe('abcabc');
  });

  it('padding is a whole unit where the header of an uncompressed block ends with one (MS-PATCH 2.3: 1 to 16 bits)', () => {
    /** Pretree with one-bit codewords for "as before" (0) and "one bit" (16), then the symbols for `count` lengths. */
    const tree = (count: number, ...used: number[]): [number, number][] => [
      ...Array.from({ length: 20 }, (_, i): [number, number] => [i === 0 || i === 16 ? 1 : 0, 4]),
      ...Array.from({ length: count }, (_, i): [number, number] => [used.includes(i) ? 1 : 0, 1]),
    ];
    const trees = [...tree(256, 97, 98), ...tree(240), ...tree(249)];
    const literals = Array.from('ababbbaaababaab', (letter): [number, number] => [letter === 'a' ? 0 : 1, 1]);
    const head = bits([1, 3], [0, 1], [15, 16], ...trees, ...literals, [3, 3], [0, 1], [2, 16]);
    expect(head.length).toBe(1040 / 8);
    expect(decompressed(Buffer.concat([head, Buffer.alloc(2), recent(1, 1, 1), Buffer.from('xy')]), 17)).toBe(
      'ababbbaaababaabxy',
    );
  });

  it.each([
    ['block type 0', bits([0, 3], [1, 1]), 32768, /Block type 0/],
    ['a block of nothing', bits([1, 3], [0, 1], [0, 16]), 5, /no bytes/],
    ['a block over the end', bits([1, 3], [1, 1]), 5, /A block of 32768 bytes, where 5 are left/],
    [
      'a recent offset of 0',
      Buffer.concat([bits([3, 3], [0, 1], [2, 16]), recent(1, 0, 1), Buffer.from('xy')]),
      2,
      /recent offset of 0/,
    ],
    [
      'an uncompressed block cut short',
      Buffer.concat([bits([3, 3], [0, 1], [2, 16]), recent(1, 1, 1), Buffer.from('x')]),
      2,
      /cut short/,
    ],
    ['nothing', Buffer.alloc(0), 2, /cut short|Block type/],
  ])('%s', (_, data, sizeBytes, message) => {
    expect(() => decompressed(data, sizeBytes)).toThrow(message);
  });

  it('no such window order', () => {
    expect(() => new LzxDecompressor(14)).toThrow(RangeError);
    expect(() => new LzxDecompressor(22)).toThrow(RangeError);
  });
});

describe('E8 translation of LZX', () => {
  function undone(position: number, absolute: number, sizeBytes = 100): number | undefined {
    const chunk = Buffer.alloc(sizeBytes, 0x90);
    chunk[position] = 0xe8;
    chunk.writeInt32LE(absolute, position + 1);
    undoE8Translation(chunk);
    return chunk.readInt32LE(position + 1);
  }

  it('positive targets lose their position, negative ones gain the file size', () => {
    expect(undone(20, 50)).toBe(30);
    expect(undone(20, 0)).toBe(-20);
    expect(undone(20, -20)).toBe(12_000_000 - 20);
    expect(undone(20, 11_999_999)).toBe(11_999_979);
  });

  it('targets outside the file stay', () => {
    expect(undone(20, -21)).toBe(-21);
    expect(undone(20, 12_000_000)).toBe(12_000_000);
  });

  it('the last ten bytes stay', () => {
    expect(undone(89, 100)).toBe(11);
    expect(undone(90, 100)).toBe(100);
    expect(() => undoE8Translation(Buffer.alloc(10, 0xe8))).not.toThrow();
  });
});
