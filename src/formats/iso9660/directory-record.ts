/**
 * Directory Record, ECMA-119 9.1.
 *
 * | offset | bytes | field |
 * | 0 | 1 | length of the record |
 * | 1 | 1 | extended attribute record length, logical blocks |
 * | 2 | 8 | location of extent, both orders |
 * | 10 | 8 | data length, bytes, both orders |
 * | 18 | 7 | recording date and time |
 * | 25 | 1 | file flags |
 * | 26 | 1 | file unit size of an interleaved file |
 * | 27 | 1 | interleave gap size |
 * | 28 | 4 | volume sequence number, both orders |
 * | 32 | 1 | length of the identifier |
 * | 33 | n | identifier, padded to an even record length |
 * | … | | system use |
 */

import { viewOf } from '../../bytes/view.js';
import { readRecordingDate, writeRecordingDate } from './dates.js';
import { writeBoth16, writeBoth32 } from './numbers.js';

/** File flags, ECMA-119 9.1.6. */
export const FILE_FLAGS = { directory: 0x02, associated: 0x04, multiExtent: 0x80 } as const;

/** Identifiers of the directory itself and of its parent, ECMA-119 6.8.2.2. */
export const SELF = new Uint8Array([0]);
export const PARENT = new Uint8Array([1]);

const FIXED_BYTES = 33;

export interface DirectoryRecord {
  /** bytes from the start of the image */
  readonly offset: number;
  readonly extendedAttributeBlocks: number;
  /** logical block */
  readonly lba: number;
  readonly sizeBytes: number;
  readonly modified: Date | undefined;
  readonly flags: number;
  readonly interleaved: boolean;
  readonly identifier: Uint8Array;
  readonly systemUse: Uint8Array;
}

/** Renders one record. */
export function writeDirectoryRecord(fields: {
  readonly identifier: Uint8Array;
  readonly lba: number;
  readonly sizeBytes: number;
  readonly recorded: Date;
  readonly flags: number;
}): Uint8Array {
  const length = FIXED_BYTES + fields.identifier.length;
  const record = new Uint8Array(length + (length % 2));
  const view = viewOf(record);
  record[0] = record.length;
  writeBoth32(view, 2, fields.lba);
  writeBoth32(view, 10, fields.sizeBytes);
  writeRecordingDate(record, 18, fields.recorded);
  record[25] = fields.flags;
  writeBoth16(view, 28, 1);
  record[32] = fields.identifier.length;
  record.set(fields.identifier, FIXED_BYTES);
  return record;
}

/**
 * Reads the record at `position` of `bytes`.
 * @param offset where that is in the image
 * @returns the record, or the reason why it is none
 */
export function readDirectoryRecord(bytes: Uint8Array, position: number, offset: number): DirectoryRecord | string {
  const length = bytes[position]!;
  const left = bytes.length - position;
  if (length < FIXED_BYTES + 1) return `A directory record of ${length} bytes; at least ${FIXED_BYTES + 1} are needed`;
  if (length > left) return `A directory record of ${length} bytes where its sector has ${left} left`;
  const record = bytes.subarray(position, position + length);
  const view = viewOf(record);
  const identifierLength = record[32]!;
  const identifierEnd = FIXED_BYTES + identifierLength;
  if (identifierLength === 0 || identifierEnd > length) {
    return `An identifier of ${identifierLength} bytes in a directory record of ${length}`;
  }
  return {
    offset,
    extendedAttributeBlocks: record[1]!,
    lba: view.getUint32(2, true),
    sizeBytes: view.getUint32(10, true),
    modified: readRecordingDate(record, 18),
    flags: record[25]!,
    interleaved: record[26] !== 0 || record[27] !== 0,
    identifier: record.subarray(FIXED_BYTES, identifierEnd),
    // the identifier is padded to an even length of the record before the system use field begins (9.1.12)
    systemUse: record.subarray(Math.min(length, identifierEnd + ((identifierLength + 1) % 2))),
  };
}
