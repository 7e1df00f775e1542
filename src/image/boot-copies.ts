/**
 * What a firmware and BOOTMGR read before Windows PE runs: these files are on the FAT32 partition of a stick whose main
 * partition is exFAT, which neither can read (design/media.md, Formats).
 */
import { parentsOf } from '../content/parents.js';
import { foldCase } from '../content/windows-names.js';

/** BOOTMGR for BIOS and UEFI with everything whose name begins so, their folders, and the boot image. */
const BOOTS = /^(BOOTMGR[^/]*|(BOOT|EFI)\/.*|SOURCES\/BOOT\.WIM)$/;

/** Whether a file or folder of the media is on the partition that boots as well. */
export function isBootCopy(path: string): boolean {
  return BOOTS.test(foldCase(path));
}

/** All of these paths that are on the partition that boots, and the folders that they are in. */
export function bootPaths(paths: Iterable<string>): ReadonlySet<string> {
  const copies = [...paths].filter((path) => isBootCopy(path));
  return new Set([...copies, ...parentsOf(copies)]);
}
