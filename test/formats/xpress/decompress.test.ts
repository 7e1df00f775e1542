import { join } from 'node:path';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import { XpressDecompressor } from '../../../src/formats/xpress/decompress.js';
import { describeWith, runOk, temporaryFolder } from '../../support/tools.js';
import { mutate } from '../support/fuzz.js';
import { writeKinds } from '../support/kinds.js';
import { type Resource, sha1, unpack, wimResources } from '../support/wim-blobs.js';

// the long run takes minutes, more on a busy machine
vi.setConfig({ testTimeout: 3_600_000 });

const decompressor = new XpressDecompressor();
const decompress = (input: Uint8Array, output: Uint8Array): void => decompressor.decompress(input, output);

describeWith(['wimlib-imagex'], 'XPRESS chunks that wimlib made', () => {
  const folder = temporaryFolder();
  let sums: Set<string>;
  let resources: Resource[];

  beforeAll(async () => {
    const kinds = await writeKinds(join(folder, 'tree'), 1);
    sums = new Set([...kinds.values()].map(sha1));
  });

  it.each([4096, 8192, 16384, 32768, 65536])('chunks of %d bytes', async (chunkBytes) => {
    const wim = join(folder, `${chunkBytes}.wim`);
    await runOk('wimlib-imagex', [
      'capture',
      join(folder, 'tree'),
      wim,
      '--compress=XPRESS',
      `--chunk-size=${chunkBytes}`,
    ]);
    resources = await wimResources(wim);
    const found = resources.map((resource) => sha1(unpack(resource, decompress)));
    expect(found.filter((sum) => sums.has(sum)).length).toBeGreaterThanOrEqual(7);
    // the rest is the metadata resource of the image
    expect(found.filter((sum) => !sums.has(sum)).length).toBe(1);
    expect(resources.flatMap(({ chunks }) => chunks).some(({ compressed }) => compressed)).toBe(true);
  });

  it('damaged chunks throw or give something, in bounded time and inside the output', () => {
    mutate(resources, decompress);
  });
});

describe('XPRESS', () => {
  /** 256 bytes of codeword lengths: zeros but for what is given by offset. */
  function table(parts: Record<number, string>): Buffer {
    const bytes = Buffer.alloc(256);
    for (const [at, hex] of Object.entries(parts)) bytes.set(Buffer.from(hex, 'hex'), Number(at));
    return bytes;
  }

  function decompressed(parts: Record<number, string>, data: string, sizeBytes: number): string {
    const output = Buffer.alloc(sizeBytes);
    decompress(Buffer.concat([table(parts), Buffer.from(data, 'hex')]), output);
    return output.toString('latin1');
  }

  const alphabet = { 48: '5055555555555555555555454404', 128: '04' };
  const repeated = { 48: '3023', 128: '02', 143: '20' };

  it('MS-XCA 3.2, the alphabet', () => {
    const data = 'd8523ed794115be9195ff9d67cdf8d0400000000';
    expect(decompressed(alphabet, data, 26)).toBe('abcdefghijklmnopqrstuvwxyz');
  });

  it('MS-XCA 3.2, a hundred times abc: a length of 16 bits between the bits', () => {
    expect(decompressed(repeated, 'a8dc0000ff2601', 300)).toBe('abc'.repeat(100));
  });

  it.each([
    ['a match before the start', repeated, '00900000ff2601', 300, /A match \d+ bytes back, after 0 bytes of output/],
    ['a match over the end', repeated, 'a8dc0000ff2601', 299, /A match of 297 bytes, where 296 are left/],
    ['a long length cut short', repeated, 'a8dc0000ff26', 300, /is cut short/],
    ['a length byte cut off', repeated, 'a8dc0000', 300, /is cut short/],
    ['no data', alphabet, '', 26, /256 bytes is cut short/],
    ['too many codewords', { 0: '111111' }, '0000', 26, /too many codewords/],
    ['an empty table', {}, '00000000', 1, /no codeword/],
  ])('%s', (_, parts, data, sizeBytes, message) => {
    expect(() => decompressed(parts, data, sizeBytes)).toThrow(message);
  });

  it('an input shorter than its table', () => {
    expect(() => decompress(new Uint8Array(255), new Uint8Array(10))).toThrow(/255 bytes is cut short/);
  });
});
