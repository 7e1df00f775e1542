import { FIRST_CLUSTER, MAX_CLUSTERS, SECTOR_BYTES } from './limits.js';

/** Where everything of an exFAT volume lies; offsets are bytes from the start of the disk. */
export interface ExfatGeometry {
  readonly partitionStart: number;
  /** bytes from the start of the partition to its end: VolumeLength */
  readonly volumeBytes: number;
  readonly clusterBytes: number;
  readonly clusters: number;
  readonly fatStart: number;
  readonly fatSectors: number;
  /** start of the first cluster, which has number 2 */
  readonly heapStart: number;
}

const KIB = 1024;
const MIB = 1024 * KIB;
const GIB = 1024 * MIB;
/** Both boot regions take 24 sectors; the FAT begins at a place that flash memory finds round. */
const FAT_OFFSET = 64 * KIB;
/** Flash memory erases blocks of some MiB: the heap begins at a round place of the disk. */
const HEAP_ALIGNMENT = MIB;

/** A volume of so many clusters. @throws RangeError when exFAT has no numbers for it */
export function exfatGeometry(partitionStart: number, clusterBytes: number, clusters: number): ExfatGeometry {
  if (clusters > MAX_CLUSTERS) throw new RangeError(`An exFAT volume cannot have ${clusters} clusters`);
  const fatSectors = Math.ceil(((clusters + FIRST_CLUSTER) * 4) / SECTOR_BYTES);
  const fatStart = partitionStart + FAT_OFFSET;
  const heapStart = Math.ceil((fatStart + fatSectors * SECTOR_BYTES) / HEAP_ALIGNMENT) * HEAP_ALIGNMENT;
  const volumeBytes = heapStart - partitionStart + clusters * clusterBytes;
  return { partitionStart, volumeBytes, clusterBytes, clusters, fatStart, fatSectors, heapStart };
}

/** The volume with the most clusters that ends at or before `end`. */
export function exfatGeometryWithin(partitionStart: number, clusterBytes: number, end: number): ExfatGeometry {
  let clusters = Math.floor((end - partitionStart) / clusterBytes);
  for (;;) {
    const geometry = exfatGeometry(partitionStart, clusterBytes, Math.max(0, clusters));
    const over = volumeEnd(geometry) - end;
    if (over <= 0 || clusters <= 0) return geometry;
    clusters -= Math.ceil(over / clusterBytes);
  }
}

/** Bytes of a cluster for a volume of this size: those of Windows' own formatter (Microsoft KB 140365). */
export function clusterBytesFor(volumeBytes: number): number {
  if (volumeBytes <= 256 * MIB) return 4 * KIB;
  return volumeBytes <= 32 * GIB ? 32 * KIB : 128 * KIB;
}

/** Byte of the disk behind the last cluster. */
export function volumeEnd({ partitionStart, volumeBytes }: ExfatGeometry): number {
  return partitionStart + volumeBytes;
}

/** Byte on the disk where a cluster begins. */
export function clusterOffset({ heapStart, clusterBytes }: ExfatGeometry, cluster: number): number {
  return heapStart + (cluster - FIRST_CLUSTER) * clusterBytes;
}

/** The cluster that begins at a byte of the disk. */
export function clusterAt({ heapStart, clusterBytes }: ExfatGeometry, offset: number): number {
  const cluster = (offset - heapStart) / clusterBytes + FIRST_CLUSTER;
  if (!Number.isInteger(cluster)) throw new RangeError(`No cluster begins at ${offset}`);
  return cluster;
}

/** Bytes of the allocation bitmap (7.1.5): a bit for each cluster. */
export function bitmapBytes({ clusters }: Pick<ExfatGeometry, 'clusters'>): number {
  return Math.ceil(clusters / 8);
}
