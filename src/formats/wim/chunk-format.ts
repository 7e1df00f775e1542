/**
 * How a compressed resource is cut: chunks of one size, each compressed for itself. The header of the WIM says it for all
 * resources but solid ones, which say it themselves (solid-resource.ts).
 */
import { corrupt, unsupported } from '../../bytes/corrupt.js';
import type { Place } from '../../errors.js';
import type { WimHeader } from './header.js';

export type ChunkCompression = 'xpress' | 'lzx' | 'lzms';

export interface ChunkFormat {
  readonly compression: ChunkCompression;
  /** bytes of a chunk before compression; a power of two */
  readonly chunkSizeBytes: number;
}

/** Chunk size of old WIMs whose header says 0. */
const DEFAULT_CHUNK = 32768;

/**
 * Chunk sizes as powers of two. XPRESS and LZX as wimlib documents them for Windows 8 and later. LZMS may be larger; Windows and
 * wimlib write 64 MiB in solid resources, and more would have to lie in memory at once.
 */
const ORDERS: Record<ChunkCompression, readonly [least: number, most: number]> = {
  xpress: [12, 16],
  lzx: [15, 21],
  lzms: [15, 26],
};

/** @throws InplaceError SOURCE_CORRUPT, SOURCE_UNSUPPORTED */
export function checkChunkFormat(compression: ChunkCompression, chunkSizeBytes: number, where: Place): ChunkFormat {
  const order = Math.log2(chunkSizeBytes);
  const [least, most] = ORDERS[compression];
  if (!Number.isInteger(order) || order < least) {
    throw corrupt(`A chunk size of ${chunkSizeBytes} bytes, which ${compression.toUpperCase()} does not allow`, where);
  }
  if (order > most) {
    throw unsupported(
      `Chunks of ${chunkSizeBytes} bytes; at most ${2 ** most} are read of ${compression.toUpperCase()}`,
      where,
    );
  }
  return { compression, chunkSizeBytes };
}

/** The format that the header gives. @throws InplaceError as `checkChunkFormat` */
export function headerChunkFormat(header: WimHeader, where: Place): ChunkFormat {
  const { compression, chunkSizeBytes } = header;
  if (compression === 'none') throw corrupt('A compressed resource in a WIM whose header says none is', where);
  if (compression === 'unknown') {
    throw unsupported(`The header names no compression that is known (flags 0x${header.flags.toString(16)})`, where);
  }
  return checkChunkFormat(compression, chunkSizeBytes || DEFAULT_CHUNK, where);
}
