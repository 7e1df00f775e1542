/**
 * Blob table (format document: lookup table or offset table), an entry of 50 bytes for each stored blob:
 *
 * | offset | bytes | field |
 * | 0 | 24 | resource header |
 * | 24 | 2 | part number |
 * | 26 | 4 | reference count: names and streams in all images that have these bytes |
 * | 30 | 20 | SHA-1 of the uncompressed bytes |
 *
 * Solid resources, as Windows 8 added them: a run of entries with the flag `solid`. Those whose uncompressed size is 2^32
 * are the resources themselves; the others are blobs, with their size and their offset in what all resources of the run make
 * together, one behind the other.
 */
import { corrupt } from '../../bytes/corrupt.js';
import { viewOf } from '../../bytes/view.js';
import type { Place } from '../../errors.js';
import { RESOURCE_FLAGS, type ResourceHeader, readResourceHeader, writeResourceHeader } from './resource-header.js';

/** Bytes of an entry. */
export const BLOB_ENTRY_BYTES = 50;

const FIELD = { partNumber: 24, references: 26, sha1: 30 } as const;

/** Uncompressed size that marks an entry as a solid resource and not a blob. */
export const SOLID_RESOURCE_MAGIC = 2 ** 32;

/** Blobs of one table; Windows media have some 100,000. */
const MAX_ENTRIES = 2_000_000;
/** Bytes of the largest table that is read. */
export const MAX_BLOB_TABLE_BYTES = MAX_ENTRIES * BLOB_ENTRY_BYTES;

/** An entry as it stands in the table. */
export interface BlobEntry {
  readonly resource: ResourceHeader;
  /** from 1 */
  readonly partNumber: number;
  readonly references: number;
  /** 40 lower-case hex digits */
  readonly sha1: string;
}

/** Whether an entry of a solid run is the resource and not a blob in it. */
export function isSolidResource({ resource }: BlobEntry): boolean {
  return (resource.flags & RESOURCE_FLAGS.solid) !== 0 && resource.originalSizeBytes === SOLID_RESOURCE_MAGIC;
}

/**
 * Reads all entries that lie in this part. Another part's may stand beside them; its own table has them, too.
 * @param wimSize bytes of the part, which every resource must lie in
 * @param where of the table, for messages
 * @throws InplaceError SOURCE_CORRUPT
 */
export function readBlobEntries(table: Uint8Array, partNumber: number, wimSize: number, where: Place): BlobEntry[] {
  if (table.length % BLOB_ENTRY_BYTES !== 0) {
    throw corrupt(`A blob table of ${table.length} bytes, expected a multiple of ${BLOB_ENTRY_BYTES}`, where);
  }
  const view = viewOf(table);
  const hex = Buffer.from(table.buffer, table.byteOffset, table.byteLength).toString('hex');
  const entries: BlobEntry[] = [];
  for (let at = 0; at < table.length; at += BLOB_ENTRY_BYTES) {
    const part = view.getUint16(at + FIELD.partNumber, true);
    if (part !== partNumber) continue;
    const place = { ...where, field: `BlobDescriptor[${at / BLOB_ENTRY_BYTES}]` };
    entries.push({
      resource: readEntryHeader(view, at, wimSize, place),
      partNumber: part,
      references: view.getUint32(at + FIELD.references, true),
      sha1: hex.slice((at + FIELD.sha1) * 2, (at + BLOB_ENTRY_BYTES) * 2),
    });
  }
  return entries;
}

function readEntryHeader(view: DataView, at: number, wimSize: number, where: Place): ResourceHeader {
  const flags = view.getUint8(at + 7);
  const original = readResourceHeader(view, at, Number.POSITIVE_INFINITY, where);
  // the offset of a blob in a solid resource counts in the uncompressed bytes, not in the file
  const inside = (flags & RESOURCE_FLAGS.solid) !== 0 && original.originalSizeBytes !== SOLID_RESOURCE_MAGIC;
  const resource = inside ? original : readResourceHeader(view, at, wimSize, where);
  if (!Number.isSafeInteger(resource.offset) || !Number.isSafeInteger(resource.originalSizeBytes)) {
    throw corrupt('A size or offset above 2^53', where);
  }
  const stored = (flags & (RESOURCE_FLAGS.compressed | RESOURCE_FLAGS.solid)) === 0;
  if (stored && resource.sizeBytes !== resource.originalSizeBytes) {
    throw corrupt(
      `A resource that is not compressed has ${resource.sizeBytes} bytes for ${resource.originalSizeBytes}`,
      where,
    );
  }
  return resource;
}

/** The table as it is stored. */
export function renderBlobTable(entries: readonly BlobEntry[]): Uint8Array {
  const table = new Uint8Array(entries.length * BLOB_ENTRY_BYTES);
  const view = viewOf(table);
  entries.forEach(({ resource, partNumber, references, sha1 }, index) => {
    const at = index * BLOB_ENTRY_BYTES;
    writeResourceHeader(view, at, resource);
    view.setUint16(at + FIELD.partNumber, partNumber, true);
    view.setUint32(at + FIELD.references, references, true);
    table.set(Buffer.from(sha1, 'hex'), at + FIELD.sha1);
  });
  return table;
}

/** Bytes of a table of that many entries. */
export function blobTableSize(entries: number): number {
  return entries * BLOB_ENTRY_BYTES;
}
