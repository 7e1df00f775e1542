/**
 * Chunk table, format document "Compressed Resources": where each compressed chunk of a resource begins. It stands in front of
 * the chunks. Resources of 4 GiB and more have entries of eight bytes, others of four; the first chunk has no entry, because it
 * begins where the table ends. In solid resources each entry is the size of a chunk, always four bytes, and every chunk has one.
 */
import { corrupt, unsupported } from '../../bytes/corrupt.js';
import { readUint64, viewOf } from '../../bytes/view.js';
import { type Content, readBytes } from '../../content/content.js';
import type { Place } from '../../errors.js';

/** Chunks of one resource: 256 GiB of the usual 32 KiB. Their places take eight bytes each in memory. */
const MAX_CHUNKS = 2 ** 23;

export interface ChunkTableInput {
  /** the stored resource, chunk table first */
  readonly stored: Content;
  /** bytes of `stored` in front of the chunk table */
  readonly start: number;
  readonly originalSizeBytes: number;
  readonly chunkSizeBytes: number;
  readonly solid: boolean;
}

/** Where the chunks lie in the stored resource: chunk i is [places[i], places[i + 1]). */
export type ChunkPlaces = Float64Array;

/** @throws InplaceError SOURCE_CORRUPT, SOURCE_UNSUPPORTED */
export async function readChunkTable(input: ChunkTableInput, where: Place): Promise<ChunkPlaces> {
  const { stored, start, originalSizeBytes, chunkSizeBytes, solid } = input;
  const chunks = Math.ceil(originalSizeBytes / chunkSizeBytes);
  const entries = solid ? chunks : Math.max(0, chunks - 1);
  const width = solid || originalSizeBytes <= 0xffff_ffff ? 4 : 8;
  const data = start + entries * width;
  // every chunk has at least one byte
  if (data + chunks > stored.size) {
    throw corrupt(`${stored.size} bytes are too few for the ${chunks} chunks of ${originalSizeBytes} bytes`, where);
  }
  if (chunks > MAX_CHUNKS) throw unsupported(`${chunks} chunks in one resource; at most ${MAX_CHUNKS} are read`, where);
  const view = viewOf(await readBytes(stored, start, entries * width));
  const places = new Float64Array(chunks + 1);
  for (let i = 0; i < chunks; i++) {
    if (solid) places[i + 1] = (i === 0 ? data : places[i]!) + view.getUint32(i * 4, true);
    else if (i > 0)
      places[i] = data + (width === 4 ? view.getUint32((i - 1) * 4, true) : readUint64(view, (i - 1) * 8));
  }
  places[0] = data;
  if (!solid) places[chunks] = stored.size;
  checkPlaces(places, input, where);
  return places;
}

function checkPlaces(
  places: ChunkPlaces,
  { stored, originalSizeBytes, chunkSizeBytes }: ChunkTableInput,
  where: Place,
) {
  for (let i = 0; i < places.length - 1; i++) {
    const length = places[i + 1]! - places[i]!;
    const most = Math.min(chunkSizeBytes, originalSizeBytes - i * chunkSizeBytes);
    if (length > 0 && length <= most && places[i + 1]! <= stored.size) continue;
    throw corrupt(`Chunk ${i} of the resource has ${length} bytes for ${most} at ${places[i]} of ${stored.size}`, {
      ...where,
      field: 'ChunkTable',
    });
  }
}
