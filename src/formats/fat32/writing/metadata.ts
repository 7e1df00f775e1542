import { viewOf } from '../../../bytes/view.js';
import { lastAtOrBefore, RenderedContent } from '../../../content/views.js';
import type { FatGeometry } from '../geometry.js';
import { END_OF_CHAIN, FIRST_CLUSTER, SECTOR_BYTES } from '../limits.js';
import { shortNameBytes } from '../short-names.js';
import {
  ATTRIBUTE,
  ENTRY_BYTES,
  longNameEntries,
  writeLongName,
  writeShortEntry,
} from '../structures/directory-entry.js';
import type { FatFile } from './input.js';
import type { PlannedDirectory, PlannedName } from './planned-tree.js';

/** Clusters that follow each other: a chain. */
export interface Run {
  readonly first: number;
  readonly clusters: number;
}

/** Entry 0 repeats the media byte; entry 1 says that the volume was unmounted cleanly. */
const FIRST_ENTRIES = [0x0fff_fff8, 0x0fff_ffff] as const;

/** One FAT, made when it is read: each cluster of a run leads to the next, the last one ends it. @param runs sorted */
export function fatContent({ fatSectors }: FatGeometry, runs: readonly Run[]): RenderedContent {
  const starts = runs.map(({ first }) => first);
  return new RenderedContent(fatSectors * SECTOR_BYTES, (position, into) => {
    const firstEntry = Math.floor(position / 4);
    const entries = new Uint8Array((Math.ceil((position + into.length) / 4) - firstEntry) * 4);
    const view = viewOf(entries);
    const end = firstEntry + entries.length / 4;
    for (let entry = firstEntry; entry < FIRST_CLUSTER && entry < end; entry++) {
      view.setUint32((entry - firstEntry) * 4, FIRST_ENTRIES[entry as 0 | 1], true);
    }
    for (let i = Math.max(0, lastAtOrBefore(starts, firstEntry)); i < runs.length; i++) {
      const { first, clusters } = runs[i]!;
      if (first >= end) break;
      const last = first + clusters - 1;
      for (let entry = Math.max(first, firstEntry); entry <= Math.min(last, end - 1); entry++) {
        view.setUint32((entry - firstEntry) * 4, entry === last ? END_OF_CHAIN : entry + 1, true);
      }
    }
    const skip = position - firstEntry * 4;
    into.set(entries.subarray(skip, skip + into.length));
  });
}

/** What directory entries refer to. */
export interface DirectoryPlace {
  readonly label: string;
  clusterOf(target: PlannedDirectory | FatFile): number;
}

/**
 * All directories, each in its own clusters, one behind the other. They are made when they are read, a whole one at a
 * time, and the last one is kept: readers come front to back.
 * @param starts byte where each directory begins
 */
export function directoriesContent(
  directories: readonly PlannedDirectory[],
  starts: readonly number[],
  size: number,
  place: DirectoryPlace,
): RenderedContent {
  let cached: { readonly index: number; readonly bytes: Uint8Array } | undefined;
  const bytesOf = (index: number): Uint8Array => {
    if (cached?.index !== index) cached = { index, bytes: directoryBytes(directories[index]!, place) };
    return cached.bytes;
  };
  return new RenderedContent(size, (position, into) => {
    into.fill(0);
    const end = position + into.length;
    for (let i = lastAtOrBefore(starts, position); i < directories.length && starts[i]! < end; i++) {
      const start = starts[i]!;
      const [from, to] = [Math.max(start, position), Math.min(start + directories[i]!.bytes, end)];
      if (from < to) into.set(bytesOf(i).subarray(from - start, to - start), from - position);
    }
  });
}

const DOT = shortNameBytes('.', '');
const DOT_DOT = shortNameBytes('..', '');

function directoryBytes(planned: PlannedDirectory, place: DirectoryPlace): Uint8Array {
  const { directory, parent, names } = planned;
  const bytes = new Uint8Array(planned.bytes);
  const { modified } = directory;
  if (parent === undefined) {
    const name = new TextEncoder().encode(place.label.padEnd(11));
    writeShortEntry(bytes, { name, attributes: ATTRIBUTE.volumeId, modified, firstCluster: 0, size: 0 });
  } else {
    const own = { attributes: ATTRIBUTE.directory, modified, size: 0 };
    writeShortEntry(bytes, { ...own, name: DOT, firstCluster: place.clusterOf(planned) });
    // the root is 0 here, whatever its cluster (fatgen103, "Directory entries . and ..")
    const above = parent.parent === undefined ? 0 : place.clusterOf(parent);
    const time = parent.directory.modified;
    writeShortEntry(bytes.subarray(ENTRY_BYTES), { ...own, modified: time, name: DOT_DOT, firstCluster: above });
  }
  for (const name of names) writeName(bytes.subarray(name.offset), name, place);
  return bytes;
}

function writeName(into: Uint8Array, { name, shortName, long, target }: PlannedName, place: DirectoryPlace): void {
  const parts = long ? longNameEntries(name) : 0;
  if (long) writeLongName(into, name, shortName);
  const folder = 'directory' in target;
  writeShortEntry(into.subarray(parts * ENTRY_BYTES), {
    name: shortName,
    attributes: folder ? ATTRIBUTE.directory : ATTRIBUTE.archive,
    modified: folder ? target.directory.modified : target.modified,
    firstCluster: folder || target.size > 0 ? place.clusterOf(target) : 0,
    size: folder ? 0 : target.size,
  });
}
