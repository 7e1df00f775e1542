/**
 * The boot regions (3.1 to 3.4): boot sector, eight extended boot sectors, OEM parameters, a reserved sector and the
 * checksum of them all; the same again behind.
 */
import { readUint64, viewOf, writeUint64 } from '../../../bytes/view.js';
import type { ExfatGeometry } from '../geometry.js';
import {
  FIRST_CLUSTER,
  MAX_CLUSTER_SHIFT,
  MAX_CLUSTERS,
  MIN_VOLUME_BYTES,
  SECTOR_BYTES,
  SECTOR_SHIFT,
} from '../limits.js';
import { checksum32 } from './checksums.js';

/** Fields of the boot sector by byte offset (3.1, table 4). */
export const BOOT = {
  jump: 0,
  fileSystemName: 3,
  mustBeZero: 11,
  partitionOffset: 64,
  volumeLength: 72,
  fatOffset: 80,
  fatLength: 84,
  clusterHeapOffset: 88,
  clusterCount: 92,
  rootCluster: 96,
  serial: 100,
  revision: 104,
  volumeFlags: 106,
  bytesPerSectorShift: 108,
  sectorsPerClusterShift: 109,
  numberOfFats: 110,
  driveSelect: 111,
  percentInUse: 112,
  bootCode: 120,
  signature: 510,
} as const;

/** Sectors of one region, and where its parts are. */
export const REGION_SECTORS = 12;
export const REGION_BYTES = REGION_SECTORS * SECTOR_BYTES;
const EXTENDED_SECTORS = { first: 1, last: 8 } as const;
const CHECKSUM_SECTOR = 11;

const JUMP = [0xeb, 0x76, 0x90] as const;
const NAME = 'EXFAT   ';
/** 1.00: major in the high byte */
const REVISION = 0x0100;
const DRIVE = 0x80;
/** 3.1.17: what stands where there is no boot program: it halts the processor */
const HALT = 0xf4;
const SIGNATURE = 0xaa55;
const EXTENDED_SIGNATURE = 0xaa55_0000;
/** 3.1.16: the part that is in use is not known */
const PERCENT_UNKNOWN = 0xff;

/** 3.4: use changes these and need not renew the checksum */
function isVolatile(index: number): boolean {
  return index === BOOT.volumeFlags || index === BOOT.volumeFlags + 1 || index === BOOT.percentInUse;
}

/** What a boot region says of its volume. */
export interface BootRegion {
  readonly geometry: ExfatGeometry;
  readonly rootCluster: number;
  readonly serial: number;
}

/** One region of 12 sectors; the volume does not start a computer. @param percentInUse rounded down (3.1.16) */
export function writeBootRegion(volume: BootRegion, percentInUse: number): Uint8Array {
  const { geometry, rootCluster, serial } = volume;
  const { partitionStart, fatStart, heapStart } = geometry;
  const bytes = new Uint8Array(REGION_BYTES);
  const view = viewOf(bytes);
  bytes.set(JUMP, BOOT.jump);
  bytes.set(new TextEncoder().encode(NAME), BOOT.fileSystemName);
  writeUint64(view, BOOT.partitionOffset, partitionStart / SECTOR_BYTES);
  writeUint64(view, BOOT.volumeLength, geometry.volumeBytes / SECTOR_BYTES);
  view.setUint32(BOOT.fatOffset, (fatStart - partitionStart) / SECTOR_BYTES, true);
  view.setUint32(BOOT.fatLength, geometry.fatSectors, true);
  view.setUint32(BOOT.clusterHeapOffset, (heapStart - partitionStart) / SECTOR_BYTES, true);
  view.setUint32(BOOT.clusterCount, geometry.clusters, true);
  view.setUint32(BOOT.rootCluster, rootCluster, true);
  view.setUint32(BOOT.serial, serial, true);
  view.setUint16(BOOT.revision, REVISION, true);
  bytes[BOOT.bytesPerSectorShift] = SECTOR_SHIFT;
  bytes[BOOT.sectorsPerClusterShift] = Math.log2(geometry.clusterBytes) - SECTOR_SHIFT;
  bytes[BOOT.numberOfFats] = 1;
  bytes[BOOT.driveSelect] = DRIVE;
  bytes[BOOT.percentInUse] = percentInUse;
  bytes.fill(HALT, BOOT.bootCode, BOOT.signature);
  view.setUint16(BOOT.signature, SIGNATURE, true);
  for (let sector = EXTENDED_SECTORS.first; sector <= EXTENDED_SECTORS.last; sector++) {
    view.setUint32((sector + 1) * SECTOR_BYTES - 4, EXTENDED_SIGNATURE, true);
  }
  const sum = checksum32(bytes.subarray(0, CHECKSUM_SECTOR * SECTOR_BYTES), isVolatile);
  for (let at = CHECKSUM_SECTOR * SECTOR_BYTES; at < REGION_BYTES; at += 4) view.setUint32(at, sum, true);
  return bytes;
}

/** Whether a boot sector claims to be one of exFAT. */
export function isExfat(sector: Uint8Array): boolean {
  return Buffer.from(sector.subarray(BOOT.fileSystemName, BOOT.mustBeZero)).toString('latin1') === NAME;
}

/**
 * Reads a boot region, or says which of its rules is broken.
 * @param region 12 sectors
 * @param partitionStart byte of the disk
 */
export function readBootRegion(region: Uint8Array, partitionStart: number): BootRegion | string {
  return wrongForm(region) ?? readGeometry(region, partitionStart);
}

/** Everything but the numbers of the geometry. */
function wrongForm(region: Uint8Array): string | undefined {
  const view = viewOf(region);
  if (!isExfat(region)) return 'FileSystemName is not "EXFAT   "';
  if (JUMP.some((byte, index) => region[index] !== byte)) return 'JumpBoot is not EB 76 90';
  if (region.subarray(BOOT.mustBeZero, BOOT.partitionOffset).some((byte) => byte !== 0)) {
    return 'MustBeZero holds something';
  }
  if (view.getUint16(BOOT.signature, true) !== SIGNATURE) return 'BootSignature is not AA55';
  for (let sector = EXTENDED_SECTORS.first; sector <= EXTENDED_SECTORS.last; sector++) {
    if (view.getUint32((sector + 1) * SECTOR_BYTES - 4, true) !== EXTENDED_SIGNATURE) {
      return `ExtendedBootSignature of sector ${sector} is not AA550000`;
    }
  }
  const sum = checksum32(region.subarray(0, CHECKSUM_SECTOR * SECTOR_BYTES), isVolatile);
  for (let at = CHECKSUM_SECTOR * SECTOR_BYTES; at < REGION_BYTES; at += 4) {
    if (view.getUint32(at, true) !== sum) return 'The boot checksum does not fit the boot region';
  }
  const percent = region[BOOT.percentInUse]!;
  return percent <= 100 || percent === PERCENT_UNKNOWN ? undefined : `PercentInUse is ${percent}`;
}

function readGeometry(region: Uint8Array, partitionStart: number): BootRegion | string {
  const view = viewOf(region);
  const long = (at: number) => view.getUint32(at, true);
  const volumeBytes = readUint64(view, BOOT.volumeLength) * SECTOR_BYTES;
  const [fatOffset, fatSectors] = [long(BOOT.fatOffset), long(BOOT.fatLength)];
  const [heapOffset, clusters, rootCluster] = [
    long(BOOT.clusterHeapOffset),
    long(BOOT.clusterCount),
    long(BOOT.rootCluster),
  ];
  const clusterShift = region[BOOT.bytesPerSectorShift]! + region[BOOT.sectorsPerClusterShift]!;
  if (region[BOOT.revision + 1] !== 1) return `FileSystemRevision is ${region[BOOT.revision + 1]}, expected 1`;
  if (region[BOOT.bytesPerSectorShift] !== SECTOR_SHIFT) return 'BytesPerSectorShift is not 9: sectors have 512 bytes';
  if (clusterShift > MAX_CLUSTER_SHIFT) return 'SectorsPerClusterShift makes clusters of more than 32 MiB';
  // two FATs belong to TexFAT, which no desktop Windows writes (3.1.14)
  if (region[BOOT.numberOfFats] !== 1) return `NumberOfFats is ${region[BOOT.numberOfFats]}, expected 1`;
  const offset = readUint64(view, BOOT.partitionOffset) * SECTOR_BYTES;
  // 3.1.4: zero says nothing
  if (offset !== 0 && offset !== partitionStart) return `PartitionOffset is ${offset} bytes, not ${partitionStart}`;
  if (!(volumeBytes >= MIN_VOLUME_BYTES) || !Number.isSafeInteger(partitionStart + volumeBytes)) {
    return 'VolumeLength is less than 1 MiB, or more than any disk has';
  }
  const clusterBytes = 2 ** clusterShift;
  if (fatOffset < 2 * REGION_SECTORS) return `FatOffset is ${fatOffset}, within the boot regions`;
  if (clusters < 1 || clusters > MAX_CLUSTERS) return `ClusterCount is ${clusters}`;
  if (fatSectors * SECTOR_BYTES < (clusters + FIRST_CLUSTER) * 4) return 'FatLength is too small for ClusterCount';
  if (heapOffset < fatOffset + fatSectors) return 'ClusterHeapOffset lies within the FAT';
  if (heapOffset * SECTOR_BYTES + clusters * clusterBytes > volumeBytes) return 'The clusters do not fit VolumeLength';
  if (rootCluster < FIRST_CLUSTER || rootCluster >= clusters + FIRST_CLUSTER) {
    return `FirstClusterOfRootDirectory is ${rootCluster}, which is no cluster`;
  }
  const fatStart = partitionStart + fatOffset * SECTOR_BYTES;
  const heapStart = partitionStart + heapOffset * SECTOR_BYTES;
  const geometry = { partitionStart, volumeBytes, clusterBytes, clusters, fatStart, fatSectors, heapStart };
  return { geometry, rootCluster, serial: long(BOOT.serial) };
}
