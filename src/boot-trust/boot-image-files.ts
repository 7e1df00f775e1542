/**
 * Boot files inside a boot image: `Windows\Boot` holds the boot managers that Windows installs, and since the updates of April 2024 the same
 * signed by Windows UEFI CA 2023 in folders with `_EX` (facts/configmgr.md G.4).
 */
import { type Content, readBytes } from '../content/content.js';
import { InplaceError } from '../errors.js';
import { type Dentry, isDirectory } from '../formats/wim/dentry.js';
import { walkTree } from '../formats/wim/directory-tree.js';
import { streamsOf } from '../formats/wim/streams.js';
import { findEntry } from '../formats/wim/tree-edit.js';
import { openWim, type Wim } from '../formats/wim/wim.js';
import type { Authority } from './authorities.js';
import { type BootFile, examineBootFile } from './boot-file.js';
import { examineFatImage, MAX_BOOT_FILE_BYTES, unreadable } from './media-files.js';

const BOOT = 'Windows/Boot';

/** A file below `Windows/Boot` of a boot image. */
export interface BootImageFile {
  /** below `Windows/Boot`, as the image writes it */
  readonly path: string;
  readonly content: Content;
}

/**
 * The files below `Windows/Boot` of the image that boots; of the first image that has `EFI_EX` there, when that one has not.
 * @param file how messages call the WIM
 * @throws InplaceError SOURCE_CORRUPT, SOURCE_UNSUPPORTED
 */
export async function readBootImageFiles(content: Content, file: string): Promise<BootImageFile[]> {
  const wim = await openWim([{ file, content }]);
  const boots = wim.header.bootIndex || 1;
  const images = [boots, ...wim.metadata.map((_, i) => i + 1).filter((index) => index !== boots)];
  let first: Dentry | undefined;
  for (const image of images) {
    const folder = findEntry((await wim.tree(image)).root, BOOT);
    if (folder !== undefined && findEntry(folder, 'EFI_EX') !== undefined) return filesIn(wim, folder);
    first ??= folder;
  }
  return first === undefined ? [] : filesIn(wim, first);
}

function filesIn(wim: Wim, folder: Dentry): BootImageFile[] {
  const files: BootImageFile[] = [];
  for (const { path, entry } of walkTree(folder)) {
    const { data } = streamsOf(entry);
    if (isDirectory(entry) || data === undefined) continue;
    files.push({ path, content: wim.blob(data, `${BOOT}/${path}`).content });
  }
  return files;
}

/** The programs among them, examined; those inside FAT images, too. @param prefix of paths: `sources/boot.wim` */
export async function examineBootImageFiles(
  files: readonly BootImageFile[],
  prefix: string,
  authorities: readonly Authority[],
): Promise<BootFile[]> {
  const found: BootFile[] = [];
  for (const { path, content } of files) {
    const program = /^EFI(_EX)?\/[^/]*\.efi$/i.test(path);
    if (!program && !/^DVD(_EX)?\/.*efisys[^/]*\.bin$/i.test(path)) continue;
    const shown = `${prefix}:${BOOT}/${path}`;
    if (content.size > MAX_BOOT_FILE_BYTES) found.push(unreadable(shown, `${content.size} bytes are too many`));
    else found.push(...(await examine(shown, content, program, authorities)));
  }
  return found;
}

async function examine(
  path: string,
  content: Content,
  program: boolean,
  authorities: readonly Authority[],
): Promise<BootFile[]> {
  try {
    const bytes = await readBytes(content);
    return program ? [examineBootFile(path, bytes, authorities)] : examineFatImage(path, bytes, authorities);
  } catch (error) {
    if (!(error instanceof InplaceError)) throw error;
    return [unreadable(path, error.findings[0]!.message)];
  }
}
