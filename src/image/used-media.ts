/**
 * What ordinary use does to media: reports from the field, what Windows and macOS leave on every drive they see, and
 * what a machine writes while it boots (design/media.md, verify on media that has been used). Expected, listed, never
 * a failure.
 */
import { isSystemFolder } from '../content/system-folders.js';
import { foldCase } from '../content/windows-names.js';

const REPORTS = 'REPORTS';

/** Boot status and the logs of the BCD store. The media may have them from the start, and booting changes them. */
const BOOT_STATUS = /^(BOOT|EFI\/MICROSOFT\/BOOT)\/(BOOTSTAT\.DAT|BCD\.LOG[12]?)$/;

/** Whether a path belongs to use altogether: verify does not look into it, for Windows lets nobody read some of it. */
export function isLeftToUse(path: string): boolean {
  return foldCase(path.split('/', 1)[0]!) === REPORTS || isSystemFolder(path);
}

/** Whether files of this folder are written by booting, which changes its time. */
export function isBootFolder(path: string): boolean {
  return /^(BOOT|EFI\/MICROSOFT\/BOOT)$/.test(foldCase(path));
}

/** Whether booting from the media writes this file. */
export function isBootStatus(path: string): boolean {
  return BOOT_STATUS.test(foldCase(path));
}
