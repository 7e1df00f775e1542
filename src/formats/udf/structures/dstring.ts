import { readCompressedUnicode, writeCompressedUnicode } from './compressed-unicode.js';

/**
 * Fixed-length character field, ECMA-167 1/7.2.12: compressed Unicode, zero bytes, and in the last byte the number
 * of bytes used. An empty text is all zero.
 */
export function writeDstring(into: Uint8Array, at: number, length: number, text: string): void {
  into[at + length - 1] = writeCompressedUnicode(into, at, text);
}

/** The text; undefined when the field breaks its rules. */
export function readDstring(bytes: Uint8Array, at: number, length: number): string | undefined {
  const used = bytes[at + length - 1]!;
  if (used > length - 1) return undefined;
  return readCompressedUnicode(bytes.subarray(at, at + used));
}
