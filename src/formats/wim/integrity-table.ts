/**
 * Integrity table, format document "Integrity Table": SHA-1 of every chunk from behind the header to the end of the blob table.
 *
 * | offset | bytes | field |
 * | 0 | 4 | size of the table |
 * | 4 | 4 | number of chunks |
 * | 8 | 4 | bytes of a chunk, 10 MiB as a rule |
 * | 12 | 20 each | SHA-1 |
 */
import { createHash } from 'node:crypto';
import { corrupt } from '../../bytes/corrupt.js';
import { viewOf } from '../../bytes/view.js';
import { type Content, checkRange, readBytes } from '../../content/content.js';
import type { Place } from '../../errors.js';
import { WIM_HEADER_BYTES, type WimHeader } from './header.js';

const HEAD_BYTES = 12;
const SHA1_BYTES = 20;
/** Bytes read at once while hashing. */
const PIECE_BYTES = 2 ** 20;
/** Chunks: 4 TiB of the usual 10 MiB. */
const MAX_CHUNKS = 400_000;

export interface IntegrityTable {
  readonly chunkSizeBytes: number;
  readonly chunks: readonly Uint8Array[];
  /** offset behind the last byte that it covers */
  readonly end: number;
}

/** @returns undefined when there is none @throws InplaceError SOURCE_CORRUPT */
export async function readIntegrityTable(
  content: Content,
  header: WimHeader,
  file: string,
): Promise<IntegrityTable | undefined> {
  const { offset, sizeBytes } = header.integrityTable;
  if (offset === 0 || sizeBytes === 0) return undefined;
  const where: Place = { file, offset, field: 'IntegrityTable' };
  if (sizeBytes < HEAD_BYTES || sizeBytes > HEAD_BYTES + MAX_CHUNKS * SHA1_BYTES) {
    throw corrupt(`An integrity table of ${sizeBytes} bytes`, where);
  }
  const bytes = await readBytes(content, offset, sizeBytes);
  const view = viewOf(bytes);
  const [size, count, chunkSizeBytes] = [0, 4, 8].map((at) => view.getUint32(at, true)) as [number, number, number];
  const end = header.blobTable.offset + header.blobTable.sizeBytes;
  const expected = chunkSizeBytes === 0 ? -1 : Math.ceil((end - WIM_HEADER_BYTES) / chunkSizeBytes);
  if (count !== expected || size !== HEAD_BYTES + count * SHA1_BYTES || size > sizeBytes) {
    throw corrupt(`An integrity table of ${size} bytes with ${count} chunks, expected ${expected} chunks`, where);
  }
  const at = (i: number): number => HEAD_BYTES + i * SHA1_BYTES;
  const chunks = Array.from({ length: count }, (_, i) => bytes.subarray(at(i), at(i + 1)));
  return { chunkSizeBytes, chunks, end };
}

/** SHA-1 of chunk number `index` of a table that ends at `end`. */
export async function hashIntegrityChunk(
  content: Content,
  { chunkSizeBytes, end }: Pick<IntegrityTable, 'chunkSizeBytes' | 'end'>,
  index: number,
): Promise<Uint8Array> {
  const start = WIM_HEADER_BYTES + index * chunkSizeBytes;
  return await sha1OfRange(content, start, Math.min(start + chunkSizeBytes, end));
}

async function sha1OfRange(content: Content, start: number, end: number): Promise<Uint8Array> {
  const hash = createHash('sha1');
  const buffer = new Uint8Array(Math.min(PIECE_BYTES, end - start));
  for (let at = start; at < end; at += buffer.length) {
    const piece = buffer.subarray(0, Math.min(buffer.length, end - at));
    await content.read(at, piece);
    hash.update(piece);
  }
  return hash.digest();
}

export interface LateIntegrityInput {
  /** header to blob table as they will be; only what the old table does not cover is read */
  readonly covered: Content;
  /** the table of the WIM it was made from; its bytes are the same up to `unchanged` */
  readonly old: IntegrityTable;
  /** offset behind the last byte that is as it was */
  readonly unchanged: number;
}

/**
 * The integrity table of a WIM that bytes were appended to. Its size is known at once; its bytes when it is read first: what
 * the old table says of whole chunks that did not change is taken over, so that damage in them still shows, and the
 * rest is hashed.
 */
export class LateIntegrityTable implements Content {
  readonly size: number;
  readonly #count: number;
  #bytes: Promise<Uint8Array> | undefined;

  constructor(readonly input: LateIntegrityInput) {
    const { covered, old } = input;
    this.#count = Math.ceil((covered.size - WIM_HEADER_BYTES) / old.chunkSizeBytes);
    this.size = HEAD_BYTES + this.#count * SHA1_BYTES;
  }

  async read(position: number, into: Uint8Array): Promise<void> {
    checkRange(this, position, into.byteLength);
    this.#bytes ??= this.#render();
    into.set((await this.#bytes).subarray(position, position + into.byteLength));
  }

  async #render(): Promise<Uint8Array> {
    const { covered, old, unchanged } = this.input;
    const bytes = new Uint8Array(this.size);
    const view = viewOf(bytes);
    [this.size, this.#count, old.chunkSizeBytes].forEach((value, i) => {
      view.setUint32(i * 4, value, true);
    });
    const kept = Math.min(unchanged, old.end) - WIM_HEADER_BYTES;
    for (let i = 0; i < this.#count; i++) {
      const whole = (i + 1) * old.chunkSizeBytes <= kept;
      const sum = whole ? old.chunks[i]! : await hashIntegrityChunk(covered, { ...old, end: covered.size }, i);
      bytes.set(sum, HEAD_BYTES + i * SHA1_BYTES);
    }
    return bytes;
  }
}
