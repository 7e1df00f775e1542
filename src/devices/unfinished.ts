/** What the first block of a drive says while it is being written. It is no boot record and no file system. */
const TEXT = 'inplace: unfinished';

/** @param bytes the first MiB, or as much of it as is wanted; becomes the marker and zeros */
export function markUnfinished(bytes: Uint8Array): void {
  bytes.fill(0);
  bytes.set(Buffer.from(`${TEXT}\r\n`, 'latin1'));
}

/** Whether a drive begins with the marker. */
export function isUnfinished(head: Uint8Array): boolean {
  return Buffer.from(head.subarray(0, TEXT.length)).toString('latin1') === TEXT;
}
