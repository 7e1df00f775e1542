/**
 * The GUID Partition Table (UEFI 2.10, 5.3): header and partition entry array behind the MBR, and a second copy of both
 * at the end of the disk.
 */
import { crc32 } from 'node:zlib';
import { readUint64, viewOf, writeUint64 } from '../../bytes/view.js';
import { guidBytes } from './guid.js';

const SECTOR_BYTES = 512;
/** Fields of the header (UEFI 2.10 table 5.5). */
const AT = {
  signature: 0,
  revision: 8,
  headerSize: 12,
  headerCrc32: 16,
  myLba: 24,
  alternateLba: 32,
  firstUsableLba: 40,
  lastUsableLba: 48,
  diskGuid: 56,
  partitionEntryLba: 72,
  numberOfEntries: 80,
  sizeOfEntry: 84,
  entryArrayCrc32: 88,
} as const;
const HEADER_BYTES = 92;
const SIGNATURE = new TextEncoder().encode('EFI PART');
const REVISION = 0x0001_0000;
/** Fields of an entry (table 5.6). */
const ENTRY = { type: 0, unique: 16, firstLba: 32, lastLba: 40, attributes: 48, name: 56 } as const;
const ENTRY_BYTES = 128;
/** 5.3.1: the array takes at least 16 KiB */
const ENTRIES = 128;
const NAME_UNITS = 36;
const ARRAY_SECTORS = (ENTRIES * ENTRY_BYTES) / SECTOR_BYTES;

/** Sectors of the header and array behind the MBR, and of the copy at the end of the disk. */
export const GPT_SECTORS = 1 + ARRAY_SECTORS;

/** What Windows calls basic data: a partition with a file system that anybody may mount. */
export const BASIC_DATA = 'EBD0A0A2-B9E5-4433-87C0-68B6B72699C7';

export interface GptPartition {
  readonly type: string;
  readonly unique: string;
  readonly firstSector: number;
  readonly sectors: number;
  /** at most 36 UTF-16 units */
  readonly name: string;
}

export interface GuidPartitionTable {
  /** sectors of the whole disk */
  readonly diskSectors: number;
  readonly diskGuid: string;
  readonly partitions: readonly GptPartition[];
}

/** Both copies: `primary` goes to sector 1, `backup` to the last `GPT_SECTORS` sectors of the disk. */
export function writeGuidPartitionTable(table: GuidPartitionTable): { primary: Uint8Array; backup: Uint8Array } {
  const array = writeArray(table.partitions);
  const last = table.diskSectors - 1;
  const primary = new Uint8Array(GPT_SECTORS * SECTOR_BYTES);
  primary.set(writeHeader(table, array, { my: 1, alternate: last, array: 2 }));
  primary.set(array, SECTOR_BYTES);
  const backup = new Uint8Array(GPT_SECTORS * SECTOR_BYTES);
  backup.set(array);
  backup.set(writeHeader(table, array, { my: last, alternate: 1, array: last - ARRAY_SECTORS }), array.length);
  return { primary, backup };
}

function writeArray(partitions: readonly GptPartition[]): Uint8Array {
  const bytes = new Uint8Array(ENTRIES * ENTRY_BYTES);
  const view = viewOf(bytes);
  partitions.forEach(({ type, unique, firstSector, sectors, name }, index) => {
    if (name.length > NAME_UNITS) throw new RangeError(`"${name}" is too long for the name of a GPT partition`);
    const at = index * ENTRY_BYTES;
    bytes.set(guidBytes(type), at + ENTRY.type);
    bytes.set(guidBytes(unique), at + ENTRY.unique);
    writeUint64(view, at + ENTRY.firstLba, firstSector);
    writeUint64(view, at + ENTRY.lastLba, firstSector + sectors - 1);
    for (let i = 0; i < name.length; i++) view.setUint16(at + ENTRY.name + i * 2, name.charCodeAt(i), true);
  });
  return bytes;
}

function writeHeader(
  table: GuidPartitionTable,
  array: Uint8Array,
  lba: { my: number; alternate: number; array: number },
): Uint8Array {
  const bytes = new Uint8Array(SECTOR_BYTES);
  const view = viewOf(bytes);
  bytes.set(SIGNATURE, AT.signature);
  view.setUint32(AT.revision, REVISION, true);
  view.setUint32(AT.headerSize, HEADER_BYTES, true);
  writeUint64(view, AT.myLba, lba.my);
  writeUint64(view, AT.alternateLba, lba.alternate);
  writeUint64(view, AT.firstUsableLba, 1 + GPT_SECTORS);
  writeUint64(view, AT.lastUsableLba, table.diskSectors - GPT_SECTORS - 1);
  bytes.set(guidBytes(table.diskGuid), AT.diskGuid);
  writeUint64(view, AT.partitionEntryLba, lba.array);
  view.setUint32(AT.numberOfEntries, ENTRIES, true);
  view.setUint32(AT.sizeOfEntry, ENTRY_BYTES, true);
  view.setUint32(AT.entryArrayCrc32, crc32(array), true);
  view.setUint32(AT.headerCrc32, crc32(bytes.subarray(0, HEADER_BYTES)), true);
  return bytes;
}

/** What the header behind the MBR says. */
export interface FoundGpt {
  /** sectors of the disk the table was made for: the copy lies in the last of them */
  readonly diskSectors: number;
  readonly partitions: readonly { readonly firstSector: number; readonly sectors: number }[];
}

/**
 * Reads the first copy; undefined when there is none, and a text when it is damaged.
 * @param primary `GPT_SECTORS` sectors from sector 1 on
 */
export function readGuidPartitionTable(primary: Uint8Array): FoundGpt | string | undefined {
  const view = viewOf(primary);
  if (!SIGNATURE.every((byte, i) => primary[i] === byte)) return undefined;
  const header = primary.slice(0, HEADER_BYTES);
  viewOf(header).setUint32(AT.headerCrc32, 0, true);
  if (view.getUint32(AT.headerSize, true) !== HEADER_BYTES || view.getUint32(AT.headerCrc32, true) !== crc32(header)) {
    return 'The CRC of the GPT header does not fit its bytes';
  }
  const array = primary.subarray(SECTOR_BYTES);
  if (view.getUint32(AT.entryArrayCrc32, true) !== crc32(array)) {
    return 'The CRC of the GPT partition entries does not fit their bytes';
  }
  const partitions = [];
  for (let at = SECTOR_BYTES; at < primary.length; at += ENTRY_BYTES) {
    if (primary.subarray(at, at + 16).every((byte) => byte === 0)) continue;
    const firstSector = readUint64(view, at + ENTRY.firstLba);
    partitions.push({ firstSector, sectors: readUint64(view, at + ENTRY.lastLba) - firstSector + 1 });
  }
  return { diskSectors: readUint64(view, AT.alternateLba) + 1, partitions };
}

/**
 * What the copy at the end of the disk must be, made from the first one.
 * @param primary `GPT_SECTORS` sectors from sector 1 on, as `readGuidPartitionTable` found good
 */
export function backupOf(primary: Uint8Array): Uint8Array {
  const array = primary.subarray(SECTOR_BYTES);
  const header = primary.slice(0, SECTOR_BYTES);
  const view = viewOf(header);
  const [my, alternate] = [readUint64(view, AT.myLba), readUint64(view, AT.alternateLba)];
  writeUint64(view, AT.myLba, alternate);
  writeUint64(view, AT.alternateLba, my);
  writeUint64(view, AT.partitionEntryLba, alternate - ARRAY_SECTORS);
  view.setUint32(AT.headerCrc32, 0, true);
  view.setUint32(AT.headerCrc32, crc32(header.subarray(0, HEADER_BYTES)), true);
  const backup = new Uint8Array(GPT_SECTORS * SECTOR_BYTES);
  backup.set(array);
  backup.set(header, array.length);
  return backup;
}
