/**
 * Character sets of ECMA-119 7.4.1: identifiers of a Primary Volume Descriptor hold d-characters
 * (A–Z, 0–9, _) or a-characters (those, space and some punctuation), padded with spaces.
 */

/** What is neither an a-character nor a letter or digit that folds to one. */
const NOT_A_CHARACTER = /[^A-Z0-9_ !"%&'()*+,\-./:;<=>?]/gu;
const NOT_D_CHARACTER = /[^A-Z0-9_]/gu;

/** Text as d-characters: accents dropped, upper case, everything else `_`; cut to `length`. */
export function foldToD(text: string, length: number): string {
  return fold(text).replace(NOT_D_CHARACTER, '_').slice(0, length);
}

/** Text as a-characters: accents dropped, upper case, everything else `_`; cut to `length`. */
export function foldToA(text: string, length: number): string {
  return fold(text).replace(NOT_A_CHARACTER, '_').slice(0, length);
}

function fold(text: string): string {
  return text.normalize('NFKD').replace(/\p{M}/gu, '').toUpperCase();
}

/** Writes ASCII text and fills the rest of the field with spaces (ECMA-119 7.4.3.2). */
export function writePadded(into: Uint8Array, offset: number, length: number, text: string): void {
  into.fill(0x20, offset, offset + length);
  for (let i = 0; i < Math.min(text.length, length); i++) into[offset + i] = text.charCodeAt(i);
}

const strictUtf8 = new TextDecoder('utf-8', { fatal: true });

/**
 * A name as bytes. The standard allows d-characters only; writers put UTF-8 there (Rock Ridge) or an old
 * code page. What is not UTF-8 is read as Latin-1, so that every byte stays distinct.
 */
export function decodeName(bytes: Uint8Array): string {
  try {
    return strictUtf8.decode(bytes);
  } catch {
    return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1');
  }
}

/** UCS-2 big-endian of a Joliet field (Joliet specification, character set); a last odd byte is dropped. */
export function decodeUcs2(bytes: Uint8Array): string {
  let text = '';
  for (let i = 0; i + 1 < bytes.length; i += 2) text += String.fromCharCode((bytes[i]! << 8) | bytes[i + 1]!);
  return text;
}
