/** Reports on a stick whose main partition is exFAT, where this computer's kernel cannot mount it. */
import { closeSync, openSync, writeSync } from 'node:fs';
import { readBytes } from '../../src/content/content.js';
import { openFile } from '../../src/content/file.js';
import type { Patch } from '../../src/content/patched.js';
import { BytesContent } from '../../src/content/views.js';
import { openDisk, type VolumeTree } from '../../src/image/disk.js';

const modified = new Date('2026-05-06T07:08:09Z');

/** What has to be written where, so that the empty folder Reports holds these files; their paths begin with `Reports/`. */
export async function fillingOf(
  tree: VolumeTree,
  files: Readonly<Record<string, Uint8Array>>,
  end: number,
): Promise<Patch[] | undefined> {
  const placed = Object.entries(files).map(([path, bytes]) => ({ path, content: new BytesContent(bytes), modified }));
  const filled = await tree.fillFolder({ files: placed, directories: ['Reports'], recorded: modified, end });
  if (!filled) return undefined;
  const contents = [...filled.offsets].map(([{ content }, offset]) =>
    readBytes(content).then((bytes) => ({ offset, bytes })),
  );
  return [...filled.patches, ...(await Promise.all(contents))].sort((a, b) => a.offset - b.offset);
}

/** Puts them onto a stick. @param path an image file */
export async function leaveReportsOnExfat(path: string, files: Readonly<Record<string, Uint8Array>>): Promise<void> {
  const image = await openFile(path);
  const disk = await openDisk(image, path);
  const patches = await fillingOf(await disk!.volumes[0]!.tree(), files, image.size);
  await image.close();
  const file = openSync(path, 'r+');
  for (const { offset, bytes } of patches!) writeSync(file, bytes, 0, bytes.length, offset);
  closeSync(file);
}
