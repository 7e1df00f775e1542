/** The boot sector with its BIOS Parameter Block (fatgen103, "Boot Sector and BPB"). */
import { viewOf } from '../../../bytes/view.js';
import { type FatGeometry, NUMBER_OF_FATS } from '../geometry.js';
import { FIRST_CLUSTER, MAX_CLUSTERS, SECTOR_BYTES } from '../limits.js';

/** Fields by byte offset. */
export const BPB = {
  jump: 0,
  oemName: 3,
  bytesPerSector: 11,
  sectorsPerCluster: 13,
  reservedSectors: 14,
  numberOfFats: 16,
  rootEntries: 17,
  totalSectors16: 19,
  media: 21,
  fatSize16: 22,
  sectorsPerTrack: 24,
  heads: 26,
  hiddenSectors: 28,
  totalSectors32: 32,
  fatSize32: 36,
  extFlags: 40,
  version: 42,
  rootCluster: 44,
  fsInfo: 48,
  backupBootSector: 50,
  driveNumber: 64,
  /** Windows notes here that the volume was not unmounted */
  dirtyFlags: 65,
  bootSignature: 66,
  volumeId: 67,
  volumeLabel: 71,
  fileSystemType: 82,
  bootCode: 90,
  signature: 510,
} as const;

export const FS_INFO_SECTOR = 1;
export const BACKUP_BOOT_SECTOR = 6;
const SIGNATURE = 0xaa55;
/** fatgen103 recommends it: some drivers take no other */
const OEM_NAME = 'MSWIN4.1';
const FIXED_DISK = 0xf8;

export interface FatVolumeIds {
  /** at most 11 characters, upper case */
  readonly label: string;
  readonly serial: number;
}

/**
 * Writes the fields of sector 0. The jump and the code around them are those of the boot program.
 * @param into the sector with the boot program in it
 */
export function writeBiosParameterBlock(into: Uint8Array, geometry: FatGeometry, ids: FatVolumeIds): void {
  const view = viewOf(into);
  putText(into, BPB.oemName, OEM_NAME, 8);
  view.setUint16(BPB.bytesPerSector, SECTOR_BYTES, true);
  into[BPB.sectorsPerCluster] = geometry.clusterBytes / SECTOR_BYTES;
  view.setUint16(BPB.reservedSectors, geometry.reservedSectors, true);
  into[BPB.numberOfFats] = NUMBER_OF_FATS;
  into[BPB.media] = FIXED_DISK;
  view.setUint16(BPB.sectorsPerTrack, 63, true);
  view.setUint16(BPB.heads, 255, true);
  view.setUint32(BPB.hiddenSectors, geometry.partitionStart / SECTOR_BYTES, true);
  view.setUint32(BPB.totalSectors32, (geometry.end - geometry.partitionStart) / SECTOR_BYTES, true);
  view.setUint32(BPB.fatSize32, geometry.fatSectors, true);
  view.setUint32(BPB.rootCluster, FIRST_CLUSTER, true);
  view.setUint16(BPB.fsInfo, FS_INFO_SECTOR, true);
  view.setUint16(BPB.backupBootSector, BACKUP_BOOT_SECTOR, true);
  into[BPB.driveNumber] = 0x80;
  into[BPB.bootSignature] = 0x29;
  view.setUint32(BPB.volumeId, ids.serial, true);
  putText(into, BPB.volumeLabel, ids.label, 11);
  putText(into, BPB.fileSystemType, 'FAT32', 8);
  view.setUint16(BPB.signature, SIGNATURE, true);
}

/** ASCII, padded with spaces. */
function putText(into: Uint8Array, at: number, text: string, length: number): void {
  into.set(new TextEncoder().encode(text.padEnd(length)), at);
}

/** What a boot sector says. */
export interface FoundBootSector {
  readonly geometry: FatGeometry;
  readonly rootCluster: number;
  readonly serial: number;
}

/**
 * Reads the boot sector of a FAT32 volume; undefined when it is none.
 * @param partitionStart byte of the disk
 */
export function readBootSector(sector: Uint8Array, partitionStart: number): FoundBootSector | undefined {
  const view = viewOf(sector);
  const word = (at: number) => view.getUint16(at, true);
  const long = (at: number) => view.getUint32(at, true);
  const perCluster = sector[BPB.sectorsPerCluster]!;
  const reservedSectors = word(BPB.reservedSectors);
  const fatSectors = long(BPB.fatSize32);
  const known =
    word(BPB.signature) === SIGNATURE &&
    word(BPB.bytesPerSector) === SECTOR_BYTES &&
    [1, 2, 4, 8, 16, 32, 64, 128].includes(perCluster) &&
    sector[BPB.numberOfFats] === NUMBER_OF_FATS &&
    word(BPB.rootEntries) === 0 &&
    word(BPB.totalSectors16) === 0 &&
    word(BPB.fatSize16) === 0 &&
    word(BPB.version) === 0 &&
    reservedSectors > BACKUP_BOOT_SECTOR &&
    fatSectors > 0;
  if (!known) return undefined;
  const dataSector = reservedSectors + NUMBER_OF_FATS * fatSectors;
  const clusters = Math.floor((long(BPB.totalSectors32) - dataSector) / perCluster);
  if (clusters <= 0 || clusters > MAX_CLUSTERS) return undefined;
  if ((clusters + FIRST_CLUSTER) * 4 > fatSectors * SECTOR_BYTES) return undefined;
  const dataStart = partitionStart + dataSector * SECTOR_BYTES;
  const clusterBytes = perCluster * SECTOR_BYTES;
  const end = dataStart + clusters * clusterBytes;
  const geometry = { partitionStart, clusterBytes, clusters, reservedSectors, fatSectors, dataStart, end };
  return { geometry, rootCluster: long(BPB.rootCluster), serial: long(BPB.volumeId) };
}
