/** Files with identical bytes on a hybrid: one File Entry in UDF, a place for each in FAT32. */
import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { type Content, readBytes } from '../../src/content/content.js';
import { PatchedContent } from '../../src/content/patched.js';
import { BytesContent } from '../../src/content/views.js';
import { checkUdf } from '../../src/formats/udf/check.js';
import { openDisk } from '../../src/image/disk.js';
import { renderManifest } from '../../src/image/manifest.js';
import type { PlacedFile } from '../../src/image/placed-file.js';
import { verifyImage } from '../../src/image/verify-image.js';
import { hybridImage, placedFiles, recorded } from '../support/disk-media.js';

const texts = { 'a.txt': 'alike', 'b.txt': 'alike', 'boot/bootstat.dat': 'alike', 'c.txt': 'other' };
const files = placedFiles(texts);
const contentOf = (path: string): Content => files.find((file) => file.path === path)!.content;
const alike = new Map(['b.txt', 'boot/bootstat.dat'].map((path) => [contentOf(path), contentOf('a.txt')]));

/** Every file but what the structures sum to, which only a build knows. */
function withManifest(): PlacedFile[] {
  const listed = Object.entries(texts).map(([path, text]) => ({
    path,
    size: text.length,
    sha256: createHash('sha256').update(text).digest('hex'),
  }));
  const bytes = renderManifest({ mediaId: 'ab'.repeat(32), structures: '00'.repeat(32), files: listed });
  const manifest = { path: 'deploy/manifest.json', content: new BytesContent(bytes), modified: recorded, late: true };
  return [...files, manifest];
}

/** ECMA-167 4/14.9: tag of a File Entry, and where the block of its first short allocation descriptor stands. */
const FILE_ENTRY = 261;
const EXTENT_BLOCK = 176 + 4;

async function fileEntriesOf(image: Content): Promise<number[]> {
  const front = Buffer.from(await readBytes(image, 0, 1024 * 1024));
  const sectors = Array.from({ length: front.length / 2048 }, (_, index) => index * 2048);
  return sectors.filter((at) => front.readUInt16LE(at) === FILE_ENTRY);
}

async function placesOf(same: ReadonlyMap<Content, Content>) {
  const { image } = hybridImage(files, ['boot'], same);
  const udf = await checkUdf(image);
  const disk = await openDisk(image, '');
  const tree = await disk!.volumes[0]!.tree();
  const offsets = (list: readonly { path: string; extents: readonly { offset: number }[] }[]) =>
    Object.fromEntries(list.map(({ path, extents }) => [path, extents[0]!.offset]));
  return { findings: udf.findings, udf: offsets(udf.files), fat: offsets(tree.files) };
}

describe('files that are alike', () => {
  it('are one File Entry in UDF, at the place of the first; FAT32 has a place for each; every rule of UDF is kept', async () => {
    const { findings, udf, fat } = await placesOf(alike);
    expect(findings).toEqual([]);
    expect(new Set(Object.values(fat)).size).toBe(4);
    expect([udf['a.txt'], udf['b.txt'], udf['c.txt']]).toEqual([fat['a.txt'], fat['a.txt'], fat['c.txt']]);
  });

  it('but what booting writes stays by itself', async () => {
    const { udf, fat } = await placesOf(alike);
    expect(udf['boot/bootstat.dat']).toBe(fat['boot/bootstat.dat']);
  });

  it('have places of their own when nobody has compared them', async () => {
    const { udf, fat } = await placesOf(new Map());
    expect(udf).toEqual(fat);
  });
});

describe('verify', () => {
  const messages = async (same: ReadonlyMap<Content, Content>): Promise<string[]> => {
    const { image } = hybridImage(withManifest(), ['boot', 'deploy'], same);
    return (await verifyImage(image)).findings.map(({ where, message }) => `${where?.path ?? ''}: ${message}`);
  };
  const lie = 'c.txt: UDF and FAT32 know different files by this name';

  it('takes names of UDF that lead to a file with the same bytes', async () => {
    // nothing but the sum of the structures, which this manifest does not know
    expect(await messages(alike)).toEqual([expect.stringMatching(/^: /)]);
  });

  it('finds every File Entry of UDF whose extent lies outside of the image', async () => {
    const { image } = hybridImage(withManifest(), ['boot', 'deploy'], new Map());
    const descriptors = await fileEntriesOf(image);
    expect(descriptors.length).toBeGreaterThan(5);
    for (const offset of descriptors) {
      const outside = new PatchedContent(image, [
        { offset: offset + EXTENT_BLOCK, bytes: new Uint8Array(4).fill(0x7f) },
      ]);
      const { findings } = await verifyImage(outside);
      expect(
        findings.map(({ code }) => code),
        `File Entry at ${offset}`,
      ).toContain('UDF_CRC');
    }
  });

  it('finds a name of UDF that leads to other bytes of the same size', async () => {
    expect(await messages(new Map([[contentOf('c.txt'), contentOf('a.txt')]]))).toContain(lie);
  });
});
