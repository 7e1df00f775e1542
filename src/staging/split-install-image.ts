/**
 * FAT32 holds no file of 4 GiB: there `sources/install.wim` becomes `install.swm`, `install2.swm` …, which Windows Setup finds by
 * itself (design/media.md, Formats, Split). The parts are views; nothing is copied.
 */
import { sizeText } from '../bytes/size-text.js';
import type { Content } from '../content/content.js';
import { closeContent } from '../content/file.js';
import type { MediaEntry, MediaTree } from '../content/media-tree.js';
import { type Finding, InplaceError } from '../errors.js';
import { INSTEAD_OF_FAT32, MAX_FILE_SIZE } from '../formats/fat32/limits.js';
import { partName } from '../formats/wim/part-names.js';
import { splitWim } from '../formats/wim/split.js';
import { openWim } from '../formats/wim/wim.js';

export interface SplitLimits {
  /** bytes of the largest file that stays whole */
  readonly wholeBytes: number;
  /** bytes of the largest part */
  readonly partBytes: number;
}

/** 3800 MiB are what Microsoft's own instructions for splitting say. */
export const FAT32_LIMITS: SplitLimits = { wholeBytes: MAX_FILE_SIZE, partBytes: 3800 * 2 ** 20 };

/** An install image that lies on the media in parts. */
export interface SplitImage {
  /** of the whole: `sources/install.wim` */
  readonly path: string;
  /** media paths, first part first */
  readonly parts: readonly string[];
}

export interface SplitImages {
  readonly images: readonly SplitImage[];
  /** closes the install images, which whoever reads their parts has opened again */
  close(): Promise<void>;
}

/** Where Windows Setup looks for parts when there is no whole image; an .esd is no other file inside. */
const INSTALL_IMAGE = /(?:^|\/)sources\/install\.(?:wim|esd)$/i;

/**
 * Puts parts in the place of every install image that is too large, wherever a `sources` folder is. Other files that are too large
 * are left to the file system, which refuses them.
 * @param findings gets what cannot be split, and why
 */
export async function splitInstallImages(
  tree: MediaTree,
  limits: SplitLimits,
  findings: Finding[],
): Promise<SplitImages> {
  const images: SplitImage[] = [];
  const whole: Content[] = [];
  const close = async (): Promise<void> => {
    for (const content of whole) await closeContent(content);
  };
  for (const entry of tree.entries()) {
    const { content } = entry.file;
    if (!INSTALL_IMAGE.test(entry.path) || content.size <= limits.wholeBytes) continue;
    try {
      whole.push(content);
      images.push(await splitEntry(tree, entry, limits.partBytes));
    } catch (error) {
      if (!(error instanceof InplaceError) || error.kind === 'interrupted') throw error;
      findings.push(...error.findings.map((finding) => unsplit(entry, finding)));
    } finally {
      await closeContent(content);
    }
  }
  return { images, close };
}

async function splitEntry(tree: MediaTree, { path, file }: MediaEntry, partBytes: number): Promise<SplitImage> {
  const wim = await openWim([{ file: file.origin, content: file.content }]);
  const stem = path.replace(/\.[^.]*$/, '');
  const contents = await splitWim(wim, partBytes);
  const parts = contents.map((content, index) => ({ path: partName(stem, index + 1), file: { ...file, content } }));
  tree.replace(path, parts);
  return { path, parts: parts.map((part) => part.path) };
}

function unsplit({ path, file }: MediaEntry, { code, message }: Finding): Finding {
  return {
    code,
    message: `The file has ${sizeText(file.content.size)}, too much for FAT32, and cannot be split: ${message}`,
    where: { file: file.origin, path },
    hint: INSTEAD_OF_FAT32,
  };
}
