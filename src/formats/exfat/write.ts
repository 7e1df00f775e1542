/**
 * Writing exFAT (Microsoft, "exFAT file system specification", revision 1.00): from a tree of names to the structures of a
 * volume. Data never moves: the caller lays files into clusters and says which. Every file and folder lies in one run, so the
 * FAT describes only what has no other way to say so: the bitmap, the up-case table and the root.
 */
import { quote } from '../../bytes/quote.js';
import type { Content } from '../../content/content.js';
import { BytesContent, concatContent, ZeroContent } from '../../content/views.js';
import { type Finding, throwFindings } from '../../errors.js';
import { bitmapBytes, type ExfatGeometry } from './geometry.js';
import { FIRST_CLUSTER, MAX_LABEL } from './limits.js';
import type { Run } from './run.js';
import { REGION_BYTES, writeBootRegion } from './structures/boot-region.js';
import { ourUpCaseTable } from './up-case/up-case-table.js';
import type { ExfatDirectory, ExfatFile } from './writing/input.js';
import { bitmapContent, directoriesContent, fatContent, padded } from './writing/metadata.js';
import { planTree } from './writing/plan-tree.js';
import { directorySize, type PlannedDirectory } from './writing/planned-tree.js';

export type { ExfatDirectory, ExfatFile };

/** What of a geometry decides how many clusters are in use. */
type Clusters = Pick<ExfatGeometry, 'clusters' | 'clusterBytes'>;

/** A planned volume: everything but its place. */
export interface ExfatPlan {
  /** clusters of bitmap, up-case table and directories, which come first */
  systemClusters(geometry: Clusters): number;
  /** clusters of all that and of the files */
  usedClusters(geometry: Clusters): number;
  render(place: ExfatPlace): ExfatStructures;
}

/** Where the caller has laid things out. */
export interface ExfatPlace {
  readonly geometry: ExfatGeometry;
  readonly label: string;
  readonly serial: number;
  /** the first cluster of a file that has bytes; all of them follow it */
  firstCluster(file: ExfatFile): number;
}

export interface ExfatStructures {
  /** from the start of the partition to the first cluster: both boot regions, the FAT */
  readonly front: Content;
  /** the first clusters: bitmap, up-case table, directories */
  readonly system: Content;
}

/**
 * Plans a volume.
 * @throws InplaceError LAYOUT_LIMIT, MEDIA_NAME: every problem at once
 */
export function planExfat(root: ExfatDirectory, label: string): ExfatPlan {
  const findings: Finding[] = labelFindings(label);
  const directories = planTree(root, findings);
  throwFindings(findings);
  const files = directories.flatMap(({ directory }) => directory.files.map(({ file }) => file)).filter(hasBytes);
  const systemClusters = (geometry: Clusters): number =>
    systemRuns(directories, geometry).reduce((sum, { clusters }) => sum + clusters, 0);
  return {
    systemClusters,
    usedClusters: (geometry) =>
      files.reduce((sum, { size }) => sum + Math.ceil(size / geometry.clusterBytes), systemClusters(geometry)),
    render: (place) => renderVolume(directories, files, place),
  };
}

function hasBytes({ size }: ExfatFile): boolean {
  return size > 0;
}

function labelFindings(label: string): Finding[] {
  if (label.length <= MAX_LABEL) return [];
  const message = `The label ${quote(label)} has ${label.length} characters, exFAT holds ${MAX_LABEL}`;
  return [{ code: 'MEDIA_NAME', message, where: { field: 'label' } }];
}

/** Bitmap, up-case table, then the directories in their order, one behind the other. */
function systemRuns(directories: readonly PlannedDirectory[], geometry: Clusters): Run[] {
  const sizes = [
    bitmapBytes(geometry),
    ourUpCaseTable().bytes.length,
    ...directories.map((directory) => directorySize(directory, geometry.clusterBytes)),
  ];
  let next = FIRST_CLUSTER;
  return sizes.map((size) => {
    const run = { first: next, clusters: Math.ceil(size / geometry.clusterBytes) };
    next += run.clusters;
    return run;
  });
}

function renderVolume(
  directories: readonly PlannedDirectory[],
  files: readonly ExfatFile[],
  place: ExfatPlace,
): ExfatStructures {
  const { geometry } = place;
  const { clusterBytes } = geometry;
  const system = systemRuns(directories, geometry);
  const [bitmap, upCase, ...folders] = system as [Run, Run, ...Run[]];
  const clusters = new Map<PlannedDirectory | ExfatFile, number>();
  directories.forEach((directory, index) => {
    clusters.set(directory, folders[index]!.first);
  });
  const runs = [...system];
  // asked once, here, so that reading cannot fail later
  for (const file of files) {
    const run = { first: place.firstCluster(file), clusters: Math.ceil(file.size / clusterBytes) };
    clusters.set(file, run.first);
    runs.push(run);
  }
  runs.sort((a, b) => a.first - b.first);
  checkRuns(runs, geometry);
  return {
    front: frontContent(place, runs, [bitmap, upCase, folders[0]!]),
    system: concatContent([
      padded(bitmapContent(geometry, runs), clusterBytes),
      padded(new BytesContent(ourUpCaseTable().bytes), clusterBytes),
      directoriesContent(directories, {
        label: place.label,
        clusterBytes,
        bitmap: { firstCluster: bitmap.first, bytes: bitmapBytes(geometry) },
        upCaseCluster: upCase.first,
        clusterOf: (target) => clusters.get(target)!,
      }),
    ]),
  };
}

/** Proves what `fsck` would look for: no cluster belongs to two, none lies outside. */
function checkRuns(runs: readonly Run[], { clusters }: ExfatGeometry): void {
  let end = FIRST_CLUSTER;
  for (const run of runs) {
    if (run.first < end) throw new Error(`Cluster ${run.first} of an exFAT volume belongs to two`);
    end = run.first + run.clusters;
  }
  if (end > FIRST_CLUSTER + clusters) {
    throw new Error(`An exFAT volume of ${clusters} clusters has no cluster ${end - 1}`);
  }
}

function frontContent({ geometry, serial }: ExfatPlace, runs: readonly Run[], chains: [Run, Run, Run]): Content {
  const { partitionStart, fatStart, heapStart, clusters } = geometry;
  const used = runs.reduce((sum, run) => sum + run.clusters, 0);
  const volume = { geometry, rootCluster: chains[2].first, serial };
  const region = new BytesContent(writeBootRegion(volume, percentInUse(used, clusters)));
  const fat = fatContent(geometry, chains);
  return concatContent([
    region,
    region,
    new ZeroContent(fatStart - partitionStart - 2 * REGION_BYTES),
    fat,
    new ZeroContent(heapStart - fatStart - fat.size),
  ]);
}

/** 3.1.16: rounded down. */
export function percentInUse(used: number, clusters: number): number {
  return Math.floor((used * 100) / clusters);
}
