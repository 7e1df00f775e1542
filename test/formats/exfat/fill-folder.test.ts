/** Reports that go back onto a stick that was written anew, and the volume as it was before them. */
import { closeSync, ftruncateSync, openSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { readBytes } from '../../../src/content/content.js';
import { PatchedContent } from '../../../src/content/patched.js';
import { openDisk } from '../../../src/image/disk.js';
import { exfatStart, placedFiles, usbExfatImage } from '../../support/disk-media.js';
import { fillingOf } from '../../support/exfat-reports.js';
import { describeWith, runOk, temporaryFolder } from '../../support/tools.js';

const MIB = 1024 * 1024;
const placed = usbExfatImage(placedFiles({ 'sources/a.bin': 'x'.repeat(9000), 'z.txt': 'z' }), ['Reports', 'sources']);
const { image } = placed;
const start = exfatStart(placed);
const files = Object.fromEntries(
  Array.from({ length: 120 }, (_, i) => [
    `Reports/${i % 3 === 0 ? '' : `PC-${i % 3}/run/`}A report with a long name ${i}.jsonl`,
    new Uint8Array((i * 977) % 20_000).fill(i),
  ]),
);
const rules = {
  isAdded: (path: string) => /^Reports\//.test(path),
  isWritten: (path: string) => path === 'Reports',
};

const tree = await (await openDisk(image, ''))!.volumes[0]!.tree();
const filling = (await fillingOf(tree, files, image.size))!;
const filled = new PatchedContent(image, filling);

it('holds them all, and what was there', async () => {
  const after = await (await openDisk(filled, ''))!.volumes[0]!.tree();
  const found = new Map(
    await Promise.all(after.files.map(async ({ path, content }) => [path, await readBytes(content)] as const)),
  );
  for (const [path, bytes] of Object.entries(files)) expect(Buffer.compare(found.get(path)!, bytes), path).toBe(0);
  expect(after.files.length).toBe(tree.files.length + Object.keys(files).length);
});

it('is reckoned back to the very same volume', async () => {
  const after = await (await openDisk(filled, ''))!.volumes[0]!.tree();
  const { patches, free } = await after.asBuilt(rules);
  expect(free).toEqual((await tree.asBuilt(rules)).free);
  const before = new PatchedContent(
    filled,
    [...patches].sort((a, b) => a.offset - b.offset),
  );
  const [one, two] = await Promise.all([image, before].map((each) => readBytes(each, 0, free.offset)));
  expect(Buffer.compare(one!, two!)).toBe(0);
  expect(patches.length).toBeGreaterThan(4);
});

it('is refused where there is no room, no folder, or something in it', async () => {
  expect(await fillingOf(tree, files, start + 2 * MIB)).toBeUndefined();
  const full = await (await openDisk(filled, ''))!.volumes[0]!.tree();
  expect(await fillingOf(full, files, image.size)).toBeUndefined();
  const none = usbExfatImage(placedFiles({ 'z.txt': 'z' }), []).image;
  expect(await fillingOf(await (await openDisk(none, ''))!.volumes[0]!.tree(), files, none.size)).toBeUndefined();
});

describeWith(['fsck.exfat'], 'fsck.exfat', () => {
  it('finds nothing wrong', async () => {
    const partition = join(temporaryFolder(), 'partition.img');
    const file = openSync(partition, 'w');
    ftruncateSync(file, image.size - start - MIB);
    const bytes = await readBytes(filled, start, 8 * MIB);
    writeSync(file, bytes, 0, bytes.length, 0);
    closeSync(file);
    expect(await runOk('fsck.exfat', ['-n', partition])).toMatch(/clean\. directories 7, files 122/);
  });
});
