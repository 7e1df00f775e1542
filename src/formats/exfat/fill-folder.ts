/**
 * Puts files into an empty folder of a volume that is otherwise as it was built: reports that a stick had before it was
 * written anew. Nothing that is there moves; new clusters come from behind the last one in use. Only the folder itself may
 * then lie in two pieces, with a chain in the FAT; everything new lies in one run.
 */
import { viewOf, writeUint64 } from '../../bytes/view.js';
import { readBytes } from '../../content/content.js';
import type { Patch } from '../../content/patched.js';
import { clusterOffset, volumeEnd } from './geometry.js';
import { END_OF_CHAIN, FIRST_CLUSTER } from './limits.js';
import type { NameEntry } from './reading/directory.js';
import type { FoundDirectory, FoundVolume } from './reading/found.js';
import type { Run } from './run.js';
import { BOOT } from './structures/boot-region.js';
import { setChecksum } from './structures/checksums.js';
import { ENTRY_BYTES, FILE, FLAG, STREAM } from './structures/directory-entry.js';
import { percentInUse } from './write.js';
import type { ExfatDirectory, ExfatFile } from './writing/input.js';
import { bitmapContent, directoryBytes } from './writing/metadata.js';
import { planTree } from './writing/plan-tree.js';
import { directorySize, type PlannedDirectory } from './writing/planned-tree.js';

/** What has to change on the disk. */
export interface ExfatFilling {
  /** sorted, and none overlaps another */
  readonly patches: readonly Patch[];
  /** byte of the disk where each file that has bytes begins; all of them follow it */
  readonly offsets: ReadonlyMap<ExfatFile, number>;
}

/**
 * Plans the change; undefined when the folder is not there or not empty, or when there is no room.
 * @param folder what it shall hold; its name is that of a folder in the root
 * @param end byte of the disk that nothing new may reach
 */
export async function fillFolder(
  volume: FoundVolume,
  folder: ExfatDirectory,
  end: number,
): Promise<ExfatFilling | undefined> {
  const isIt = (name: string) => name.toLowerCase() === folder.name.toLowerCase();
  const found = volume.directories.find(({ path }) => isIt(path));
  const entry = volume.directories[0]!.entries.find(
    (each): each is NameEntry => each.kind === 'name' && isIt(each.name),
  );
  if (!found || !entry || found.end > 0 || found.runs.length !== 1 || volume.bitmap.length !== 1) return undefined;
  const planned = planTree({ name: '', modified: folder.modified, directories: [folder], files: [] }, []).slice(1);
  const filling = new Filling(volume, planned);
  filling.place(found);
  const { geometry } = volume;
  if (clusterOffset(geometry, filling.nextFree) > Math.min(end, volumeEnd(geometry))) return undefined;
  filling.writeDirectories();
  filling.writeEntry(entry);
  await filling.writeClusters();
  const patches = filling.patches.sort((a, b) => a.offset - b.offset);
  return { patches, offsets: filling.offsets };
}

class Filling {
  readonly patches: Patch[] = [];
  readonly offsets = new Map<ExfatFile, number>();
  nextFree = FIRST_CLUSTER;
  readonly #firsts = new Map<PlannedDirectory | ExfatFile, number>();
  /** pieces of the folder that is filled, then the run of each of the folders in it */
  readonly #runs = new Map<PlannedDirectory, Run[]>();
  readonly #old: readonly Run[];
  readonly #firstNew: number;

  constructor(
    readonly volume: FoundVolume,
    readonly planned: readonly PlannedDirectory[],
  ) {
    const { bitmap, upCaseTable, files, directories } = volume;
    this.#old = [...bitmap, ...upCaseTable, ...[...files, ...directories].flatMap(({ runs }) => runs)];
    for (const { first, clusters } of this.#old) this.nextFree = Math.max(this.nextFree, first + clusters);
    this.#firstNew = this.nextFree;
  }

  /** Gives everything its clusters. */
  place(found: FoundDirectory): void {
    const { clusterBytes } = this.volume.geometry;
    for (const directory of this.planned) {
      const own = directory === this.planned[0] ? found.runs : [];
      const has = own.reduce((sum, { clusters }) => sum + clusters, 0);
      const more = this.#allocate(Math.max(0, directorySize(directory, clusterBytes) / clusterBytes - has));
      this.#runs.set(directory, [...own, ...more]);
      this.#firsts.set(directory, [...own, ...more][0]!.first);
    }
    for (const { directory } of this.planned) {
      for (const { file } of directory.files) {
        const [run] = this.#allocate(Math.ceil(file.size / clusterBytes));
        if (!run) continue;
        this.#firsts.set(file, run.first);
        this.offsets.set(file, clusterOffset(this.volume.geometry, run.first));
      }
    }
  }

  writeDirectories(): void {
    const { geometry } = this.volume;
    const { clusterBytes } = geometry;
    for (const [directory, runs] of this.#runs) {
      const size = runs.reduce((sum, { clusters }) => sum + clusters, 0) * clusterBytes;
      const bytes = new Uint8Array(size);
      bytes.set(directoryBytes(directory, { clusterBytes, clusterOf: (target) => this.#firsts.get(target)! }));
      let done = 0;
      for (const { first, clusters } of runs) {
        const part = bytes.subarray(done, done + clusters * clusterBytes);
        this.patches.push({ offset: clusterOffset(geometry, first), bytes: part });
        done += part.length;
      }
    }
  }

  /** The folder's own entry in the root, when it has grown; and its chain, for it may lie in two pieces. */
  writeEntry({ from, to }: NameEntry): void {
    const { directories, geometry } = this.volume;
    const runs = this.#runs.get(this.planned[0]!)!;
    if (runs.length === 1) return;
    const root = directories[0]!;
    const set = root.bytes.slice(from, to);
    const view = viewOf(set);
    const clusters = runs.flatMap(({ first, clusters: count }) => Array.from({ length: count }, (_, i) => first + i));
    set[ENTRY_BYTES + STREAM.flags] = FLAG.allocationPossible;
    for (const at of [STREAM.validDataLength, STREAM.dataLength]) {
      writeUint64(view, ENTRY_BYTES + at, clusters.length * geometry.clusterBytes);
    }
    view.setUint16(FILE.setChecksum, setChecksum(set), true);
    this.#patchRuns(root.runs, from, set);
    clusters.forEach((cluster, index) => {
      const bytes = new Uint8Array(4);
      viewOf(bytes).setUint32(0, clusters[index + 1] ?? END_OF_CHAIN, true);
      this.patches.push({ offset: geometry.fatStart + cluster * 4, bytes });
    });
  }

  /** The bits of the new clusters, and the part in use. */
  async writeClusters(): Promise<void> {
    const { geometry, bitmap } = this.volume;
    const count = this.nextFree - this.#firstNew;
    if (count === 0) return;
    const runs = [...this.#old, { first: this.#firstNew, clusters: count }].sort((a, b) => a.first - b.first);
    const from = Math.floor((this.#firstNew - FIRST_CLUSTER) / 8);
    const to = Math.ceil((this.nextFree - FIRST_CLUSTER) / 8);
    const bytes = await readBytes(bitmapContent(geometry, runs), from, to - from);
    this.#patchRuns(bitmap, from, bytes);
    const used = runs.reduce((sum, { clusters }) => sum + clusters, 0);
    const percent = Uint8Array.of(percentInUse(used, geometry.clusters));
    this.patches.push({ offset: geometry.partitionStart + BOOT.percentInUse, bytes: percent });
  }

  /** Bytes from some byte on of what lies in these runs. */
  #patchRuns(runs: readonly Run[], from: number, bytes: Uint8Array): void {
    const { geometry } = this.volume;
    let start = 0;
    for (const { first, clusters } of runs) {
      const end = start + clusters * geometry.clusterBytes;
      const [low, high] = [Math.max(from, start), Math.min(from + bytes.length, end)];
      const part = bytes.subarray(low - from, high - from);
      if (low < high) this.patches.push({ offset: clusterOffset(geometry, first) + low - start, bytes: part });
      start = end;
    }
  }

  /** The next free clusters, as one run; none for none. */
  #allocate(clusters: number): Run[] {
    if (clusters === 0) return [];
    const run = { first: this.nextFree, clusters };
    this.nextFree += clusters;
    return [run];
  }
}
