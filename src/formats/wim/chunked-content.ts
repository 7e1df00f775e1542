/** A compressed resource as a Content: any range can be read, and only the chunks that it touches are decompressed. */
import { type Content, checkRange, readBytes } from '../../content/content.js';
import type { Place } from '../../errors.js';
import type { ChunkCache } from './chunk-cache.js';
import type { ChunkFormat } from './chunk-format.js';
import { type ChunkPlaces, readChunkTable } from './chunk-table.js';
import { decompressChunk } from './decompress-chunk.js';

/** Compressed bytes that are read at once when many chunks are wanted. */
const RUN_BYTES = 2 ** 20;

export interface StoredResource {
  /** chunk table and chunks, as they lie in the file */
  readonly stored: Content;
  /** bytes of `stored` in front of the chunk table: the header of a solid resource */
  readonly start: number;
  readonly solid: boolean;
  readonly originalSizeBytes: number;
  readonly format: ChunkFormat;
  /** names the resource in the cache */
  readonly key: string;
  /** for messages */
  readonly where: Place;
}

export class ChunkedContent implements Content {
  readonly size: number;
  #places: Promise<ChunkPlaces> | undefined;

  constructor(
    readonly resource: StoredResource,
    readonly cache: ChunkCache,
  ) {
    this.size = resource.originalSizeBytes;
  }

  async read(position: number, into: Uint8Array): Promise<void> {
    checkRange(this, position, into.byteLength);
    if (into.byteLength === 0) return;
    const { chunkSizeBytes } = this.resource.format;
    const places = await this.#table();
    const end = position + into.byteLength;
    for (let at = position; at < end; ) {
      const chunk = Math.floor(at / chunkSizeBytes);
      const start = chunk * chunkSizeBytes;
      const whole = at === start ? this.#wholeChunks(places, chunk, end) : 0;
      if (whole > 0) {
        const stop = Math.min((chunk + whole) * chunkSizeBytes, this.size);
        await this.#readRun(places, chunk, whole, into.subarray(at - position, stop - position));
        at = stop;
        continue;
      }
      const bytes = await this.#cached(places, chunk);
      const stop = Math.min(start + bytes.length, end);
      into.set(bytes.subarray(at - start, stop - start), at - position);
      at = stop;
    }
  }

  #table(): Promise<ChunkPlaces> {
    const { stored, start, originalSizeBytes, format, solid, where } = this.resource;
    const { chunkSizeBytes } = format;
    this.#places ??= readChunkTable({ stored, start, originalSizeBytes, chunkSizeBytes, solid }, where);
    return this.#places;
  }

  /** How many chunks from this one lie wholly before `end` and are read in one run. */
  #wholeChunks(places: ChunkPlaces, chunk: number, end: number): number {
    // large chunks are wanted again: the next file of a solid resource begins in the one where this ends
    if (this.resource.solid) return 0;
    const { chunkSizeBytes } = this.resource.format;
    let count = 0;
    for (let next = chunk; next < places.length - 1; next++) {
      if (Math.min((next + 1) * chunkSizeBytes, this.size) > end) break;
      if (count > 0 && places[next + 1]! - places[chunk]! > RUN_BYTES) break;
      count += 1;
    }
    return count;
  }

  async #readRun(places: ChunkPlaces, first: number, count: number, into: Uint8Array): Promise<void> {
    const { stored, format } = this.resource;
    const from = places[first]!;
    const packed = await readBytes(stored, from, places[first + count]! - from);
    for (let i = 0; i < count; i++) {
      const input = packed.subarray(places[first + i]! - from, places[first + i + 1]! - from);
      this.#decompress(first + i, input, into.subarray(i * format.chunkSizeBytes, (i + 1) * format.chunkSizeBytes));
    }
  }

  #cached(places: ChunkPlaces, chunk: number): Promise<Uint8Array> {
    const { stored, key, format } = this.resource;
    const size = Math.min(format.chunkSizeBytes, this.size - chunk * format.chunkSizeBytes);
    return this.cache.get(`${key}/${chunk}`, size, async () => {
      const input = await readBytes(stored, places[chunk]!, places[chunk + 1]! - places[chunk]!);
      const output = new Uint8Array(size);
      this.#decompress(chunk, input, output);
      return output;
    });
  }

  #decompress(chunk: number, input: Uint8Array, output: Uint8Array): void {
    const { format, where } = this.resource;
    decompressChunk(format, input, output, { ...where, field: `chunk ${chunk}` });
  }
}
