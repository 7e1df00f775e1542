/** A disk as it is found: its partitions, and the file systems in them that inplace writes. */
import { type Content, readBytes } from '../content/content.js';
import { parentsOf } from '../content/parents.js';
import type { Patch } from '../content/patched.js';
import { byCodeUnit } from '../content/tree.js';
import { asBuilt as exfatAsBuilt } from '../formats/exfat/as-built.js';
import { fillFolder as fillExfatFolder } from '../formats/exfat/fill-folder.js';
import { volumeEnd } from '../formats/exfat/geometry.js';
import { type ExfatVolume, openExfat } from '../formats/exfat/read.js';
import { asBuilt as fatAsBuilt, type UseRules } from '../formats/fat32/as-built.js';
import { fillFolder as fillFatFolder } from '../formats/fat32/fill-folder.js';
import { type Fat32Volume, openFat32 } from '../formats/fat32/read.js';
import {
  PARTITION_TYPE,
  type PartitionRecord,
  readMasterBootRecord,
  SECTOR_BYTES,
} from '../formats/mbr/master-boot-record.js';
import type { Range } from './disk-image.js';
import type { FileRanges } from './image-pass.js';
import { type DirectoryNode, directoryTree, type FileNode, type PlacedFile } from './placed-file.js';

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
  /**
   * What has to change so that an empty folder of the root holds these files; undefined when it is not there, not empty,
   * or they do not fit. Nothing that is there moves.
   */
  fillFolder(filling: FolderFilling): Promise<FilledFolder | undefined>;
}

/** What an empty folder of the root shall hold. */
export interface FolderFilling {
  /** all in the same folder of the root, whose name their paths begin with */
  readonly files: readonly PlacedFile[];
  /** folders that no file is in, with those above them or without */
  readonly directories: readonly string[];
  /** time of the folders */
  readonly recorded: Date;
  /** byte of the disk that nothing new may reach */
  readonly end: number;
}

export interface FilledFolder {
  /** of structures; sorted, and none overlaps another */
  readonly patches: readonly Patch[];
  /** byte of the disk where each file that has bytes begins */
  readonly offsets: ReadonlyMap<PlacedFile, number>;
}

export interface DiskVolume {
  readonly fileSystem: 'fat32' | 'exfat';
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
  if (start === 0) return undefined;
  if (partition.type === PARTITION_TYPE.fat32) {
    const volume = await openFat32(image, start, file);
    return volume && { fileSystem: 'fat32', partition, tree: () => fatTree(image, volume) };
  }
  if (partition.type === PARTITION_TYPE.exfat) {
    const volume = await openExfat(image, start, file);
    return volume && { fileSystem: 'exfat', partition, tree: () => exfatTree(image, volume) };
  }
  return undefined;
}

async function fatTree(image: Content, { walk, geometry }: Fat32Volume): Promise<VolumeTree> {
  const found = await walk();
  return treeOf(found, geometry.end, {
    asBuilt: (rules) => fatAsBuilt(image, geometry, found, rules),
    fillFolder: (folder, end) => fillFatFolder(geometry, found, folder, end),
  });
}

async function exfatTree(image: Content, { walk }: ExfatVolume): Promise<VolumeTree> {
  const found = await walk();
  return treeOf(found, volumeEnd(found.geometry), {
    asBuilt: (rules) => exfatAsBuilt(image, found, rules),
    fillFolder: (folder, end) => fillExfatFolder(found, folder, end),
  });
}

/** What the readers of both file systems find. */
interface Found {
  readonly label: string;
  readonly files: readonly {
    readonly path: string;
    readonly content: Content;
    readonly modified: Date;
    readonly ranges: readonly Range[];
  }[];
  readonly directories: readonly { readonly path: string }[];
}

/** What both file systems know about their structures. */
interface Structures {
  asBuilt(rules: UseRules): Promise<{ readonly patches: readonly Patch[]; readonly usedEnd: number }>;
  fillFolder(
    folder: DirectoryNode,
    end: number,
  ): Promise<{ readonly patches: readonly Patch[]; readonly offsets: ReadonlyMap<FileNode, number> } | undefined>;
}

/** @param end byte of the disk behind the last cluster */
function treeOf({ label, files, directories }: Found, end: number, structures: Structures): VolumeTree {
  return {
    label,
    files: files
      .map(({ path, content, modified, ranges }) => ({ path, size: content.size, content, modified, extents: ranges }))
      .sort((a, b) => byCodeUnit(a.path, b.path)),
    directories: directories
      .map(({ path }) => path)
      .filter((path) => path !== '')
      .sort(byCodeUnit),
    asBuilt: async (rules) => {
      const { patches, usedEnd } = await structures.asBuilt(rules);
      return { patches, free: { offset: usedEnd, size: end - usedEnd } };
    },
    fillFolder: (filling) => fillFolder(structures, filling),
  };
}

async function fillFolder(
  structures: Structures,
  { files, directories, recorded, end }: FolderFilling,
): Promise<FilledFolder | undefined> {
  const nodes = new Map<PlacedFile, FileNode>(
    files.map((file) => [file, { size: file.content.size, modified: file.modified }]),
  );
  const implied = parentsOf([...files.map(({ path }) => path), ...directories]);
  const every = [...new Set([...directories, ...implied])];
  const [folder] = directoryTree(files, every, nodes, recorded).directories;
  const filled = folder && (await structures.fillFolder(folder, end));
  if (!filled) return undefined;
  const placed = files.filter((file) => filled.offsets.has(nodes.get(file)!));
  return {
    patches: filled.patches,
    offsets: new Map(placed.map((file) => [file, filled.offsets.get(nodes.get(file)!)!])),
  };
}
