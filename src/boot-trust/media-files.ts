/** The programs on Windows media that firmware starts, or that those start before Windows PE. */
import { readBytes } from '../content/content.js';
import { closeContent } from '../content/file.js';
import type { FileTree, TreeFile } from '../content/tree.js';
import { InplaceError } from '../errors.js';
import { readFat12 } from '../formats/fat12/read.js';
import type { Authority } from './authorities.js';
import { type BootFile, examineBootFile } from './boot-file.js';

/** Boot managers have some 3 MB. */
export const MAX_BOOT_FILE_BYTES = 64 * 2 ** 20;

const PROGRAM = /^(bootmgr\.efi|efi\/boot\/boot[^/]*\.efi|efi\/microsoft\/boot\/[^/]*\.efi)$/i;
/** UEFI 3.5.1.1: the name that firmware looks for; what else lies there is started by that program, under its own rules. */
const STARTED = /^EFI\/BOOT\/BOOT[^/]*\.EFI$/i;
/** FAT images that El Torito names, with a program inside. */
const EFISYS = /^efi\/microsoft\/boot\/efisys[^/]*\.bin$/i;

/**
 * Examines them all, in the order of the tree.
 * @throws InplaceError SOURCE_UNREADABLE and others when the media cannot be read; what is wrong with a file is in the result
 */
export async function examineMediaFiles(tree: FileTree, authorities: readonly Authority[]): Promise<BootFile[]> {
  const found: BootFile[] = [];
  for (const file of tree.files) {
    if (PROGRAM.test(file.path)) found.push(await examine(file, authorities));
    else if (EFISYS.test(file.path)) found.push(...(await examineEfisys(file, authorities)));
  }
  return found;
}

async function examine(file: TreeFile, authorities: readonly Authority[]): Promise<BootFile> {
  const bytes = await bytesOf(file);
  return bytes === undefined ? tooLarge(file) : examineBootFile(file.path, bytes, authorities);
}

async function examineEfisys(file: TreeFile, authorities: readonly Authority[]): Promise<BootFile[]> {
  const bytes = await bytesOf(file);
  return bytes === undefined ? [tooLarge(file)] : examineFatImage(file.path, bytes, authorities);
}

/** What firmware starts from a FAT image; one entry with the problem when there is nothing, or it cannot be read. */
export function examineFatImage(path: string, image: Uint8Array, authorities: readonly Authority[]): BootFile[] {
  try {
    const programs = readFat12(image, { path }).filter((file) => STARTED.test(file.path));
    if (programs.length === 0) return [unreadable(path, 'It holds no EFI/BOOT/BOOT….EFI for firmware to start')];
    return programs.map((program) => examineBootFile(`${path}:${program.path}`, program.bytes, authorities));
  } catch (error) {
    if (!(error instanceof InplaceError)) throw error;
    return [unreadable(path, error.findings[0]!.message)];
  }
}

/** Undefined when it is too large to be one. Files of a folder, which are opened by reading, are closed. */
async function bytesOf({ content }: TreeFile): Promise<Uint8Array | undefined> {
  if (content.size > MAX_BOOT_FILE_BYTES) return undefined;
  try {
    return await readBytes(content);
  } finally {
    await closeContent(content);
  }
}

function tooLarge({ path, content }: TreeFile): BootFile {
  return unreadable(path, `${content.size} bytes are too many for a boot file`);
}

/** A boot file that cannot be examined, and why: it boots nowhere as far as anybody can tell. */
export function unreadable(path: string, problem: string): BootFile {
  return { path, signatures: [], boots: { only2011: false, both: false, only2023: false }, problem };
}
