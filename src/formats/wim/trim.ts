/** A WIM with some of the images of another: their metadata and the blobs they refer to, nothing else. */
import { type Content, readBytes } from '../../content/content.js';
import { InplaceError } from '../../errors.js';
import { assembleWim, type TakenBlob } from './assemble.js';
import { byPlace } from './blobs.js';
import { derivedGuid } from './derived-guid.js';
import { walkTree } from './directory-tree.js';
import { WIM_HEADER_BYTES } from './header.js';
import { isStored, refuseSolid } from './stored-blobs.js';
import { blobsOf } from './streams.js';
import type { Wim } from './wim.js';
import { keepImages } from './xml-edit.js';

/**
 * The view. Images keep their order; the one that boots still does when it is among them. A split WIM becomes one file. There is no
 * integrity table: every byte moves, so it would have to be read a second time.
 * @param images indexes from 1
 * @throws InplaceError SOURCE_CORRUPT, SOURCE_UNSUPPORTED for solid WIMs; USAGE when there is no such image
 */
export async function trimWim(wim: Wim, images: readonly number[]): Promise<Content> {
  refuseSolid(wim, 'taken out one by one');
  const keep = [...new Set(images)].sort((a, b) => a - b);
  if (keep.length === 0) throw new InplaceError({ code: 'USAGE', message: 'No image is to be kept' });
  const references = await countReferences(wim, keep);
  const metadata = keep.map((index) => ({ blob: wim.metadata[index - 1]!, references: 1 }));
  const blobs = [...wim.blobs.values()]
    .map((blob) => ({ blob, references: references.get(blob.sha1) ?? 0 }))
    .filter((taken) => taken.references > 0)
    .sort((a, b) => byPlace(a.blob, b.blob));
  const taken = [...blobs, ...metadata].filter((each): each is TakenBlob => isStored(each.blob));
  return assembleWim({
    original: await readBytes(wim.parts[0]!.content, 0, WIM_HEADER_BYTES),
    blobs: taken,
    guid: derivedGuid(wim, `trim ${keep.join(' ')}`),
    partNumber: 1,
    totalParts: 1,
    imageCount: keep.length,
    bootIndex: keep.indexOf(wim.header.bootIndex) + 1,
    xml: (totalBytes) => keepImages(wim.xml, keep, totalBytes),
  });
}

/** How often the images' names and streams refer to each blob. */
async function countReferences(wim: Wim, images: readonly number[]): Promise<Map<string, number>> {
  const references = new Map<string, number>();
  for (const image of images) {
    const { root } = await wim.tree(image);
    const count = (sha1: string, path: string): void => {
      wim.blob(sha1, path);
      references.set(sha1, (references.get(sha1) ?? 0) + 1);
    };
    for (const sha1 of blobsOf(root)) count(sha1, '');
    for (const { path, entry } of walkTree(root)) for (const sha1 of blobsOf(entry)) count(sha1, path);
  }
  return references;
}
