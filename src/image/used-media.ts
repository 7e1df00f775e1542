/**
 * What ordinary use adds to media: reports from the field, and what Windows and macOS leave on every drive they see
 * (design/media.md, verify on media that has been used). Expected, listed, never a failure.
 */
const EXPECTED = [
  'reports',
  'system volume information',
  '$recycle.bin',
  '.trashes',
  '.fseventsd',
  '.spotlight-v100',
] as const;

/** What writes into the boot folders while a machine boots from the media: boot status and the BCD store's logs. */
const BOOT_STATUS = /^(boot|efi\/microsoft\/boot)\/(bootstat\.dat|bcd\.log[12]?)$/;

/** Whether a path that the manifest does not know is an expected change. */
export function isExpectedChange(path: string): boolean {
  const folded = path.toLowerCase();
  return EXPECTED.some((name) => folded === name || folded.startsWith(`${name}/`)) || BOOT_STATUS.test(folded);
}
