/** The sums of exFAT: each byte is added to the sum turned right by one bit (3.4, 6.3.3, 7.2.2, 7.6.5). */

/** TableChecksum, and the boot checksum but for the bytes it leaves out. */
export function checksum32(bytes: Uint8Array, isLeftOut: (index: number) => boolean = () => false, start = 0): number {
  let sum = start;
  for (let i = 0; i < bytes.length; i++) {
    if (!isLeftOut(i)) sum = (((sum << 31) | (sum >>> 1)) + bytes[i]!) >>> 0;
  }
  return sum;
}

function checksum16(bytes: Uint8Array, isLeftOut: (index: number) => boolean): number {
  let sum = 0;
  for (let i = 0; i < bytes.length; i++) {
    if (!isLeftOut(i)) sum = (((sum << 15) | (sum >>> 1)) + bytes[i]!) & 0xffff;
  }
  return sum;
}

/** SetChecksum of all entries of a file: its own two bytes are left out (6.3.3, figure 2). */
export function setChecksum(entries: Uint8Array): number {
  return checksum16(entries, (index) => index === 2 || index === 3);
}

/** NameHash (7.6.5, figure 5). @param upper the name in upper case */
export function nameHash(upper: string): number {
  const bytes = new Uint8Array(upper.length * 2);
  for (let i = 0; i < upper.length; i++) {
    const unit = upper.charCodeAt(i);
    bytes[2 * i] = unit & 0xff;
    bytes[2 * i + 1] = unit >> 8;
  }
  return checksum16(bytes, () => false);
}
