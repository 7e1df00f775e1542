/**
 * Resource header, RESHDR_DISK_SHORT of the format document: seven bytes of size in the WIM, one of flags, eight of
 * offset, eight of uncompressed size.
 */
import { corrupt } from '../../bytes/corrupt.js';
import { writeUint64 } from '../../bytes/view.js';
import type { Place } from '../../errors.js';

/** RESHDR_FLAG_… */
export const RESOURCE_FLAGS = { free: 0x01, metadata: 0x02, compressed: 0x04, spanned: 0x08, solid: 0x10 } as const;

export interface ResourceHeader {
  /** bytes in the WIM */
  readonly sizeBytes: number;
  readonly flags: number;
  /** bytes from the start of the WIM */
  readonly offset: number;
  /** bytes after decompression */
  readonly originalSizeBytes: number;
}

/** Bytes of one. */
export const RESOURCE_HEADER_BYTES = 24;

/** Names nothing: no boot metadata, no integrity table. */
export const NO_RESOURCE: ResourceHeader = { sizeBytes: 0, flags: 0, offset: 0, originalSizeBytes: 0 };

/** Reads one, and checks that it lies inside a WIM of `wimSize` bytes. @throws InplaceError SOURCE_CORRUPT */
export function readResourceHeader(view: DataView, position: number, wimSize: number, where: Place): ResourceHeader {
  const word = view.getBigUint64(position, true);
  const sizeBytes = Number(word & 0xff_ffff_ffff_ffffn);
  const offset = Number(view.getBigUint64(position + 8, true));
  const originalSizeBytes = Number(view.getBigUint64(position + 16, true));
  // above 2^53 the sum is not exact, but far outside every file all the same
  if (offset + sizeBytes > wimSize) {
    throw corrupt(`${sizeBytes} bytes at ${offset} lie outside the file of ${wimSize} bytes`, where);
  }
  return { sizeBytes, flags: Number(word >> 56n), offset, originalSizeBytes };
}

/** Writes one at a position. Sizes and offsets are safe integers, so seven bytes hold every size. */
export function writeResourceHeader(view: DataView, position: number, header: ResourceHeader): void {
  writeUint64(view, position, header.sizeBytes);
  view.setUint8(position + 7, header.flags);
  writeUint64(view, position + 8, header.offset);
  writeUint64(view, position + 16, header.originalSizeBytes);
}
