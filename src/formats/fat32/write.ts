/**
 * Writing FAT32 (Microsoft, "FAT32 File System Specification" 1.03, fatgen103): from a tree of names to the structures
 * of a volume. Data never moves: the caller lays files into clusters and says which.
 */
import { quote } from '../../bytes/quote.js';
import type { Content } from '../../content/content.js';
import { BytesContent, concatContent } from '../../content/views.js';
import { type Finding, throwFindings } from '../../errors.js';
import type { FatGeometry } from './geometry.js';
import { checkFatLabel } from './labels.js';
import { FIRST_CLUSTER, SECTOR_BYTES } from './limits.js';
import {
  BACKUP_BOOT_SECTOR,
  type FatVolumeIds,
  FS_INFO_SECTOR,
  writeBiosParameterBlock,
} from './structures/boot-sector.js';
import { writeFsInfo } from './structures/fs-info.js';
import type { FatDirectory, FatFile } from './writing/input.js';
import { directoriesContent, fatContent, type Run } from './writing/metadata.js';
import { planTree } from './writing/plan-tree.js';
import type { PlannedDirectory } from './writing/planned-tree.js';

export type { FatDirectory, FatFile };

/** A planned volume: everything but its place. */
export interface FatPlan {
  /** files that have bytes, each once, in the order of the tree */
  readonly files: readonly FatFile[];
  /** clusters of all directories, which come first */
  directoryClusters(clusterBytes: number): number;
  /** clusters of directories and files */
  usedClusters(clusterBytes: number): number;
  render(place: FatPlace): FatStructures;
}

/** Where the caller has laid things out. */
export interface FatPlace {
  readonly geometry: FatGeometry;
  readonly ids: FatVolumeIds;
  /** the boot program: sector 0, then what lies from sector 2 on (templates/boot/fat32.asm) */
  readonly bootCode: Uint8Array;
  /** the first cluster of a file that has bytes; all of them follow it */
  firstCluster(file: FatFile): number;
}

export interface FatStructures {
  /** from the start of the partition to the first cluster: boot records, FSInfo, both FATs */
  readonly front: Content;
  /** the first clusters */
  readonly directories: Content;
}

/** Sectors of the boot program behind sector 0: 2 to 5, so that the copy of all of them has room behind sector 6. */
const MORE_CODE_SECTORS = 4;

/**
 * Plans a volume.
 * @throws InplaceError LAYOUT_LIMIT, MEDIA_NAME: every problem at once
 */
export function planFat32(root: FatDirectory, label: string): FatPlan {
  const findings: Finding[] = labelFindings(label);
  const directories = planTree(root, findings);
  throwFindings(findings);
  const files = directories.flatMap(({ directory }) => directory.files.map(({ file }) => file)).filter(hasBytes);
  const directoryClusters = (clusterBytes: number): number =>
    directories.reduce((sum, { bytes }) => sum + Math.ceil(bytes / clusterBytes), 0);
  return {
    files,
    directoryClusters,
    usedClusters: (clusterBytes) =>
      files.reduce((sum, { size }) => sum + Math.ceil(size / clusterBytes), directoryClusters(clusterBytes)),
    render: (place) => renderVolume(directories, files, place),
  };
}

function hasBytes({ size }: FatFile): boolean {
  return size > 0;
}

function labelFindings(label: string): Finding[] {
  const reason = checkFatLabel(label);
  if (reason === undefined) return [];
  return [{ code: 'MEDIA_NAME', message: `The label ${quote(label)} ${reason}`, where: { field: 'label' } }];
}

function renderVolume(
  directories: readonly PlannedDirectory[],
  files: readonly FatFile[],
  place: FatPlace,
): FatStructures {
  const { geometry, ids } = place;
  const { clusterBytes } = geometry;
  const clusters = new Map<PlannedDirectory | FatFile, number>();
  const runs: Run[] = [];
  const starts: number[] = [];
  let next = FIRST_CLUSTER;
  for (const directory of directories) {
    const run = { first: next, clusters: Math.ceil(directory.bytes / clusterBytes) };
    clusters.set(directory, run.first);
    runs.push(run);
    starts.push((run.first - FIRST_CLUSTER) * clusterBytes);
    next += run.clusters;
  }
  const size = (next - FIRST_CLUSTER) * clusterBytes;
  // asked once, here, so that reading cannot fail later
  for (const file of files) {
    const run = { first: place.firstCluster(file), clusters: Math.ceil(file.size / clusterBytes) };
    clusters.set(file, run.first);
    runs.push(run);
  }
  runs.sort((a, b) => a.first - b.first);
  checkRuns(runs, geometry);
  const clusterOf = (target: PlannedDirectory | FatFile): number => clusters.get(target)!;
  return {
    front: frontContent(place, runs),
    directories: directoriesContent(directories, starts, size, { label: ids.label, clusterOf }),
  };
}

/** Proves what `fsck` would look for: no cluster belongs to two, none lies outside. */
function checkRuns(runs: readonly Run[], { clusters }: FatGeometry): void {
  let end = FIRST_CLUSTER;
  for (const run of runs) {
    if (run.first < end) throw new Error(`Cluster ${run.first} of a FAT32 volume belongs to two`);
    end = run.first + run.clusters;
  }
  if (end > FIRST_CLUSTER + clusters)
    throw new Error(`A FAT32 volume of ${clusters} clusters has no cluster ${end - 1}`);
}

function frontContent({ geometry, ids, bootCode }: FatPlace, runs: readonly Run[]): Content {
  const reserved = new Uint8Array(geometry.reservedSectors * SECTOR_BYTES);
  const used = runs.reduce((sum, run) => sum + run.clusters, 0);
  const lastRun = runs.at(-1)!;
  const copy = reserved.subarray(BACKUP_BOOT_SECTOR * SECTOR_BYTES);
  for (const sectors of [reserved, copy]) {
    putBootCode(sectors, bootCode);
    writeBiosParameterBlock(sectors.subarray(0, SECTOR_BYTES), geometry, ids);
    const info = writeFsInfo(geometry.clusters - used, lastRun.first + lastRun.clusters);
    sectors.set(info, FS_INFO_SECTOR * SECTOR_BYTES);
  }
  const fat = fatContent(geometry, runs);
  return concatContent([new BytesContent(reserved), fat, fat]);
}

function putBootCode(sectors: Uint8Array, bootCode: Uint8Array): void {
  const more = bootCode.subarray(SECTOR_BYTES);
  if (more.length > MORE_CODE_SECTORS * SECTOR_BYTES) {
    throw new RangeError(`The FAT32 boot program has ${bootCode.length} bytes, which is too much`);
  }
  sectors.set(bootCode.subarray(0, SECTOR_BYTES));
  sectors.set(more, (FS_INFO_SECTOR + 1) * SECTOR_BYTES);
}
