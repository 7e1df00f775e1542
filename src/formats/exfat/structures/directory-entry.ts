/** Directory entries of 32 bytes (6 and 7). A file is a set of them: File, Stream Extension, File Name as often as needed. */
import { viewOf, writeUint64 } from '../../../bytes/view.js';
import { nameHash, setChecksum } from './checksums.js';
import { exfatTime } from './times.js';

export const ENTRY_BYTES = 32;

/** First byte of an entry (6.2.1): in use, secondary, benign, code. */
export const TYPE = {
  endOfDirectory: 0x00,
  allocationBitmap: 0x81,
  upCaseTable: 0x82,
  volumeLabel: 0x83,
  file: 0x85,
  volumeGuid: 0xa0,
  streamExtension: 0xc0,
  fileName: 0xc1,
} as const;
export const TYPE_BIT = { inUse: 0x80, secondary: 0x40, benign: 0x20 } as const;

/** Fields of a File entry (7.4, table 24). */
export const FILE = {
  secondaryCount: 1,
  setChecksum: 2,
  attributes: 4,
  created: 8,
  modified: 12,
  accessed: 16,
  createdTens: 20,
  modifiedTens: 21,
  createdUtcOffset: 22,
  modifiedUtcOffset: 23,
  accessedUtcOffset: 24,
} as const;
/** Fields of a Stream Extension entry (7.6, table 32). */
export const STREAM = {
  flags: 1,
  nameLength: 3,
  nameHash: 4,
  validDataLength: 8,
  firstCluster: 20,
  dataLength: 24,
} as const;
/** 6.4.2: GeneralSecondaryFlags */
export const FLAG = { allocationPossible: 1, noFatChain: 2 } as const;
/** Fields of the entries of bitmap and up-case table (7.1, 7.2). */
export const TABLE = { flags: 1, checksum: 4, firstCluster: 20, dataLength: 24 } as const;
/** Fields of the label (7.3). */
export const LABEL = { count: 1, text: 2 } as const;
/** Fields of a File Name entry (7.7). */
export const NAME = { text: 2, units: 15 } as const;

export const ATTRIBUTE = { directory: 0x10, archive: 0x20 } as const;

/** What is written of a file or folder. */
export interface NewEntry {
  readonly name: string;
  /** the name in upper case, for its hash */
  readonly upper: string;
  readonly folder: boolean;
  readonly modified: Date;
  /** 0 when there are no bytes */
  readonly firstCluster: number;
  /** bytes; whole clusters for a folder */
  readonly size: number;
}

/** Entries that a name takes, with the two in front of it. */
export function entriesOf(name: string): number {
  return 2 + Math.ceil(name.length / NAME.units);
}

/** Created, modified and accessed at the same time: nothing else is known, and `verify` can tell what use has changed. */
export function writeEntrySet(into: Uint8Array, entry: NewEntry): void {
  const count = entriesOf(entry.name);
  const bytes = into.subarray(0, count * ENTRY_BYTES);
  writeFile(bytes, entry, count - 1);
  writeStream(bytes.subarray(ENTRY_BYTES), entry);
  for (let part = 0; part < count - 2; part++) {
    const at = (part + 2) * ENTRY_BYTES;
    bytes[at] = TYPE.fileName;
    writeText(bytes, at + NAME.text, entry.name.slice(part * NAME.units, (part + 1) * NAME.units));
  }
  viewOf(bytes).setUint16(FILE.setChecksum, setChecksum(bytes), true);
}

function writeFile(bytes: Uint8Array, { folder, modified }: NewEntry, secondaries: number): void {
  const view = viewOf(bytes);
  const { timestamp, tens, utcOffset } = exfatTime(modified);
  bytes[0] = TYPE.file;
  bytes[FILE.secondaryCount] = secondaries;
  view.setUint16(FILE.attributes, folder ? ATTRIBUTE.directory : ATTRIBUTE.archive, true);
  for (const at of [FILE.created, FILE.modified, FILE.accessed]) view.setUint32(at, timestamp, true);
  for (const at of [FILE.createdTens, FILE.modifiedTens]) bytes[at] = tens;
  for (const at of [FILE.createdUtcOffset, FILE.modifiedUtcOffset, FILE.accessedUtcOffset]) bytes[at] = utcOffset;
}

/** Everything lies in one run, so the FAT is not asked; all bytes are valid. */
function writeStream(bytes: Uint8Array, { name, upper, firstCluster, size }: NewEntry): void {
  const view = viewOf(bytes);
  bytes[0] = TYPE.streamExtension;
  // 6.4.2.2: without clusters there is no run either
  bytes[STREAM.flags] = FLAG.allocationPossible | (firstCluster === 0 ? 0 : FLAG.noFatChain);
  bytes[STREAM.nameLength] = name.length;
  view.setUint16(STREAM.nameHash, nameHash(upper), true);
  writeUint64(view, STREAM.validDataLength, size);
  view.setUint32(STREAM.firstCluster, firstCluster, true);
  writeUint64(view, STREAM.dataLength, size);
}

function writeText(bytes: Uint8Array, at: number, text: string): void {
  const view = viewOf(bytes);
  for (let i = 0; i < text.length; i++) view.setUint16(at + 2 * i, text.charCodeAt(i), true);
}

/** The label (7.3). @param label at most 11 characters */
export function writeLabel(into: Uint8Array, label: string): void {
  into[0] = TYPE.volumeLabel;
  into[LABEL.count] = label.length;
  writeText(into, LABEL.text, label);
}

/** Where the bitmap is (7.1): the first, and the only one. */
export function writeBitmapEntry(into: Uint8Array, firstCluster: number, bytes: number): void {
  into[0] = TYPE.allocationBitmap;
  writePlace(into, firstCluster, bytes);
}

/** Where the up-case table is (7.2). */
export function writeUpCaseEntry(into: Uint8Array, firstCluster: number, bytes: number, checksum: number): void {
  into[0] = TYPE.upCaseTable;
  viewOf(into).setUint32(TABLE.checksum, checksum, true);
  writePlace(into, firstCluster, bytes);
}

function writePlace(into: Uint8Array, firstCluster: number, bytes: number): void {
  const view = viewOf(into);
  view.setUint32(TABLE.firstCluster, firstCluster, true);
  writeUint64(view, TABLE.dataLength, bytes);
}
