/**
 * The Master Boot Record: boot code, disk signature and four partitions in the first sector of a disk. It has no
 * standard of its own; UEFI 2.10, 5.2.1 (table 5.1 and 5.2) writes down what everybody does.
 */
import { viewOf } from '../../bytes/view.js';

/** bytes of the sectors that partition tables count */
export const SECTOR_BYTES = 512;

/** Fields by byte offset (UEFI 2.10 table 5.1). */
const AT = { bootCode: 0, diskSignature: 440, unknown: 444, partitions: 446, signature: 510 } as const;
/** Fields of a partition record (table 5.2). */
const RECORD = { bootIndicator: 0, firstChs: 1, type: 4, lastChs: 5, firstSector: 8, sectors: 12 } as const;
const RECORD_BYTES = 16;
const PARTITIONS = 4;
const SIGNATURE = 0xaa55;
const ACTIVE = 0x80;
const MAX_SECTORS = 2 ** 32;

/** bytes of boot code in front of the disk signature */
export const BOOT_CODE_BYTES = AT.diskSignature;

/** Partition types: what the byte says is in a partition. */
export const PARTITION_TYPE = {
  /** exFAT and NTFS */
  exfat: 0x07,
  /** FAT32, addressed by sector numbers */
  fat32: 0x0c,
  /** what a GPT says is its own (UEFI 2.10, 5.2.3) */
  gptProtective: 0xee,
} as const;

/** One of the four partitions; sectors have 512 bytes. */
export interface PartitionRecord {
  readonly active: boolean;
  readonly type: number;
  readonly firstSector: number;
  readonly sectors: number;
}

export interface MasterBootRecord {
  /** at most 440 bytes */
  readonly bootCode: Uint8Array;
  /** Windows knows a disk by it; never 0 */
  readonly diskSignature: number;
  /** by number, at most four; the table is not sorted by place */
  readonly partitions: readonly PartitionRecord[];
}

/** The sector. */
export function writeMasterBootRecord(record: MasterBootRecord): Uint8Array {
  const { bootCode, diskSignature, partitions } = record;
  if (bootCode.length > BOOT_CODE_BYTES) throw new RangeError(`MBR boot code has ${bootCode.length} bytes`);
  if (partitions.length > PARTITIONS) throw new RangeError(`An MBR has no room for ${partitions.length} partitions`);
  const bytes = new Uint8Array(SECTOR_BYTES);
  const view = viewOf(bytes);
  bytes.set(bootCode);
  view.setUint32(AT.diskSignature, diskSignature, true);
  partitions.forEach((partition, index) => {
    writeRecord(bytes, AT.partitions + index * RECORD_BYTES, partition);
  });
  view.setUint16(AT.signature, SIGNATURE, true);
  return bytes;
}

function writeRecord(bytes: Uint8Array, at: number, { active, type, firstSector, sectors }: PartitionRecord): void {
  if (firstSector + sectors > MAX_SECTORS) throw new RangeError('An MBR has no numbers for sectors behind 2 TiB');
  const view = viewOf(bytes);
  bytes[at + RECORD.bootIndicator] = active ? ACTIVE : 0;
  bytes.set(chsOf(firstSector), at + RECORD.firstChs);
  bytes[at + RECORD.type] = type;
  bytes.set(chsOf(firstSector + sectors - 1), at + RECORD.lastChs);
  view.setUint32(at + RECORD.firstSector, firstSector, true);
  view.setUint32(at + RECORD.sectors, sectors, true);
}

/** Cylinder, head and sector as a BIOS of 255 heads and 63 sectors counts them; FE FF FF where 10 bits are too few. */
function chsOf(sector: number): Uint8Array {
  const cylinder = Math.floor(sector / (255 * 63));
  if (cylinder > 1023) return Uint8Array.of(0xfe, 0xff, 0xff);
  const head = Math.floor(sector / 63) % 255;
  return Uint8Array.of(head, (sector % 63) + 1 + ((cylinder >> 8) << 6), cylinder & 0xff);
}

/** The record as it is on a disk; undefined when the sector has no signature. Empty partitions keep their number. */
export function readMasterBootRecord(sector: Uint8Array): MasterBootRecord | undefined {
  const view = viewOf(sector);
  if (view.getUint16(AT.signature, true) !== SIGNATURE) return undefined;
  return {
    bootCode: sector.subarray(0, BOOT_CODE_BYTES),
    diskSignature: view.getUint32(AT.diskSignature, true),
    partitions: Array.from({ length: PARTITIONS }, (_, index) => {
      const at = AT.partitions + index * RECORD_BYTES;
      return {
        active: sector[at + RECORD.bootIndicator] === ACTIVE,
        type: sector[at + RECORD.type]!,
        firstSector: view.getUint32(at + RECORD.firstSector, true),
        sectors: view.getUint32(at + RECORD.sectors, true),
      };
    }),
  };
}
