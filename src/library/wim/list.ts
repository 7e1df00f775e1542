import { readBytes } from '../../content/content.js';
import { InplaceError } from '../../errors.js';
import {
  ATTRIBUTES,
  type Dentry,
  fileTimeOf,
  isDirectory,
  linkGroupOf,
  reparseTagOf,
} from '../../formats/wim/dentry.js';
import { walkTree } from '../../formats/wim/directory-tree.js';
import { fromFileTime } from '../../formats/wim/file-time.js';
import type { WimHeader } from '../../formats/wim/header.js';
import type { WimImage } from '../../formats/wim/information.js';
import { readLinkTarget } from '../../formats/wim/reparse.js';
import { streamsOf } from '../../formats/wim/streams.js';
import type { Wim } from '../../formats/wim/wim.js';
import { withWim } from './open-path.js';

/** A file, directory or link of an image. */
export interface WimListEntry {
  /** `/` between names */
  readonly path: string;
  readonly kind: 'file' | 'directory' | 'symbolic link' | 'junction' | 'reparse point';
  /** of the unnamed stream */
  readonly bytes: number;
  /** SHA-1 of the unnamed stream; left out when it has no bytes */
  readonly sha1?: string;
  /** ISO 8601; left out when it is no time */
  readonly modified?: string;
  /** of `R` read-only, `H` hidden, `S` system, `A` archive, `C` compressed, `E` encrypted */
  readonly attributes: string;
  readonly shortName?: string;
  /** number of a group of names that share one file */
  readonly linkGroup?: string;
  /** where a link leads */
  readonly target?: string;
  /** named streams */
  readonly streams?: readonly { readonly name: string; readonly bytes: number }[];
}

export interface WimListing {
  readonly path: string;
  /** of all parts */
  readonly bytes: number;
  readonly parts: number;
  readonly guid: string;
  readonly compression: WimHeader['compression'];
  readonly chunkSizeBytes: number;
  /** files are compressed together, as in an ESD */
  readonly solid: boolean;
  /** image that boots, from 1; 0 for none */
  readonly bootIndex: number;
  readonly integrityTable: boolean;
  readonly blobs: number;
  readonly images: readonly WimImage[];
  /** what is in the image that was asked for */
  readonly entries?: readonly WimListEntry[];
}

/**
 * Lists the images of a WIM, or the files of one of them.
 * @param path of a WIM, or `Win.iso:sources/install.wim`
 * @param image from 1
 * @throws InplaceError when it cannot be read; USAGE when there is no such image
 */
export async function listWim(path: string, image?: number): Promise<WimListing> {
  return await withWim(path, async ({ wim }) => {
    const { header } = wim;
    return {
      path,
      bytes: wim.sizeBytes,
      parts: wim.parts.length,
      guid: header.guid,
      compression: header.compression,
      chunkSizeBytes: header.chunkSizeBytes,
      solid: wim.hasSolid,
      bootIndex: header.bootIndex,
      integrityTable: header.integrityTable.sizeBytes > 0,
      blobs: wim.blobs.size,
      images: wim.information.images,
      ...(image === undefined ? {} : { entries: await listEntries(wim, image) }),
    };
  });
}

async function listEntries(wim: Wim, image: number): Promise<WimListEntry[]> {
  const entries: WimListEntry[] = [];
  for (const { path, entry } of walkTree((await wim.tree(image)).root)) entries.push(await listEntry(wim, path, entry));
  return entries;
}

async function listEntry(wim: Wim, path: string, entry: Dentry): Promise<WimListEntry> {
  const { data, named } = streamsOf(entry);
  const sizeOf = (sha1: string | undefined): number =>
    sha1 === undefined ? 0 : (wim.blobs.get(sha1)?.content.size ?? 0);
  const link = await linkOf(wim, path, entry);
  const group = linkGroupOf(entry);
  const modified = fromFileTime(fileTimeOf(entry, 'written'))?.toISOString();
  return {
    path,
    kind: link?.kind ?? (isDirectory(entry) ? 'directory' : 'file'),
    bytes: sizeOf(data),
    ...(data === undefined ? {} : { sha1: data }),
    ...(modified === undefined ? {} : { modified }),
    attributes: lettersOf(entry.attributes),
    ...(entry.shortName === '' ? {} : { shortName: entry.shortName }),
    ...(group === 0n ? {} : { linkGroup: String(group) }),
    ...(link?.target === undefined ? {} : { target: link.target }),
    ...(named.length === 0 ? {} : { streams: named.map(({ name, sha1 }) => ({ name, bytes: sizeOf(sha1) })) }),
  };
}

/** Reparse data have at most 16 KiB ([MS-FSCC] 2.1.2.1). */
const MAX_REPARSE_BYTES = 16 * 1024;

async function linkOf(
  wim: Wim,
  path: string,
  entry: Dentry,
): Promise<{ kind: WimListEntry['kind']; target?: string } | undefined> {
  const tag = reparseTagOf(entry);
  if (tag === undefined) return undefined;
  const { reparse } = streamsOf(entry);
  const blob = reparse === undefined ? undefined : wim.blob(reparse, path);
  const known = blob !== undefined && blob.content.size <= MAX_REPARSE_BYTES;
  return (known && readLinkTarget(tag, await readBytes(blob.content))) || { kind: 'reparse point' };
}

function lettersOf(attributes: number): string {
  const letters: readonly (readonly [number, string])[] = [
    [ATTRIBUTES.readOnly, 'R'],
    [ATTRIBUTES.hidden, 'H'],
    [ATTRIBUTES.system, 'S'],
    [ATTRIBUTES.archive, 'A'],
    [ATTRIBUTES.compressed, 'C'],
    [ATTRIBUTES.encrypted, 'E'],
  ];
  return letters.map(([bit, letter]) => (attributes & bit ? letter : '')).join('');
}

/** The image to look into: the only one, unless one is named. @throws InplaceError USAGE */
export function onlyImage(wim: Wim, image: number | undefined): number {
  if (image !== undefined) return image;
  if (wim.metadata.length === 1) return 1;
  throw new InplaceError({
    code: 'USAGE',
    message: `There are ${wim.metadata.length} images in it, and none was named`,
    where: { file: wim.file },
    hint: 'Add --image N; "inplace wim list" shows them',
  });
}
