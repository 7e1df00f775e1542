import { corrupt } from '../../../bytes/corrupt.js';
import { viewOf } from '../../../bytes/view.js';
import { type Content, readBytes } from '../../../content/content.js';
import type { FatGeometry } from '../geometry.js';
import { CLUSTER_MASK, FIRST_CLUSTER, FIRST_END_MARK, SECTOR_BYTES } from '../limits.js';

/** Clusters that follow each other: a piece of a chain. */
export interface Run {
  readonly first: number;
  readonly clusters: number;
}

/** bytes of the FAT read at once where a chain goes on from page to page, and where it jumps */
const PAGE = { next: 64 * 1024, far: 4 * 1024 } as const;
/** A chain of more pieces than this is no file of a stick: memory has an end. */
const MAX_RUNS = 1_000_000;

/** The first FAT, read page by page. Every cluster is given out once: chains that meet are an error. */
export class FatTable {
  readonly #start: number;
  readonly #taken: Uint8Array;
  #runsLeft = MAX_RUNS;
  #page: { readonly start: number; readonly view: DataView } | undefined;

  /** @param file host path of the image, for messages */
  constructor(
    readonly image: Content,
    readonly geometry: FatGeometry,
    readonly file: string,
  ) {
    this.#start = geometry.partitionStart + geometry.reservedSectors * SECTOR_BYTES;
    this.#taken = new Uint8Array(Math.ceil((geometry.clusters + FIRST_CLUSTER) / 8));
  }

  /**
   * The chain that begins with a cluster, as runs.
   * @param path whose chain it is, for messages
   * @throws InplaceError SOURCE_CORRUPT for a chain that leaves the volume, meets another or runs in a circle
   */
  async chain(first: number, path: string): Promise<Run[]> {
    const runs: { first: number; clusters: number }[] = [];
    let cluster = first;
    do {
      this.#take(cluster, path);
      const last = runs.at(-1);
      if (last && last.first + last.clusters === cluster) last.clusters += 1;
      else runs.push({ first: cluster, clusters: 1 });
      if (runs.length > this.#runsLeft) throw this.#corrupt('The volume is scattered over too many pieces', path);
      const at = cluster * 4;
      if (!this.#page || at < this.#page.start || at >= this.#page.start + this.#page.view.byteLength) {
        await this.#load(at);
      }
      cluster = this.#page!.view.getUint32(at - this.#page!.start, true) & CLUSTER_MASK;
    } while (cluster < FIRST_END_MARK);
    this.#runsLeft -= runs.length;
    return runs;
  }

  #take(cluster: number, path: string): void {
    if (cluster < FIRST_CLUSTER || cluster >= this.geometry.clusters + FIRST_CLUSTER) {
      throw this.#corrupt(`The clusters lead to ${cluster}, which is none of the volume`, path);
    }
    const bit = 1 << (cluster & 7);
    if ((this.#taken[cluster >> 3]! & bit) !== 0) {
      throw this.#corrupt(`Cluster ${cluster} belongs to it and to something else`, path);
    }
    this.#taken[cluster >> 3]! |= bit;
  }

  async #load(at: number): Promise<void> {
    const isNext = this.#page && at === this.#page.start + this.#page.view.byteLength;
    const start = Math.floor(at / PAGE.far) * PAGE.far;
    const size = this.geometry.fatSectors * SECTOR_BYTES;
    const offset = this.#start + start;
    const length = Math.min(isNext ? PAGE.next : PAGE.far, size - start, this.image.size - offset);
    if (length <= at - start) throw this.#corrupt('The image ends within the FAT', '');
    this.#page = { start, view: viewOf(await readBytes(this.image, offset, length - (length % 4))) };
  }

  #corrupt(message: string, path: string): Error {
    return corrupt(message, {
      file: this.file,
      ...(path === '' ? {} : { path }),
      field: 'FAT32 file allocation table',
    });
  }
}
