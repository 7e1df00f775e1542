import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, expect, it, vi } from 'vitest';
import { LzmsDecompressor } from '../../../src/formats/lzms/decompress.js';
import { describeWith, runOk, temporaryFolder } from '../../support/tools.js';
import { mutate } from '../support/fuzz.js';
import { noise, writeKinds } from '../support/kinds.js';
import { type Resource, sha1, unpack, wimResources } from '../support/wim-blobs.js';

// the long run takes minutes, more on a busy machine
vi.setConfig({ testTimeout: 3_600_000 });

const decompressor = new LzmsDecompressor();
const decompress = (input: Uint8Array, output: Uint8Array): void => decompressor.decompress(input, output);

/** Every instruction that the x86 filter knows, to a few targets, at odd distances; one at the very start, which it leaves alone. */
function instructions(count: number): Buffer {
  const opcodes = ['e8', '488b05', '488b0d', '488d15', '4c8d3d', 'f08305', 'ff15', 'e9', '488b15', '4c8b05', 'ff25'];
  const random = noise(count * 4, 8);
  const parts: Buffer[] = [];
  let at = 0;
  for (let i = 0; i < count; i++) {
    const opcode = Buffer.from(opcodes[i === 0 ? 0 : random[4 * i]! % opcodes.length]!, 'hex');
    const address = Buffer.alloc(4);
    address.writeInt32LE(0x20000 + 64 * (random[4 * i + 1]! % 16) - at);
    // mostly near each other, now and then further than the filter reaches
    const gap = random[4 * i + 2]! === 0 ? 1500 : random[4 * i + 3]! % 24;
    const part = Buffer.concat([opcode, address, Buffer.alloc(gap, 0x90)]);
    parts.push(part);
    at += part.length;
  }
  return Buffer.concat(parts);
}

describeWith(['wimlib-imagex'], 'LZMS chunks that wimlib made', () => {
  const folder = temporaryFolder();
  let kinds: Map<string, Buffer>;
  let sums: Set<string>;
  let resources: Resource[] | undefined;

  beforeAll(async () => {
    kinds = await writeKinds(join(folder, 'tree'), 1);
    kinds.set('instructions.bin', instructions(20_000));
    await writeFile(join(folder, 'tree/instructions.bin'), kinds.get('instructions.bin')!);
    sums = new Set([...kinds.values()].map(sha1));
  });

  it.each([32768, 2 ** 22])('chunks of %d bytes', async (chunkBytes) => {
    const wim = join(folder, `${chunkBytes}.wim`);
    const options = ['--compress=LZMS', `--chunk-size=${chunkBytes}`];
    await runOk('wimlib-imagex', ['capture', join(folder, 'tree'), wim, ...options]);
    const read = await wimResources(wim);
    const found = read.map((resource) => sha1(unpack(resource, decompress)));
    expect(found.filter((sum) => sums.has(sum)).length).toBeGreaterThanOrEqual(7);
    // the rest is the metadata resource of the image
    expect(found.filter((sum) => !sums.has(sum)).length).toBe(1);
    resources ??= read;
  });

  it('the solid resource of an ESD', async () => {
    await runOk('wimlib-imagex', ['capture', join(folder, 'tree'), join(folder, 'install.esd'), '--solid']);
    const unpacked = (await wimResources(join(folder, 'install.esd'))).map((resource) => unpack(resource, decompress));
    const blobs = [...kinds.values()].sort((one, other) => other.length - one.length);
    const all = unpacked.find((resource) => resource.length === Buffer.concat(blobs).length)!;
    let at = 0;
    while (blobs.length > 0) {
      const next = blobs.findIndex((blob) => blob.equals(all.subarray(at, at + blob.length)));
      expect(next).toBeGreaterThanOrEqual(0);
      at += blobs.splice(next, 1)[0]!.length;
    }
  });

  it('damaged chunks throw or give something, in bounded time and inside the output', () => {
    mutate(resources!, decompress);
  });
});
