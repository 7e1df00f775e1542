import { viewOf } from '../../../bytes/view.js';
import type { Content } from '../../../content/content.js';
import { BytesContent, concatContent, lastAtOrBefore, RenderedContent, ZeroContent } from '../../../content/views.js';
import { bitmapBytes, type ExfatGeometry } from '../geometry.js';
import { END_OF_CHAIN, FIRST_CLUSTER, FIRST_FAT_ENTRIES, SECTOR_BYTES } from '../limits.js';
import type { Run } from '../run.js';
import {
  ENTRY_BYTES,
  writeBitmapEntry,
  writeEntrySet,
  writeLabel,
  writeUpCaseEntry,
} from '../structures/directory-entry.js';
import { ourUpCaseTable } from '../up-case/up-case-table.js';
import type { ExfatFile } from './input.js';
import { directorySize, type PlannedDirectory } from './planned-tree.js';

/** The FAT: chains of the runs that have no entry to say that they are runs (bitmap, up-case table, root), in their order. */
export function fatContent({ fatSectors }: ExfatGeometry, chains: readonly Run[]): Content {
  const last = chains.at(-1)!;
  const bytes = new Uint8Array(Math.ceil(((last.first + last.clusters) * 4) / SECTOR_BYTES) * SECTOR_BYTES);
  const view = viewOf(bytes);
  FIRST_FAT_ENTRIES.forEach((entry, index) => {
    view.setUint32(index * 4, entry, true);
  });
  for (const { first, clusters } of chains) {
    const end = first + clusters;
    for (let entry = first; entry < end; entry++)
      view.setUint32(entry * 4, entry + 1 === end ? END_OF_CHAIN : entry + 1, true);
  }
  return concatContent([new BytesContent(bytes), new ZeroContent(fatSectors * SECTOR_BYTES - bytes.length)]);
}

/** The allocation bitmap (7.1.5), made when it is read: bit 0 of byte 0 is cluster 2. @param runs sorted */
export function bitmapContent(geometry: Pick<ExfatGeometry, 'clusters'>, runs: readonly Run[]): Content {
  const starts = runs.map(({ first }) => first - FIRST_CLUSTER);
  return new RenderedContent(bitmapBytes(geometry), (position, into) => {
    into.fill(0);
    const [from, to] = [position * 8, (position + into.length) * 8];
    for (let i = Math.max(0, lastAtOrBefore(starts, from)); i < runs.length && starts[i]! < to; i++) {
      const end = Math.min(to, starts[i]! + runs[i]!.clusters);
      setBits(into, Math.max(from, starts[i]!) - from, end - from);
    }
  });
}

function setBits(bytes: Uint8Array, from: number, to: number): void {
  for (let bit = from; bit < to; ) {
    if (bit % 8 === 0 && to - bit >= 8) {
      const whole = Math.floor((to - bit) / 8);
      bytes.fill(0xff, bit / 8, bit / 8 + whole);
      bit += whole * 8;
    } else {
      bytes[bit >> 3]! |= 1 << (bit & 7);
      bit += 1;
    }
  }
}

/** A structure in whole clusters. */
export function padded(content: Content, clusterBytes: number): Content {
  return concatContent([content, new ZeroContent((clusterBytes - (content.size % clusterBytes)) % clusterBytes)]);
}

/** What directory entries refer to. */
export interface DirectoryPlace {
  readonly label: string;
  readonly clusterBytes: number;
  readonly bitmap: { readonly firstCluster: number; readonly bytes: number };
  readonly upCaseCluster: number;
  clusterOf(target: PlannedDirectory | ExfatFile): number;
}

/**
 * All directories, each in its own clusters, one behind the other. They are made when they are read, a whole one at a
 * time, and the last one is kept: readers come front to back.
 */
export function directoriesContent(directories: readonly PlannedDirectory[], place: DirectoryPlace): Content {
  const starts: number[] = [];
  let size = 0;
  for (const directory of directories) {
    starts.push(size);
    size += directorySize(directory, place.clusterBytes);
  }
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

function directoryBytes(planned: PlannedDirectory, place: DirectoryPlace): Uint8Array {
  const bytes = new Uint8Array(planned.bytes);
  if (planned.path === '') writeRootEntries(bytes, place);
  for (const { name, upper, offset, target } of planned.names) {
    const folder = 'directory' in target;
    const size = folder ? directorySize(target, place.clusterBytes) : target.size;
    writeEntrySet(bytes.subarray(offset), {
      name,
      upper,
      folder,
      modified: folder ? target.directory.modified : target.modified,
      firstCluster: size > 0 ? place.clusterOf(target) : 0,
      size,
    });
  }
  return bytes;
}

function writeRootEntries(root: Uint8Array, { label, bitmap, upCaseCluster }: DirectoryPlace): void {
  const { bytes, checksum } = ourUpCaseTable();
  writeLabel(root, label);
  writeBitmapEntry(root.subarray(ENTRY_BYTES), bitmap.firstCluster, bitmap.bytes);
  writeUpCaseEntry(root.subarray(2 * ENTRY_BYTES), upCaseCluster, bytes.length, checksum);
}
