import { compressedLength, hasLoneSurrogate } from './structures/compressed-unicode.js';
import { VOLUME_IDENTIFIER_LENGTH } from './structures/primary-volume-descriptor.js';

/** L_FI is one byte (ECMA-167 4/14.4.4); the compression id takes one of the 255 it can count. */
const MAX_NAME_BYTES = 255;

/** Why a name cannot stand in a UDF directory, as the end of a sentence that begins with the name; else undefined. */
export function checkUdfName(name: string): string | undefined {
  if (name === '') return 'is empty (UDF 1.02 2.3.4.6: only the parent directory has no name)';
  if (name === '.' || name === '..') return 'stands for a directory itself or its parent';
  if (/[/\0]/.test(name)) return 'contains "/" or the character U+0000, which no system can open';
  if (hasLoneSurrogate(name)) return 'contains half a surrogate pair, which is no character (UDF 1.02 2.1.1)';
  if (compressedLength(name) <= MAX_NAME_BYTES) return undefined;
  return `has ${name.length} characters; UDF holds 254, or 127 when one is above U+00FF (ECMA-167 4/14.4.4: L_FI is one byte)`;
}

/** Bytes of the longest path (UDF 1.02 2, Maximum Pathsize). */
const MAX_PATH_BYTES = 1023;

/** Bytes that a name adds to the path of its directory: its identifier and a separator (ECMA-167 4/8.7.1). */
export function pathBytes(name: string): number {
  return compressedLength(name) + 1;
}

/** Why a path is too long, as the end of a sentence that begins with the path; else undefined. */
export function checkUdfPathBytes(bytes: number): string | undefined {
  if (bytes <= MAX_PATH_BYTES) return undefined;
  return `takes ${bytes} bytes; UDF holds ${MAX_PATH_BYTES}, two for each character of a name with one above U+00FF (UDF 1.02 2, Maximum Pathsize)`;
}

/** Why a text cannot be the label of a UDF volume, as the end of a sentence that begins with the label; else undefined. */
export function checkUdfLabel(label: string): string | undefined {
  if (label === '') return 'is empty (UDF 1.02 2.2.4.1: it identifies the volume)';
  if (hasLoneSurrogate(label)) return 'contains half a surrogate pair, which is no character (UDF 1.02 2.1.1)';
  if (label.includes('\0')) return 'contains the character U+0000';
  // the last byte of a dstring counts the others (ECMA-167 1/7.2.12)
  if (compressedLength(label) <= VOLUME_IDENTIFIER_LENGTH - 1) return undefined;
  return `has ${label.length} characters; UDF holds 30, or 15 when one is above U+00FF (ECMA-167 3/10.1.4)`;
}
