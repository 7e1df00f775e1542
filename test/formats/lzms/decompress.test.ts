import { join } from 'node:path';
import { beforeAll, expect, it } from 'vitest';
import { LzmsDecompressor } from '../../../src/formats/lzms/decompress.js';
import { describeWith, runOk, temporaryFolder } from '../../support/tools.js';
import { mutate } from '../support/fuzz.js';
import { writeKinds } from '../support/kinds.js';
import { type Resource, sha1, unpack, wimResources } from '../support/wim-blobs.js';

const decompressor = new LzmsDecompressor();
const decompress = (input: Uint8Array, output: Uint8Array): void => decompressor.decompress(input, output);

describeWith(['wimlib-imagex'], 'LZMS chunks that wimlib made', () => {
  const folder = temporaryFolder();
  let kinds: Map<string, Buffer>;
  let sums: Set<string>;
  let resources: Resource[] | undefined;

  beforeAll(async () => {
    kinds = await writeKinds(join(folder, 'tree'), 1);
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
    // metadata, and everything else in one
    expect(unpacked.length).toBe(2);
    for (const bytes of kinds.values()) expect(unpacked.some((resource) => resource.includes(bytes))).toBe(true);
  });

  it('damaged chunks throw or give something, in bounded time and inside the output', () => {
    mutate(resources!, decompress);
  });
});
