/**
 * OSTA Compressed Unicode, UDF 1.02 2.1.1: a compression id, 8 or 16, and then one byte or two (most significant
 * first) for each UTF-16 code unit. Names outside the BMP are surrogate pairs, as Windows and Linux write them.
 */

const EIGHT_BIT = 8;
const SIXTEEN_BIT = 16;
const LONE_SURROGATE = /\p{Surrogate}/u;

/** Whether every code unit fits into one byte. */
function isEightBit(text: string): boolean {
  for (let i = 0; i < text.length; i++) if (text.charCodeAt(i) > 0xff) return false;
  return true;
}

/** Whether the text has half a surrogate pair: no character, so it cannot be a name. */
export function hasLoneSurrogate(text: string): boolean {
  return LONE_SURROGATE.test(text);
}

/** Bytes of the compressed text with its compression id; 0 for an empty text. */
export function compressedLength(text: string): number {
  if (text === '') return 0;
  return 1 + (isEightBit(text) ? text.length : 2 * text.length);
}

/** Writes the shortest form of the text and returns its bytes' number. */
export function writeCompressedUnicode(into: Uint8Array, at: number, text: string): number {
  if (text === '') return 0;
  if (isEightBit(text)) {
    into[at] = EIGHT_BIT;
    for (let i = 0; i < text.length; i++) into[at + 1 + i] = text.charCodeAt(i);
    return 1 + text.length;
  }
  into[at] = SIXTEEN_BIT;
  for (let i = 0; i < text.length; i++) {
    into[at + 1 + 2 * i] = text.charCodeAt(i) >>> 8;
    into[at + 2 + 2 * i] = text.charCodeAt(i) & 0xff;
  }
  return 1 + 2 * text.length;
}

/** The text of a whole field; undefined when the bytes are no compressed Unicode or hold half a surrogate pair. */
export function readCompressedUnicode(bytes: Uint8Array): string | undefined {
  if (bytes.length === 0) return '';
  if (bytes[0] === EIGHT_BIT) return String.fromCharCode(...bytes.subarray(1));
  if (bytes[0] !== SIXTEEN_BIT || bytes.length % 2 === 0) return undefined;
  const units: number[] = [];
  for (let i = 1; i < bytes.length; i += 2) units.push((bytes[i]! << 8) | bytes[i + 1]!);
  const text = String.fromCharCode(...units);
  return hasLoneSurrogate(text) ? undefined : text;
}
