import { corrupt } from '../../../bytes/corrupt.js';
import { viewOf } from '../../../bytes/view.js';
import { type Content, readBytes } from '../../../content/content.js';
import { concatContent, rangeContent } from '../../../content/views.js';
import { clusterOffset, type ExfatGeometry } from '../geometry.js';
import { END_OF_CHAIN, FIRST_CLUSTER, FIRST_FAT_ENTRIES } from '../limits.js';
import type { Run } from '../run.js';
import type { DiskRange } from './found.js';

/** bytes of the FAT read at once where a chain goes on from page to page, and where it jumps */
const PAGE = { next: 64 * 1024, far: 4 * 1024 } as const;
/** A chain of more pieces than this is no file of a stick: memory has an end. */
const MAX_RUNS = 1_000_000;

/** The clusters of a volume: chains in its FAT, runs, and who owns which. Every cluster is given out once. */
export class Clusters {
  readonly #taken: Uint8Array;
  #page: { readonly start: number; readonly view: DataView } | undefined;
  #runsLeft = MAX_RUNS;

  /** @param file host path of the image, for messages */
  constructor(
    readonly image: Content,
    readonly geometry: ExfatGeometry,
    readonly file: string,
  ) {
    this.#taken = new Uint8Array(Math.ceil(geometry.clusters / 8));
  }

  /** Checks the two entries of the FAT that no cluster has. @throws InplaceError SOURCE_CORRUPT */
  async checkFirstEntries(): Promise<void> {
    for (const [index, expected] of FIRST_FAT_ENTRIES.entries()) {
      const found = await this.#entry(index);
      if (found !== expected) throw this.corrupt(`FatEntry[${index}] is ${found.toString(16).toUpperCase()}`, '');
    }
  }

  /**
   * The chain that begins with a cluster.
   * @param count clusters that it must have; left out, it may have any number
   * @throws InplaceError SOURCE_CORRUPT for a chain that leaves the volume, meets another, or runs in a circle
   */
  async chain(first: number, path: string, count?: number): Promise<Run[]> {
    const runs: { first: number; clusters: number }[] = [];
    let length = 0;
    for (let cluster = first; cluster !== END_OF_CHAIN; cluster = await this.#entry(cluster)) {
      this.#take(cluster, path);
      length += 1;
      if (length > (count ?? length)) break;
      const last = runs.at(-1);
      if (last && last.first + last.clusters === cluster) last.clusters += 1;
      else runs.push({ first: cluster, clusters: 1 });
      if (runs.length > this.#runsLeft) throw this.corrupt('The volume is scattered over too many pieces', path);
    }
    this.#runsLeft -= runs.length;
    if (count === undefined || length === count) return runs;
    const found = length > count ? `more than ${count}` : String(length);
    throw this.corrupt(`The chain has ${found} clusters, its DataLength takes ${count}`, path);
  }

  /** Clusters one behind the other, which the FAT says nothing of. @throws InplaceError SOURCE_CORRUPT */
  run(first: number, count: number, path: string): Run[] {
    // what lies outside is found before millions of clusters are counted
    if (first < FIRST_CLUSTER || first + count > this.geometry.clusters + FIRST_CLUSTER) {
      throw this.corrupt(`Its ${count} clusters from ${first} on are not all of the volume`, path);
    }
    for (let cluster = first; cluster < first + count; cluster++) this.#take(cluster, path);
    return [{ first, clusters: count }];
  }

  #take(cluster: number, path: string): void {
    const index = cluster - FIRST_CLUSTER;
    if (index < 0 || index >= this.geometry.clusters) {
      throw this.corrupt(`The clusters lead to ${cluster}, which is none of the volume`, path);
    }
    const bit = 1 << (index & 7);
    if ((this.#taken[index >> 3]! & bit) !== 0) {
      throw this.corrupt(`Cluster ${cluster} belongs to it and to something else`, path);
    }
    this.#taken[index >> 3]! |= bit;
  }

  async #entry(cluster: number): Promise<number> {
    const at = cluster * 4;
    if (!this.#page || at < this.#page.start || at + 4 > this.#page.start + this.#page.view.byteLength) {
      await this.#load(at);
    }
    return this.#page!.view.getUint32(at - this.#page!.start, true);
  }

  async #load(at: number): Promise<void> {
    const { fatStart, fatSectors } = this.geometry;
    const isNext = this.#page && at === this.#page.start + this.#page.view.byteLength;
    const start = Math.floor(at / PAGE.far) * PAGE.far;
    const length = Math.min(
      isNext ? PAGE.next : PAGE.far,
      fatSectors * 512 - start,
      this.image.size - fatStart - start,
    );
    if (length < at - start + 4) throw this.corrupt('The image ends within the FAT', '');
    this.#page = { start, view: viewOf(await readBytes(this.image, fatStart + start, length)) };
  }

  /** The first cluster that something owns and that the bitmap calls free. */
  missingIn(bitmap: Uint8Array): number | undefined {
    const at = this.#taken.findIndex((bits, index) => (bits & ~bitmap[index]!) !== 0);
    if (at === -1) return undefined;
    const bits = this.#taken[at]! & ~bitmap[at]!;
    return FIRST_CLUSTER + at * 8 + (31 - Math.clz32(bits & -bits));
  }

  /** The bytes of some runs on the disk, cut to a length. */
  ranges(runs: readonly Run[], length = Number.POSITIVE_INFINITY): DiskRange[] {
    const ranges: DiskRange[] = [];
    let left = length;
    for (const { first, clusters } of runs) {
      const size = Math.min(left, clusters * this.geometry.clusterBytes);
      if (size > 0) ranges.push({ offset: clusterOffset(this.geometry, first), size });
      left -= size;
    }
    return ranges;
  }

  /** @throws InplaceError SOURCE_CORRUPT when the image ends before them */
  content(ranges: readonly DiskRange[], path: string): Content {
    if (ranges.some(({ offset, size }) => offset + size > this.image.size)) {
      throw this.corrupt('The image ends before it', path);
    }
    return concatContent(ranges.map(({ offset, size }) => rangeContent(this.image, offset, size)));
  }

  corrupt(message: string, path: string): Error {
    return corrupt(message, { file: this.file, ...(path === '' ? {} : { path }), field: 'exFAT' });
  }
}
