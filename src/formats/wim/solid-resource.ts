/**
 * Solid resource (Windows 8 and later; ESD files): many blobs compressed together. It begins with a header of its own, which
 * the chunk table follows:
 *
 * | offset | bytes | field |
 * | 0 | 8 | uncompressed size |
 * | 8 | 4 | chunk size |
 * | 12 | 4 | compression: 1 XPRESS, 2 LZX, 3 LZMS |
 */
import { corrupt, unsupported } from '../../bytes/corrupt.js';
import { readUint64, viewOf } from '../../bytes/view.js';
import { type Content, readBytes } from '../../content/content.js';
import type { Place } from '../../errors.js';
import { type ChunkCompression, type ChunkFormat, checkChunkFormat } from './chunk-format.js';

/** Bytes of the header. */
export const SOLID_HEADER_BYTES = 16;

const COMPRESSIONS: Readonly<Record<number, ChunkCompression>> = { 1: 'xpress', 2: 'lzx', 3: 'lzms' };

export interface SolidHeader {
  readonly originalSizeBytes: number;
  readonly format: ChunkFormat;
}

/** @param stored the whole resource @throws InplaceError SOURCE_CORRUPT, SOURCE_UNSUPPORTED */
export async function readSolidHeader(stored: Content, where: Place): Promise<SolidHeader> {
  if (stored.size < SOLID_HEADER_BYTES) throw corrupt(`A solid resource of ${stored.size} bytes`, where);
  const view = viewOf(await readBytes(stored, 0, SOLID_HEADER_BYTES));
  const originalSizeBytes = readUint64(view, 0);
  if (!Number.isFinite(originalSizeBytes)) throw corrupt('A solid resource of more than 2^53 bytes', where);
  const number = view.getUint32(12, true);
  const compression = COMPRESSIONS[number];
  if (compression === undefined) throw unsupported(`A solid resource of compression ${number}; 1 to 3 are read`, where);
  return { originalSizeBytes, format: checkChunkFormat(compression, view.getUint32(8, true), where) };
}
