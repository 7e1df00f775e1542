/** GUIDs as they lie on disks (UEFI 2.10, appendix A): the first three fields little-endian, the rest as written. */

/** Bytes of a GUID that is written as `EBD0A0A2-B9E5-4433-87C0-68B6B72699C7`. */
export function guidBytes(text: string): Uint8Array {
  const hex = text.replaceAll('-', '');
  if (!/^[0-9a-f]{32}$/i.test(hex)) throw new RangeError(`"${text}" is no GUID`);
  const bytes = Uint8Array.from({ length: 16 }, (_, i) => Number.parseInt(hex.slice(i * 2, i * 2 + 2), 16));
  bytes.subarray(0, 4).reverse();
  bytes.subarray(4, 6).reverse();
  bytes.subarray(6, 8).reverse();
  return bytes;
}

/** A GUID made of 16 bytes that are unique already: marked as version 8, "of our own making" (RFC 9562 5.8). */
export function guidOf(unique: Uint8Array): string {
  const bytes = Uint8Array.from(unique.subarray(0, 16));
  bytes[6] = 0x80 | (bytes[6]! & 0x0f);
  bytes[8] = 0x80 | (bytes[8]! & 0x3f);
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}
