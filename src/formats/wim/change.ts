/**
 * Changes files of an image by appending: everything up to the last blob stays where it is, in the bytes it has; new blobs,
 * the image's new metadata, a new blob table and new XML data follow. Nothing is compressed, neither anew nor what is new, and
 * nothing is copied: the result is a view.
 *
 * Metadata that are not compressed stand in a WIM that is: the resource header allows it of each resource for itself, and wimlib
 * and 7-Zip read it. That the boot manager and WIMGAPI do is likely and (U): no Windows was there to ask.
 */
import { unsupported } from '../../bytes/corrupt.js';
import type { Content } from '../../content/content.js';
import { appendToWim } from './append.js';
import { renderDirectoryTree } from './directory-tree.js';
import { toFileTime } from './file-time.js';
import { sha1OfContent } from './sha1.js';
import { countDifference, countTree } from './tree-counts.js';
import { TreeEditor } from './tree-edit.js';
import type { Wim } from './wim.js';
import { changeImage } from './xml-edit.js';

/** A file that is put into an image, or taken out of it. Paths have `/` or `\` between names, in any letter case. */
export type WimChange =
  | {
      readonly path: string;
      readonly content: Content;
      readonly modified: Date;
      /** of the bytes, in lower-case hex, when it is known; else the content is read for it */
      readonly sha1?: string;
    }
  /** a directory goes with all that is in it */
  | { readonly path: string; readonly delete: true };

export interface ChangeOptions {
  /** image that is changed, from 1 */
  readonly image: number;
  /** time of the change in the XML data, by the media's rule and never the clock */
  readonly modified: Date;
}

/**
 * The changed WIM as a view. New files are read once here, for their SHA-1, and again when the view is read.
 * @throws InplaceError WIM_CHANGE for what cannot be done, SOURCE_UNSUPPORTED for split WIMs, SOURCE_CORRUPT, USAGE when
 *   there is no such image
 */
export async function changeWim(wim: Wim, changes: readonly WimChange[], options: ChangeOptions): Promise<Content> {
  const [part] = wim.parts;
  if (part === undefined || wim.parts.length > 1) {
    throw unsupported('A split WIM cannot be changed; its parts belong together', { file: wim.file });
  }
  const tree = await wim.tree(options.image);
  const fresh = await hashNew(changes);
  const sizeOf = (sha1: string): number => fresh.get(sha1)?.size ?? wim.blobs.get(sha1)?.content.size ?? 0;
  const before = countTree(tree.root, sizeOf);
  const editor = new TreeEditor(tree.root, wim.file);
  for (const change of changes) {
    if ('delete' in change) editor.delete(change.path);
    else editor.put({ path: change.path, sha1: fresh.hashOf(change), time: toFileTime(change.modified) });
  }
  const added = countDifference(countTree(tree.root, sizeOf), before);
  const metadata = renderDirectoryTree(tree);
  const xml = (totalBytes: number): string =>
    changeImage(wim.xml, { index: options.image, added, modified: toFileTime(options.modified) }, totalBytes);
  return await appendToWim(wim, { image: options.image, metadata, fresh, references: editor.references, xml });
}

/** The bytes of new files by their SHA-1, each once. */
class FreshBlobs extends Map<string, Content> {
  readonly #hashes = new Map<WimChange, string>();

  async take(change: WimChange & { readonly content: Content; readonly sha1?: string }): Promise<void> {
    if (change.content.size === 0) return;
    const sha1 = change.sha1 ?? (await sha1OfContent(change.content));
    this.#hashes.set(change, sha1);
    this.set(sha1, change.content);
  }

  /** undefined for an empty file */
  hashOf(change: WimChange): string | undefined {
    return this.#hashes.get(change);
  }
}

async function hashNew(changes: readonly WimChange[]): Promise<FreshBlobs> {
  const fresh = new FreshBlobs();
  for (const change of changes) if ('content' in change) await fresh.take(change);
  return fresh;
}
