import { BLOCK_SIZE } from './constants.js';

/** Volume structure descriptors, ECMA-167 2/9.1: structure type, five letters, version 1. */
const VOLUME_STRUCTURE_FIELDS = {
  structureType: 0,
  standardIdentifier: 1,
  structureVersion: 6,
  data: 7,
} as const;

/** Byte where the volume recognition sequence begins (ECMA-167 2/8.3). */
export const RECOGNITION_START = 32_768;

/** Bytes of a volume structure descriptor. */
export const RECOGNITION_STEP = 2048;

/** The extended area of the volume recognition sequence, in its order: ECMA-167 2/9.2, 3/9.1, 2/9.3. */
export const RECOGNITION_IDENTIFIERS = ['BEA01', 'NSR02', 'TEA01'] as const;

/** BEA01, NSR02 and TEA01: three sectors to lay behind the ISO 9660 terminator. */
export function udfRecognition(): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(RECOGNITION_IDENTIFIERS.length * BLOCK_SIZE);
  RECOGNITION_IDENTIFIERS.forEach((identifier, index) => {
    for (let i = 0; i < identifier.length; i++) bytes[index * BLOCK_SIZE + 1 + i] = identifier.charCodeAt(i);
    bytes[index * BLOCK_SIZE + VOLUME_STRUCTURE_FIELDS.structureVersion] = 1;
  });
  return bytes;
}

/** The five letters of a volume structure descriptor. */
export function readStandardIdentifier(bytes: Uint8Array): string {
  return String.fromCharCode(...bytes.subarray(1, 6));
}
