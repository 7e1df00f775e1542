/**
 * What a volume was before it was used. Whoever writes to a stick changes more than its own files: dirty bits, the hints
 * of FSInfo, dates of access, entries of new names, their clusters in the FAT. All of it can be reckoned back, and what
 * then differs from the media as they were built is damage.
 */
import { viewOf } from '../../bytes/view.js';
import type { Content } from '../../content/content.js';
import { readBytes } from '../../content/content.js';
import type { Patch } from '../../content/patched.js';
import { clusterOffset, type FatGeometry } from './geometry.js';
import { END_OF_CHAIN, SECTOR_BYTES } from './limits.js';
import type { Run } from './reading/fat-table.js';
import type { FoundDirectory, FoundVolume } from './reading/walk.js';
import { BPB, FS_INFO_SECTOR } from './structures/boot-sector.js';
import { ATTRIBUTE, ENTRY, ENTRY_BYTES } from './structures/directory-entry.js';
import { FS_INFO_HINTS } from './structures/fs-info.js';

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
export async function asBuilt(
  image: Content,
  geometry: FatGeometry,
  volume: FoundVolume,
  rules: UseRules,
): Promise<AsBuilt> {
  const undoing = new Undoing(image, geometry, rules);
  undoing.keepFiles(volume);
  for (const directory of volume.directories) undoing.directory(directory);
  await undoing.front();
  const { patches, nextFree } = undoing;
  return { patches: patches.sort((a, b) => a.offset - b.offset), usedEnd: clusterOffset(geometry, nextFree) };
}

class Undoing {
  readonly patches: Patch[] = [];
  /** clusters that were in use, and the one behind the last of them */
  #kept = 0;
  nextFree = 2;

  constructor(
    readonly image: Content,
    readonly geometry: FatGeometry,
    readonly rules: UseRules,
  ) {}

  keepFiles({ files }: FoundVolume): void {
    for (const { path, runs } of files) {
      if (this.#isAdded(path)) this.#free(runs);
      else this.#keep(runs);
    }
  }

  directory({ path, runs, bytes, entries, end: usedEnd }: FoundDirectory): void {
    if (this.#isAdded(path)) {
      this.#free(runs);
      return;
    }
    // entries come and go before `usedEnd`; behind it is what the build left there
    const before = bytes.slice().fill(0, 0, usedEnd);
    let end = ENTRY_BYTES;
    for (const { longName, attributes, from, to } of entries) {
      const child = path === '' ? longName : `${path}/${longName}`;
      const isName = (attributes & ATTRIBUTE.volumeId) === 0 && longName !== '.' && longName !== '..';
      if (isName && this.rules.isAdded(child)) continue;
      before.set(bytes.subarray(from, to), from);
      restoreTimes(before.subarray(to - ENTRY_BYTES, to), isName && this.rules.isWritten(child));
      end = to;
    }
    const { kept, freed } = splitRuns(runs, Math.ceil(end / this.geometry.clusterBytes));
    this.#keep(kept);
    if (freed.length > 0) {
      this.#free(freed);
      const last = kept.at(-1)!;
      this.#patchFats(last.first + last.clusters - 1, numbers(END_OF_CHAIN));
    }
    this.#patchRuns(kept, before, bytes);
  }

  /** Dirty bits and hints. */
  async front(): Promise<void> {
    const { partitionStart, clusters, reservedSectors, fatSectors } = this.geometry;
    await this.#patchByte(partitionStart + BPB.dirtyFlags, 0, DIRTY_BITS);
    for (const fat of [0, 1]) {
      const offset = partitionStart + (reservedSectors + fat * fatSectors) * SECTOR_BYTES;
      await this.#patchByte(offset + FAT_FLAGS, END_OF_CHAIN >>> 24, FAT_FLAG_BITS);
    }
    const hints = numbers(clusters - this.#kept, this.nextFree);
    this.patches.push({ offset: partitionStart + FS_INFO_SECTOR * SECTOR_BYTES + FS_INFO_HINTS.from, bytes: hints });
  }

  #isAdded(path: string): boolean {
    for (let end = path.length; end > 0; end = path.lastIndexOf('/', end - 1)) {
      if (this.rules.isAdded(path.slice(0, end))) return true;
    }
    return false;
  }

  #keep(runs: readonly Run[]): void {
    for (const { first, clusters } of runs) {
      this.#kept += clusters;
      this.nextFree = Math.max(this.nextFree, first + clusters);
    }
  }

  #free(runs: readonly Run[]): void {
    for (const { first, clusters } of runs) this.#patchFats(first, new Uint8Array(clusters * 4));
  }

  #patchFats(entry: number, bytes: Uint8Array): void {
    const { partitionStart, reservedSectors, fatSectors } = this.geometry;
    for (const fat of [0, 1]) {
      const offset = partitionStart + (reservedSectors + fat * fatSectors) * SECTOR_BYTES + entry * 4;
      this.patches.push({ offset, bytes });
    }
  }

  #patchRuns(runs: readonly Run[], before: Uint8Array, now: Uint8Array): void {
    let from = 0;
    for (const { first, clusters } of runs) {
      const to = from + clusters * this.geometry.clusterBytes;
      const bytes = before.subarray(from, to);
      if (Buffer.compare(bytes, now.subarray(from, to)) !== 0) {
        this.patches.push({ offset: clusterOffset(this.geometry, first), bytes });
      }
      from = to;
    }
  }

  /** What the byte holds besides the bits that use changes is damage, and stays. */
  async #patchByte(offset: number, value: number, bits: number): Promise<void> {
    const [found] = await readBytes(this.image, offset, 1);
    if (found !== value && (found! & ~bits) === (value & ~bits)) {
      this.patches.push({ offset, bytes: Uint8Array.of(value) });
    }
  }
}

/** Windows: bit 0, the volume is in use; bit 1, it should be checked. */
const DIRTY_BITS = 3;
/** The byte of entry 1 of a FAT that holds the same two, here as "clean" and "no error" (fatgen103, "FAT[1]"). */
const FAT_FLAGS = 7;
const FAT_FLAG_BITS = 0x0c;

/** The build gave every entry one time: created, written and accessed are the same. */
function restoreTimes(entry: Uint8Array, written: boolean): void {
  const copy = (from: number, to: number, length: number) => entry.copyWithin(to, from, from + length);
  if (written) {
    copy(ENTRY.createdTime, ENTRY.writtenTime, 2);
    copy(ENTRY.createdDate, ENTRY.writtenDate, 2);
  }
  copy(ENTRY.writtenDate, ENTRY.accessedDate, 2);
}

/** The first clusters of a chain, and the rest. */
function splitRuns(runs: readonly Run[], clusters: number): { kept: Run[]; freed: Run[] } {
  const kept: Run[] = [];
  const freed: Run[] = [];
  let left = clusters;
  for (const { first, clusters: count } of runs) {
    const part = Math.min(left, count);
    if (part > 0) kept.push({ first, clusters: part });
    if (part < count) freed.push({ first: first + part, clusters: count - part });
    left -= part;
  }
  return { kept, freed };
}

function numbers(...values: number[]): Uint8Array {
  const bytes = new Uint8Array(values.length * 4);
  values.forEach((value, index) => {
    viewOf(bytes).setUint32(index * 4, value, true);
  });
  return bytes;
}
