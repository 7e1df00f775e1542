/**
 * Puts files into an empty folder of a volume that is otherwise as it was built: reports that a stick had before it was
 * written anew. Nothing that is there moves; new clusters come from behind the last one in use.
 */
import { viewOf } from '../../bytes/view.js';
import { readBytes } from '../../content/content.js';
import type { Patch } from '../../content/patched.js';
import { clusterOffset, type FatGeometry } from './geometry.js';
import { END_OF_CHAIN, FIRST_CLUSTER, SECTOR_BYTES } from './limits.js';
import type { FoundDirectory, FoundVolume } from './reading/walk.js';
import { FS_INFO_SECTOR } from './structures/boot-sector.js';
import { ENTRY_BYTES } from './structures/directory-entry.js';
import { FS_INFO_HINTS } from './structures/fs-info.js';
import type { FatDirectory, FatFile } from './writing/input.js';
import { directoriesContent, type Run } from './writing/metadata.js';
import { planTree } from './writing/plan-tree.js';
import type { PlannedDirectory } from './writing/planned-tree.js';

/** What has to change on the disk. */
export interface FatFilling {
  /** sorted, and none overlaps another */
  readonly patches: readonly Patch[];
  /** byte of the disk where each file that has bytes begins; all of them follow it */
  readonly offsets: ReadonlyMap<FatFile, number>;
}

/** `.` and `..` */
const DOTS = 2 * ENTRY_BYTES;

/**
 * Plans the change; undefined when the folder is not there or not empty, or when there is no room.
 * @param folder what it shall hold; its name is that of a folder in the root
 * @param end byte of the disk that nothing new may reach
 */
export async function fillFolder(
  geometry: FatGeometry,
  volume: FoundVolume,
  folder: FatDirectory,
  end: number,
): Promise<FatFilling | undefined> {
  const found = volume.directories.find(({ path }) => path.toLowerCase() === folder.name.toLowerCase());
  if (!found || found.entries.length > 2 || found.end > DOTS) return undefined;
  const planned = planTree({ name: '', modified: folder.modified, directories: [folder], files: [] }, []).slice(1);
  const filling = new Filling(geometry, volume, planned);
  filling.place(found);
  if (clusterOffset(geometry, filling.nextFree) > Math.min(end, geometry.end)) return undefined;
  await filling.writeDirectories(found);
  filling.writeHints();
  const patches = filling.patches.sort((a, b) => a.offset - b.offset);
  return { patches, offsets: filling.offsets };
}

class Filling {
  readonly patches: Patch[] = [];
  readonly offsets = new Map<FatFile, number>();
  nextFree = FIRST_CLUSTER;
  readonly #firsts = new Map<PlannedDirectory | FatFile, number>();
  /** pieces of the folder that is filled, then of the folders in it */
  readonly #runs = new Map<PlannedDirectory, Run[]>();
  #used = 0;

  constructor(
    readonly geometry: FatGeometry,
    volume: FoundVolume,
    readonly planned: readonly PlannedDirectory[],
  ) {
    for (const { runs } of [...volume.files, ...volume.directories]) {
      for (const { first, clusters } of runs) {
        this.#used += clusters;
        this.nextFree = Math.max(this.nextFree, first + clusters);
      }
    }
  }

  /** Gives everything its clusters, and writes the chains. */
  place(found: FoundDirectory): void {
    for (const directory of this.planned) {
      const own = directory === this.planned[0] ? found.runs : [];
      const has = own.reduce((sum, { clusters }) => sum + clusters, 0);
      const more = this.#allocate(Math.max(0, this.#clustersOf(directory.bytes) - has));
      this.#runs.set(directory, [...own, ...more]);
      this.#firsts.set(directory, [...own, ...more][0]!.first);
      const last = own.at(-1);
      if (last && more[0]) this.#patchFats(last.first + last.clusters - 1, Uint32Array.of(more[0].first));
    }
    for (const { directory } of this.planned) {
      for (const { file } of directory.files) {
        const [run] = this.#allocate(this.#clustersOf(file.size));
        if (!run) continue;
        this.#firsts.set(file, run.first);
        this.offsets.set(file, clusterOffset(this.geometry, run.first));
      }
    }
  }

  /** @param found whose first two entries stay as they are */
  async writeDirectories(found: FoundDirectory): Promise<void> {
    const place = { label: '', clusterOf: (target: PlannedDirectory | FatFile) => this.#firsts.get(target)! };
    for (const directory of this.planned) {
      const runs = this.#runs.get(directory)!;
      const clusters = runs.reduce((sum, run) => sum + run.clusters, 0);
      const size = clusters * this.geometry.clusterBytes;
      const bytes = await readBytes(directoriesContent([directory], [0], size, place));
      if (directory === this.planned[0]) bytes.set(found.bytes.subarray(0, DOTS));
      let done = 0;
      for (const { first, clusters: count } of runs) {
        const part = bytes.subarray(done, done + count * this.geometry.clusterBytes);
        this.patches.push({ offset: clusterOffset(this.geometry, first), bytes: part });
        done += part.length;
      }
    }
  }

  writeHints(): void {
    const { partitionStart, clusters } = this.geometry;
    const bytes = numbers(Uint32Array.of(clusters - this.#used, this.nextFree));
    this.patches.push({ offset: partitionStart + FS_INFO_SECTOR * SECTOR_BYTES + FS_INFO_HINTS.from, bytes });
  }

  #clustersOf(bytes: number): number {
    return Math.ceil(bytes / this.geometry.clusterBytes);
  }

  /** The next free clusters, as one chain; none for none. */
  #allocate(clusters: number): Run[] {
    if (clusters === 0) return [];
    const run = { first: this.nextFree, clusters };
    this.nextFree += clusters;
    this.#used += clusters;
    const chain = Uint32Array.from({ length: clusters }, (_, i) =>
      i < clusters - 1 ? run.first + i + 1 : END_OF_CHAIN,
    );
    this.#patchFats(run.first, chain);
    return [run];
  }

  #patchFats(entry: number, values: Uint32Array): void {
    const { partitionStart, reservedSectors, fatSectors } = this.geometry;
    for (const fat of [0, 1]) {
      const offset = partitionStart + (reservedSectors + fat * fatSectors) * SECTOR_BYTES + entry * 4;
      this.patches.push({ offset, bytes: numbers(values) });
    }
  }
}

/** 32 bits each, the low byte first. */
function numbers(values: Uint32Array): Uint8Array {
  const bytes = new Uint8Array(values.length * 4);
  values.forEach((value, index) => {
    viewOf(bytes).setUint32(index * 4, value, true);
  });
  return bytes;
}
