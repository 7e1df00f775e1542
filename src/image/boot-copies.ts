/**
 * What a firmware and BOOTMGR read before Windows PE runs: these files are on the FAT32 partition of a stick whose main
 * partition is exFAT, which neither can read (design/media.md, Formats).
 */
import { parentsOf } from '../content/parents.js';
import { foldCase } from '../content/windows-names.js';

/** BOOTMGR for BIOS and UEFI with everything whose name begins so, their folders, and the boot image. */
const BOOTS = /^(BOOTMGR[^/]*|(BOOT|EFI)\/.*|SOURCES\/BOOT\.WIM)$/;

/** Whether a file of the media is on the partition that boots as well. */
export function isBootCopy(path: string): boolean {
  return BOOTS.test(foldCase(path));
}

/** The folders of such files. @param directories every folder of the media */
export function bootDirectories(
  files: readonly { readonly path: string }[],
  directories: readonly string[],
): readonly string[] {
  const parents = parentsOf(files.map(({ path }) => path).filter(isBootCopy));
  return directories.filter((path) => parents.has(path));
}
