/**
 * What a volume was before it was used. Whoever writes to a stick changes more than its own files: the dirty bit, the part in
 * use, the bitmap, entries of new names, times of access. All of it can be reckoned back, and what then differs from the media
 * as they were built is damage.
 *
 * Of clusters that nothing owns neither the bit in the bitmap nor the entry in the FAT tells anything: a stick that is pulled
 * out leaves clusters behind that belong to no file, and the FAT keeps chains of files that are gone (4.1.4).
 */
import { viewOf, writeUint64 } from '../../bytes/view.js';
import { type Content, readBytes } from '../../content/content.js';
import type { Patch } from '../../content/patched.js';
import { clusterOffset, type ExfatGeometry } from './geometry.js';
import { END_OF_CHAIN, FIRST_CLUSTER } from './limits.js';
import type { FoundEntry, NameEntry } from './reading/directory.js';
import type { FoundDirectory, FoundVolume } from './reading/found.js';
import type { Run } from './run.js';
import { BOOT } from './structures/boot-region.js';
import { setChecksum } from './structures/checksums.js';
import { ENTRY_BYTES, FILE, FLAG, STREAM } from './structures/directory-entry.js';
import { percentInUse } from './write.js';
import { bitmapContent } from './writing/metadata.js';

/** What is known of the use of media; paths have `/` between names. */
export interface UseRules {
  /** Whether a name was not there when the media was built; then nothing below it was. */
  isAdded(path: string): boolean;
  /** Whether a name was there, and use writes to it: its time of change tells nothing. */
  isWritten(path: string): boolean;
}

export interface AsBuilt {
  /** sorted, and none overlaps another; only what differs */
  readonly patches: readonly Patch[];
  /** byte of the disk behind the last cluster that was in use */
  readonly usedEnd: number;
}

/** Reckons back what use has changed. @throws InplaceError SOURCE_UNREADABLE */
export async function asBuilt(image: Content, volume: FoundVolume, rules: UseRules): Promise<AsBuilt> {
  const undoing = new Undoing(image, volume, rules);
  undoing.keepFiles();
  undoing.directories();
  const kept = undoing.keptRuns();
  await undoing.bitmap(kept);
  await undoing.fat();
  await undoing.bootSector(kept);
  const last = kept.at(-1);
  const end = last === undefined ? FIRST_CLUSTER : last.first + last.clusters;
  const patches = undoing.patches.sort((a, b) => a.offset - b.offset);
  return { patches, usedEnd: clusterOffset(volume.geometry, end) };
}

/** A folder as it was. */
interface BuiltDirectory {
  readonly found: FoundDirectory;
  /** its clusters */
  readonly kept: readonly Run[];
  /** entries that were there */
  readonly entries: readonly FoundEntry[];
}

/** bytes looked at at a time */
const PAGE = 64 * 1024;
/** 3.1.13.2 */
const VOLUME_DIRTY = 2;

class Undoing {
  readonly patches: Patch[] = [];
  readonly #geometry: ExfatGeometry;
  /** by path; those that were added are missing */
  readonly #built = new Map<string, BuiltDirectory>();
  readonly #kept: Run[];
  /** clusters of files that were there: the FAT says nothing of them, and use does not change that */
  readonly #ofFiles: Run[] = [];

  constructor(
    readonly image: Content,
    readonly volume: FoundVolume,
    readonly rules: UseRules,
  ) {
    this.#geometry = volume.geometry;
    this.#kept = [...volume.bitmap, ...volume.upCaseTable];
  }

  keepFiles(): void {
    for (const { path, runs } of this.volume.files) {
      if (this.#isAdded(path)) continue;
      this.#kept.push(...runs);
      this.#ofFiles.push(...runs);
    }
  }

  /** First what each folder had, then its bytes: the entry of a folder tells the size of another. */
  directories(): void {
    for (const found of this.volume.directories) {
      if (this.#isAdded(found.path)) continue;
      const entries = found.entries.filter((entry) => entry.kind !== 'name' || !this.#isAdded(childPath(found, entry)));
      const clusters = Math.max(1, Math.ceil((entries.at(-1)?.to ?? 0) / this.#geometry.clusterBytes));
      const kept = firstClusters(found.runs, clusters);
      this.#built.set(found.path, { found, kept, entries });
      this.#kept.push(...kept);
    }
    for (const directory of this.#built.values()) this.#restore(directory);
  }

  /** All clusters that were in use, sorted. */
  keptRuns(): Run[] {
    return this.#kept.sort((a, b) => a.first - b.first);
  }

  /** Every cluster that was in use, and no other. */
  async bitmap(kept: readonly Run[]): Promise<void> {
    const before = await readBytes(bitmapContent(this.#geometry, kept));
    await this.#patchRuns(this.volume.bitmap, before);
  }

  /** Nothing of clusters that have no chain; the chain of the root as long as it was. */
  async fat(): Promise<void> {
    const { bitmap, upCaseTable } = this.volume;
    const root = this.#built.get('')!.kept;
    const known = [...bitmap, ...upCaseTable, ...root, ...this.#ofFiles].sort((a, b) => a.first - b.first);
    for (const { first, clusters } of gapsBetween(known, this.#geometry.clusters)) {
      for (let done = 0; done < clusters * 4; done += PAGE) {
        const length = Math.min(PAGE, clusters * 4 - done);
        await this.#patch(this.#geometry.fatStart + first * 4 + done, new Uint8Array(length));
      }
    }
    const last = root.at(-1)!;
    const end = new Uint8Array(4);
    viewOf(end).setUint32(0, END_OF_CHAIN, true);
    await this.#patch(this.#geometry.fatStart + (last.first + last.clusters - 1) * 4, end);
  }

  /** The dirty bit and the part in use. Nobody keeps the copy behind it up to date (3.1.13, 3.1.16). */
  async bootSector(kept: readonly Run[]): Promise<void> {
    const { partitionStart, clusters } = this.#geometry;
    const used = kept.reduce((sum, run) => sum + run.clusters, 0);
    const [flags] = await readBytes(this.image, partitionStart + BOOT.volumeFlags, 1);
    await this.#patch(partitionStart + BOOT.volumeFlags, Uint8Array.of(flags! & ~VOLUME_DIRTY));
    await this.#patch(partitionStart + BOOT.percentInUse, Uint8Array.of(percentInUse(used, clusters)));
  }

  #isAdded(path: string): boolean {
    for (let end = path.length; end > 0; end = path.lastIndexOf('/', end - 1)) {
      if (this.rules.isAdded(path.slice(0, end))) return true;
    }
    return false;
  }

  /** Entries come and go before the end of those that were ever used; behind it is what the build left there. */
  #restore({ found, kept, entries }: BuiltDirectory): void {
    const before = found.bytes.slice().fill(0, 0, found.end);
    for (const entry of entries) {
      const set = before.subarray(entry.from, entry.to);
      set.set(found.bytes.subarray(entry.from, entry.to));
      if (entry.kind === 'name') this.#restoreSet(set, childPath(found, entry));
    }
    let from = 0;
    for (const { first, clusters } of kept) {
      const to = from + clusters * this.#geometry.clusterBytes;
      const bytes = before.subarray(from, to);
      if (Buffer.compare(bytes, found.bytes.subarray(from, to)) !== 0) {
        this.patches.push({ offset: clusterOffset(this.#geometry, first), bytes });
      }
      from = to;
    }
  }

  /** Times, and the size of a folder that has grown, perhaps in pieces. The sum was right, and is made right again. */
  #restoreSet(set: Uint8Array, path: string): void {
    restoreTimes(set, this.rules.isWritten(path));
    const folder = this.#built.get(path);
    if (folder) {
      const view = viewOf(set);
      const clusters = folder.kept.reduce((sum, run) => sum + run.clusters, 0);
      set[ENTRY_BYTES + STREAM.flags] = FLAG.allocationPossible | FLAG.noFatChain;
      for (const at of [STREAM.validDataLength, STREAM.dataLength]) {
        writeUint64(view, ENTRY_BYTES + at, clusters * this.#geometry.clusterBytes);
      }
    }
    viewOf(set).setUint16(FILE.setChecksum, setChecksum(set), true);
  }

  async #patchRuns(runs: readonly Run[], before: Uint8Array): Promise<void> {
    let from = 0;
    for (const { first, clusters } of runs) {
      const bytes = before.subarray(from, from + clusters * this.#geometry.clusterBytes);
      await this.#patch(clusterOffset(this.#geometry, first), bytes);
      from += bytes.length;
    }
  }

  /** Notes what was there, if something else is. */
  async #patch(offset: number, before: Uint8Array): Promise<void> {
    const found = await readBytes(this.image, offset, before.length);
    if (Buffer.compare(found, before) !== 0) this.patches.push({ offset, bytes: before });
  }
}

function childPath({ path }: FoundDirectory, { name }: NameEntry): string {
  return path === '' ? name : `${path}/${name}`;
}

/** The build gave every entry one time: created, modified and accessed are the same. */
function restoreTimes(set: Uint8Array, written: boolean): void {
  if (written) {
    set.copyWithin(FILE.modified, FILE.created, FILE.created + 4);
    set[FILE.modifiedTens] = set[FILE.createdTens]!;
    set[FILE.modifiedUtcOffset] = set[FILE.createdUtcOffset]!;
  }
  set.copyWithin(FILE.accessed, FILE.modified, FILE.modified + 4);
  set[FILE.accessedUtcOffset] = set[FILE.modifiedUtcOffset]!;
}

/** The first clusters of what a directory occupies. */
function firstClusters(runs: readonly Run[], clusters: number): Run[] {
  const kept: Run[] = [];
  let left = clusters;
  for (const { first, clusters: count } of runs) {
    if (left <= 0) break;
    kept.push({ first, clusters: Math.min(left, count) });
    left -= count;
  }
  return kept;
}

/** The clusters that belong to none of the runs. @param runs sorted */
function gapsBetween(runs: readonly Run[], clusters: number): Run[] {
  const gaps: Run[] = [];
  let next = FIRST_CLUSTER;
  for (const run of [...runs, { first: clusters + FIRST_CLUSTER, clusters: 0 }]) {
    if (run.first > next) gaps.push({ first: next, clusters: run.first - next });
    next = run.first + run.clusters;
  }
  return gaps;
}
