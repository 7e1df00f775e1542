/** A disk as it is found: its partitions, and the file systems in them that inplace writes. */
import { type Content, readBytes } from '../content/content.js';
import type { Patch } from '../content/patched.js';
import { asBuilt, type UseRules } from '../formats/fat32/as-built.js';
import { type Fat32Volume, openFat32, treeOf } from '../formats/fat32/read.js';
import {
  PARTITION_TYPE,
  type PartitionRecord,
  readMasterBootRecord,
  SECTOR_BYTES,
} from '../formats/mbr/master-boot-record.js';
import type { Range } from './disk-image.js';
import type { FileRanges } from './image-pass.js';

/** A file of a volume. */
export interface VolumeFile extends FileRanges {
  readonly content: Content;
  readonly modified: Date;
}

/** Everything on a volume. */
export interface VolumeTree {
  readonly label: string;
  /** sorted by path */
  readonly files: readonly VolumeFile[];
  /** sorted, without the root */
  readonly directories: readonly string[];
  /** what use has changed, reckoned back */
  asBuilt(rules: UseRules): Promise<{ readonly patches: readonly Patch[]; readonly free: Range }>;
}

export interface DiskVolume {
  readonly fileSystem: 'fat32';
  /** of its partition */
  readonly partition: PartitionRecord;
  /** @throws InplaceError SOURCE_CORRUPT */
  tree(): Promise<VolumeTree>;
}

export interface Disk {
  readonly partitions: readonly PartitionRecord[];
  /** those with a file system that is known, by number */
  readonly volumes: readonly DiskVolume[];
}

/**
 * Opens an image or device as a disk; undefined when it has no MBR, or no partition with a file system we know.
 * @param file host path, for messages
 */
export async function openDisk(image: Content, file: string): Promise<Disk | undefined> {
  if (image.size < SECTOR_BYTES) return undefined;
  const record = readMasterBootRecord(await readBytes(image, 0, SECTOR_BYTES));
  if (!record) return undefined;
  const volumes: DiskVolume[] = [];
  for (const partition of record.partitions) {
    const volume = await openVolume(image, partition, file);
    if (volume) volumes.push(volume);
  }
  return volumes.length === 0 ? undefined : { partitions: record.partitions, volumes };
}

async function openVolume(image: Content, partition: PartitionRecord, file: string): Promise<DiskVolume | undefined> {
  const start = partition.firstSector * SECTOR_BYTES;
  if (partition.type !== PARTITION_TYPE.fat32 || start === 0) return undefined;
  const volume = await openFat32(image, start, file);
  return volume && { fileSystem: 'fat32', partition, tree: () => fatTree(image, volume) };
}

async function fatTree(image: Content, { walk, geometry }: Fat32Volume): Promise<VolumeTree> {
  const found = await walk();
  const byPath = new Map(found.files.map((file) => [file.path, file]));
  const { files, directories } = treeOf(found);
  return {
    label: found.label,
    files: files.map(({ path, content, modified }) => ({
      path,
      size: content.size,
      content,
      modified,
      extents: byPath.get(path)!.ranges,
    })),
    directories,
    asBuilt: async (rules) => {
      const { patches, usedEnd } = await asBuilt(image, geometry, found, rules);
      return { patches, free: { offset: usedEnd, size: geometry.end - usedEnd } };
    },
  };
}
