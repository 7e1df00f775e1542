/** The blobs of a WIM, and where each of them lies: what the blob tables of all parts say together. */
import { corrupt, unsupported } from '../../bytes/corrupt.js';
import type { Content } from '../../content/content.js';
import { lastAtOrBefore, rangeContent } from '../../content/views.js';
import type { Place } from '../../errors.js';
import { type BlobEntry, isSolidResource, MAX_BLOB_TABLE_BYTES, readBlobEntries } from './blob-table.js';
import type { ChunkCache } from './chunk-cache.js';
import { headerChunkFormat } from './chunk-format.js';
import { ChunkedContent } from './chunked-content.js';
import type { WimHeader } from './header.js';
import { readWhole } from './read-whole.js';
import { RESOURCE_FLAGS, type ResourceHeader } from './resource-header.js';
import { readSolidHeader, SOLID_HEADER_BYTES } from './solid-resource.js';

/** One file of a WIM: the only one, or a part of a split WIM. */
export interface WimPart {
  /** how messages call it */
  readonly file: string;
  readonly content: Content;
  readonly header: WimHeader;
}

/** Bytes that an image's files or its metadata consist of, stored once. */
export interface Blob {
  /** of the uncompressed bytes, 40 lower-case hex digits */
  readonly sha1: string;
  /** the uncompressed bytes; decompressed when they are read */
  readonly content: Content;
  readonly references: number;
  /** an image's directory tree, not a file's bytes */
  readonly metadata: boolean;
  readonly part: WimPart;
  /** how it is stored, when it is stored for itself; left out for a blob in a solid resource */
  readonly resource?: ResourceHeader;
  /** where it lies, to read blobs in the order of the file: offset of its resource, then the offset in it */
  readonly order: readonly [part: number, offset: number, inside: number];
}

/** Whether a resource lies packed together with others. */
export const isSolid = (blob: Blob): boolean => blob.resource === undefined;

/** Sorts blobs as they lie in the file. */
export function byPlace(a: Blob, b: Blob): number {
  return a.order[0] - b.order[0] || a.order[1] - b.order[1] || a.order[2] - b.order[2];
}

/**
 * Reads the blobs of a part.
 * @throws InplaceError SOURCE_CORRUPT, SOURCE_UNSUPPORTED
 */
export async function readBlobs(part: WimPart, cache: ChunkCache): Promise<Blob[]> {
  return await new BlobReader(part, cache).read(await readBlobTable(part, cache));
}

/** The entries of a part's blob table. @throws InplaceError SOURCE_CORRUPT, SOURCE_UNSUPPORTED */
export async function readBlobTable(part: WimPart, cache: ChunkCache): Promise<BlobEntry[]> {
  const { file, content, header } = part;
  const { blobTable } = header;
  const where: Place = { file, offset: blobTable.offset, field: 'BlobTable' };
  const most = Math.max(blobTable.originalSizeBytes, blobTable.sizeBytes);
  if (most > MAX_BLOB_TABLE_BYTES) {
    throw unsupported(`A blob table of ${most} bytes; at most ${MAX_BLOB_TABLE_BYTES} are read`, where);
  }
  const table = await readWhole(resourceContent(part, blobTable, cache, where));
  return readBlobEntries(table, header.partNumber, content.size, where);
}

/** The uncompressed bytes of a resource that is stored for itself. */
function resourceContent(part: WimPart, resource: ResourceHeader, cache: ChunkCache, where: Place): Content {
  const { flags, offset, sizeBytes, originalSizeBytes } = resource;
  if (flags & RESOURCE_FLAGS.spanned) throw unsupported('A resource that goes over several parts', where);
  if ((flags & RESOURCE_FLAGS.compressed) === 0) {
    if (sizeBytes !== originalSizeBytes) {
      throw corrupt(`A resource that is not compressed has ${sizeBytes} bytes for ${originalSizeBytes}`, where);
    }
    return rangeContent(part.content, offset, sizeBytes);
  }
  const format = headerChunkFormat(part.header, where);
  const stored = rangeContent(part.content, offset, sizeBytes);
  const key = `${part.header.partNumber}:${offset}`;
  return new ChunkedContent({ stored, start: 0, solid: false, originalSizeBytes, format, key, where }, cache);
}

class BlobReader {
  readonly #blobs: Blob[] = [];

  constructor(
    readonly part: WimPart,
    readonly cache: ChunkCache,
  ) {}

  async read(entries: readonly BlobEntry[]): Promise<Blob[]> {
    for (let i = 0; i < entries.length; ) {
      const start = i;
      while (isInSolidRun(entries[i])) i += 1;
      if (i > start) await this.#solidRun(entries.slice(start, i));
      else this.#single(entries[i++]!);
    }
    return this.#blobs;
  }

  #single(entry: BlobEntry): void {
    const { resource, sha1, references } = entry;
    const { part } = this;
    this.#blobs.push({
      sha1,
      references,
      content: resourceContent(part, resource, this.cache, this.#where(resource.offset)),
      metadata: (resource.flags & RESOURCE_FLAGS.metadata) !== 0,
      part,
      resource,
      order: [part.header.partNumber, resource.offset, 0],
    });
  }

  /** Entries in a row that are solid: the resources may stand in front of the blobs or among them. */
  async #solidRun(entries: readonly BlobEntry[]): Promise<void> {
    const resources: SolidResource[] = [];
    let start = 0;
    for (const { resource } of entries.filter(isSolidResource)) {
      const content = await this.#solidResource(resource);
      resources.push({ content, offset: resource.offset, start });
      start += content.size;
    }
    const starts = resources.map((resource) => resource.start);
    for (const entry of entries) if (!isSolidResource(entry)) this.#solidBlob(entry, resources, starts);
  }

  #solidBlob(entry: BlobEntry, resources: readonly SolidResource[], starts: readonly number[]): void {
    const { flags, offset, sizeBytes } = entry.resource;
    const found = resources[lastAtOrBefore(starts, offset)];
    const inside = found === undefined ? 0 : offset - found.start;
    if (found === undefined || inside + sizeBytes > found.content.size) {
      throw corrupt(
        `The blob ${entry.sha1} has ${sizeBytes} bytes at ${offset} of solid resources, outside of all`,
        this.#where(found?.offset ?? 0),
      );
    }
    this.#blobs.push({
      sha1: entry.sha1,
      references: entry.references,
      content: rangeContent(found.content, inside, sizeBytes),
      metadata: (flags & RESOURCE_FLAGS.metadata) !== 0,
      part: this.part,
      order: [this.part.header.partNumber, found.offset, inside],
    });
  }

  async #solidResource(resource: ResourceHeader): Promise<ChunkedContent> {
    const where = this.#where(resource.offset);
    const stored = rangeContent(this.part.content, resource.offset, resource.sizeBytes);
    const { originalSizeBytes, format } = await readSolidHeader(stored, where);
    const key = `${this.part.header.partNumber}:${resource.offset}`;
    const input = { stored, start: SOLID_HEADER_BYTES, solid: true, originalSizeBytes, format, key, where };
    return new ChunkedContent(input, this.cache);
  }

  #where(offset: number): Place {
    return { file: this.part.file, offset, field: 'BlobDescriptor' };
  }
}

interface SolidResource {
  readonly content: ChunkedContent;
  /** in the file */
  readonly offset: number;
  /** of its first byte in what all resources of the run make together */
  readonly start: number;
}

function isInSolidRun(entry: BlobEntry | undefined): boolean {
  return entry !== undefined && (entry.resource.flags & RESOURCE_FLAGS.solid) !== 0;
}
