/** Both-byte orders of ECMA-119 7.2.3 and 7.3.3: the number little-endian, then once more big-endian. */

/** Four bytes: a 16-bit number in both orders (7.2.3). */
export function writeBoth16(view: DataView, offset: number, value: number): void {
  view.setUint16(offset, value, true);
  view.setUint16(offset + 2, value, false);
}

/** Eight bytes: a 32-bit number in both orders (7.3.3). */
export function writeBoth32(view: DataView, offset: number, value: number): void {
  view.setUint32(offset, value, true);
  view.setUint32(offset + 4, value, false);
}
