import { FIRST_CLUSTER, MAX_CLUSTERS, MAX_SECTORS, SECTOR_BYTES } from './limits.js';

/** Where everything of a FAT32 volume lies; offsets are bytes from the start of the disk. */
export interface FatGeometry {
  readonly partitionStart: number;
  readonly clusterBytes: number;
  readonly clusters: number;
  /** sectors before the first FAT */
  readonly reservedSectors: number;
  /** sectors of each of the two FATs */
  readonly fatSectors: number;
  /** start of the first cluster, which has number 2 */
  readonly dataStart: number;
  /** behind the last cluster */
  readonly end: number;
}

/** Boot records, FSInfo and their copies need 12; 32 is what every formatter leaves. */
const MIN_RESERVED_SECTORS = 32;
export const NUMBER_OF_FATS = 2;
const MIB = 1024 * 1024;
/** Flash memory erases blocks of some MiB: what is written often begins at a round place. */
const DATA_ALIGNMENT = MIB;
/** Start of a partition, for the same reason; Windows does so too. */
export const PARTITION_ALIGNMENT = MIB;

/** A volume of so many clusters. @throws RangeError when FAT32 has no numbers for it */
export function fatGeometry(partitionStart: number, clusterBytes: number, clusters: number): FatGeometry {
  const geometry = unlimited(partitionStart, clusterBytes, clusters);
  if (clusters > MAX_CLUSTERS || (geometry.end - partitionStart) / SECTOR_BYTES > MAX_SECTORS) {
    throw new RangeError(`A FAT32 volume cannot have ${clusters} clusters of ${clusterBytes} bytes`);
  }
  return geometry;
}

function unlimited(partitionStart: number, clusterBytes: number, clusters: number): FatGeometry {
  const fatSectors = Math.ceil(((clusters + FIRST_CLUSTER) * 4) / SECTOR_BYTES);
  const front = (MIN_RESERVED_SECTORS + NUMBER_OF_FATS * fatSectors) * SECTOR_BYTES;
  const dataStart = Math.ceil((partitionStart + front) / DATA_ALIGNMENT) * DATA_ALIGNMENT;
  const end = dataStart + clusters * clusterBytes;
  const reservedSectors = (dataStart - partitionStart) / SECTOR_BYTES - NUMBER_OF_FATS * fatSectors;
  return { partitionStart, clusterBytes, clusters, reservedSectors, fatSectors, dataStart, end };
}

/** The volume with the most clusters that ends at or before `end`. @throws RangeError beyond 2 TiB */
export function fatGeometryWithin(partitionStart: number, clusterBytes: number, end: number): FatGeometry {
  let clusters = Math.max(0, Math.floor((end - partitionStart) / clusterBytes));
  for (;;) {
    const over = unlimited(partitionStart, clusterBytes, clusters).end - end;
    if (over <= 0 || clusters === 0) return fatGeometry(partitionStart, clusterBytes, clusters);
    clusters = Math.max(0, clusters - Math.ceil(over / clusterBytes));
  }
}

const GIB = 1024 * MIB;

/**
 * Bytes of a cluster for a volume of this size: those of Windows' own formatter from 512 MiB on (Microsoft KB 140365).
 * Smaller ones get 2 KiB, a sector of UDF, because they must have 65,541 clusters all the same.
 */
export function clusterBytesFor(volumeBytes: number): number {
  if (volumeBytes < 512 * MIB) return 2048;
  if (volumeBytes < 8 * GIB) return 4096;
  if (volumeBytes < 16 * GIB) return 8192;
  return volumeBytes < 32 * GIB ? 16_384 : 32_768;
}

/** Byte on the disk where a cluster begins. */
export function clusterOffset(geometry: FatGeometry, cluster: number): number {
  return geometry.dataStart + (cluster - FIRST_CLUSTER) * geometry.clusterBytes;
}

/** The cluster that begins at a byte of the disk. */
export function clusterAt(geometry: FatGeometry, offset: number): number {
  const cluster = (offset - geometry.dataStart) / geometry.clusterBytes + FIRST_CLUSTER;
  if (!Number.isInteger(cluster)) throw new RangeError(`No cluster begins at ${offset}`);
  return cluster;
}
