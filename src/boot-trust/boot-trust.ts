/** Which firmware starts the media with Secure Boot on, by the signatures of every boot file on it. */
import { closeContent } from '../content/file.js';
import type { FileTree } from '../content/tree.js';
import { InplaceError } from '../errors.js';
import { lookup } from '../upgrade-package/lookup.js';
import { type Authority, MICROSOFT_AUTHORITIES } from './authorities.js';
import { allBoot, type BootFile, type Boots } from './boot-file.js';
import { examineBootImageFiles, readBootImageFiles } from './boot-image-files.js';
import { examineMediaFiles, unreadable } from './media-files.js';

const BOOT_IMAGE = 'sources/boot.wim';

/** Programs beside the boot managers that nothing starts by itself: they do not decide whether the media boot. */
const BESIDE = /\/(memtest|cdboot[^/]*)\.efi$/i;

export interface BootTrust {
  /** on the media: firmware and boot manager start these */
  readonly media: readonly BootFile[];
  /** in the boot image: these are what `bootManager: 2023` takes */
  readonly bootImage: readonly BootFile[];
  /** what holds for every program on the media that is started; undefined when there is none */
  readonly boots: Boots | undefined;
}

/**
 * Examines the boot files of a tree. A boot image that cannot be read is one entry that says so.
 * @throws InplaceError when the media cannot be read
 */
export async function examineBootTrust(
  tree: FileTree,
  authorities: readonly Authority[] = MICROSOFT_AUTHORITIES,
): Promise<BootTrust> {
  const media = await examineMediaFiles(tree, authorities);
  const started = media.filter(({ path }) => !BESIDE.test(path));
  return { media, bootImage: await examineBootImage(tree, authorities), boots: allBoot(started) };
}

async function examineBootImage(tree: FileTree, authorities: readonly Authority[]): Promise<BootFile[]> {
  const file = lookup(tree)(BOOT_IMAGE);
  if (file === undefined) return [];
  try {
    return await examineBootImageFiles(await readBootImageFiles(file.content, file.path), file.path, authorities);
  } catch (error) {
    if (!(error instanceof InplaceError)) throw error;
    return [unreadable(file.path, error.findings[0]!.message)];
  } finally {
    // a file of a folder is opened by reading it
    await closeContent(file.content);
  }
}
