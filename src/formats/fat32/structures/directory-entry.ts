/** Directory entries of 32 bytes: short ones, and the long names in front of them (fatgen103, "Long Directory Entries"). */
import { viewOf } from '../../../bytes/view.js';
import { dateOf, fatTime } from './times.js';

export const ENTRY_BYTES = 32;

/** Fields of a short entry by byte offset. */
export const ENTRY = {
  name: 0,
  attributes: 11,
  caseFlags: 12,
  createdHundredths: 13,
  createdTime: 14,
  createdDate: 16,
  accessedDate: 18,
  clusterHigh: 20,
  writtenTime: 22,
  writtenDate: 24,
  clusterLow: 26,
  size: 28,
} as const;

/** Fields of a part of a long name. */
const LONG = { ordinal: 0, attributes: 11, type: 12, checksum: 13, cluster: 26 } as const;
const LONG_UNITS_AT = [1, 3, 5, 7, 9, 14, 16, 18, 20, 22, 24, 28, 30] as const;
const LAST_LONG = 0x40;

export const ATTRIBUTE = { volumeId: 0x08, directory: 0x10, archive: 0x20, longName: 0x0f } as const;
/** First byte of an entry that was deleted, and of the first one that was never used. */
export const DELETED = 0xe5;
export const NEVER_USED = 0;

export interface ShortEntry {
  /** 11 bytes */
  readonly name: Uint8Array;
  readonly attributes: number;
  readonly modified: Date;
  readonly firstCluster: number;
  /** bytes; 0 for a directory */
  readonly size: number;
}

/** Created, written and accessed at the same time: nothing else is known, and `verify` can tell what use has changed. */
export function writeShortEntry(into: Uint8Array, entry: ShortEntry): void {
  const view = viewOf(into);
  const { date, time, hundredths } = fatTime(entry.modified);
  into.set(entry.name, ENTRY.name);
  into[ENTRY.attributes] = entry.attributes;
  into[ENTRY.createdHundredths] = hundredths;
  view.setUint16(ENTRY.createdTime, time, true);
  view.setUint16(ENTRY.createdDate, date, true);
  view.setUint16(ENTRY.accessedDate, date, true);
  view.setUint16(ENTRY.clusterHigh, entry.firstCluster >>> 16, true);
  view.setUint16(ENTRY.writtenTime, time, true);
  view.setUint16(ENTRY.writtenDate, date, true);
  view.setUint16(ENTRY.clusterLow, entry.firstCluster & 0xffff, true);
  view.setUint32(ENTRY.size, entry.size, true);
}

export function readShortEntry(bytes: Uint8Array): ShortEntry {
  const view = viewOf(bytes);
  const word = (at: number) => view.getUint16(at, true);
  return {
    name: bytes.slice(ENTRY.name, ENTRY.name + 11),
    attributes: bytes[ENTRY.attributes]!,
    modified: dateOf(word(ENTRY.writtenDate), word(ENTRY.writtenTime)),
    firstCluster: word(ENTRY.clusterHigh) * 0x1_0000 + word(ENTRY.clusterLow),
    size: view.getUint32(ENTRY.size, true),
  };
}

/** Entries that a long name takes. */
export function longNameEntries(name: string): number {
  return Math.ceil(name.length / LONG_UNITS_AT.length);
}

/** Writes all parts of a long name; the last part stands first. */
export function writeLongName(into: Uint8Array, name: string, shortName: Uint8Array): void {
  const parts = longNameEntries(name);
  const checksum = shortNameChecksum(shortName);
  for (let part = 0; part < parts; part++) {
    const bytes = into.subarray((parts - 1 - part) * ENTRY_BYTES, (parts - part) * ENTRY_BYTES);
    const view = viewOf(bytes);
    bytes[LONG.ordinal] = (part + 1) | (part === parts - 1 ? LAST_LONG : 0);
    bytes[LONG.attributes] = ATTRIBUTE.longName;
    bytes[LONG.checksum] = checksum;
    LONG_UNITS_AT.forEach((at, i) => {
      const index = part * LONG_UNITS_AT.length + i;
      // one zero behind the name where there is room, then ones
      const unit = index < name.length ? name.charCodeAt(index) : index === name.length ? 0 : 0xffff;
      view.setUint16(at, unit, true);
    });
  }
}

/** One part of a long name. */
export interface LongPart {
  /** from 1 */
  readonly ordinal: number;
  /** whether it is the last part, which stands first */
  readonly last: boolean;
  readonly checksum: number;
  /** 13 units, the end of the name marked as on disk */
  readonly units: string;
}

export function readLongPart(bytes: Uint8Array): LongPart {
  const view = viewOf(bytes);
  const ordinal = bytes[LONG.ordinal]!;
  return {
    ordinal: ordinal & ~LAST_LONG,
    last: (ordinal & LAST_LONG) !== 0,
    checksum: bytes[LONG.checksum]!,
    units: String.fromCharCode(...LONG_UNITS_AT.map((at) => view.getUint16(at, true))),
  };
}

/** The sum in each part of a long name of the short name it belongs to (fatgen103, "ChkSum"). */
export function shortNameChecksum(name: Uint8Array): number {
  let sum = 0;
  for (const byte of name) sum = (((sum & 1) << 7) + (sum >> 1) + byte) & 0xff;
  return sum;
}
