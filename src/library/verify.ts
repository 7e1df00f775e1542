import { openFile } from '../content/file.js';
import { readFolderTree } from '../content/folder-tree.js';
import type { FileTree } from '../content/tree.js';
import { throwFindings } from '../errors.js';
import { type Verification, verifyImage } from '../image/verify-image.js';
import { verifyTree } from '../image/verify-tree.js';
import { openZipTree } from '../image/zip-tree.js';
import { mediaKind } from './media-kind.js';
import type { WorkOptions } from './work.js';

/**
 * Reads an image, folder or zip back: every file against the manifest, the structures against the standard and
 * against the manifest's sum of them, and nothing there that should not be.
 * The findings are the result; an empty list means that all of it holds.
 * @throws InplaceError when the media cannot be read at all, or INTERRUPTED
 */
export async function verify(path: string, options: WorkOptions = {}): Promise<Verification> {
  const progress = {
    ...(options.signal ? { signal: options.signal } : {}),
    onProgress: (done: number, total: number) => options.onProgress?.({ phase: 'verify', done, total }),
  };
  const kind = await mediaKind(path);
  if (kind === 'zip') {
    const zip = await openZipTree(path);
    return await verifyTree(zip, progress).finally(() => zip.close());
  }
  if (kind === 'folder') return await verifyTree(await openFolder(path), progress);
  const image = await openFile(path);
  return await verifyImage(image, progress).finally(() => image.close());
}

async function openFolder(path: string): Promise<FileTree> {
  const { tree, findings } = await readFolderTree(path);
  throwFindings(findings);
  return tree;
}
