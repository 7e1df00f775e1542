/** Appends new blobs and an image's new metadata to a WIM. */
import { createHash } from 'node:crypto';
import { type Content, readBytes } from '../../content/content.js';
import { BytesContent, concatContent, rangeContent } from '../../content/views.js';
import { plainResource } from './assemble.js';
import { type BlobEntry, isSolidResource, renderBlobTable } from './blob-table.js';
import { readBlobTable } from './blobs.js';
import { ChunkCache } from './chunk-cache.js';
import { WIM_HEADER_BYTES } from './header.js';
import { LateIntegrityTable, readIntegrityTable } from './integrity-table.js';
import { renderHeader } from './render-header.js';
import { RESOURCE_FLAGS, type ResourceHeader } from './resource-header.js';
import type { Wim } from './wim.js';
import { renderXml } from './xml-data.js';

export interface Appended {
  /** image whose metadata are new, from 1 */
  readonly image: number;
  readonly metadata: Uint8Array;
  /** new bytes by their SHA-1; those that the WIM has already are not stored again */
  readonly fresh: ReadonlyMap<string, Content>;
  /** how many references more each blob has */
  readonly references: ReadonlyMap<string, number>;
  xml(totalBytes: number): string;
}

/** The WIM with a new blob table, and in front of it what the table needs. */
export async function appendToWim(wim: Wim, change: Appended): Promise<Content> {
  const { content, header, file } = wim.parts[0]!;
  const old = await readBlobTable(wim.parts[0]!, new ChunkCache());
  const kept = endOfResources(old);
  const { entries, pieces, end } = newEntries(old, change, kept);
  const tableBytes = renderBlobTable(entries);
  const xml = renderXml(change.xml(end + tableBytes.length));
  const boot = entries.filter(isMetadata)[header.bootIndex - 1]?.resource;
  const oldIntegrity = await readIntegrityTable(content, header, file);
  const changes = {
    partNumber: 1,
    totalParts: 1,
    imageCount: header.imageCount,
    bootIndex: header.bootIndex,
    blobTable: plainResource(end, tableBytes.length),
    xmlData: plainResource(end + tableBytes.length, xml.length),
    ...(boot === undefined ? {} : { bootMetadata: boot }),
  };
  const original = await readBytes(content, 0, WIM_HEADER_BYTES);
  const body = [
    rangeContent(content, WIM_HEADER_BYTES, kept - WIM_HEADER_BYTES),
    ...pieces,
    new BytesContent(tableBytes),
  ];
  const xmlContent = new BytesContent(xml);
  if (oldIntegrity === undefined) {
    return concatContent([new BytesContent(renderHeader(original, changes)), ...body, xmlContent]);
  }
  const covered = concatContent([new BytesContent(original), ...body]);
  const late = new LateIntegrityTable({ covered, old: oldIntegrity, unchanged: kept });
  const offset = covered.size + xml.length;
  const integrityTable = { sizeBytes: late.size, flags: 0, offset, originalSizeBytes: late.size };
  const finished = renderHeader(original, { ...changes, integrityTable });
  return concatContent([new BytesContent(finished), ...body, xmlContent, late]);
}

/** Offset behind the last resource: what follows is blob table, XML data and integrity table, which are written anew. */
function endOfResources(entries: readonly BlobEntry[]): number {
  const inFile = entries.filter((entry) => isSolidResource(entry) || !(entry.resource.flags & RESOURCE_FLAGS.solid));
  return inFile.reduce((most, { resource }) => Math.max(most, resource.offset + resource.sizeBytes), WIM_HEADER_BYTES);
}

/** The table with the new blobs; those that nothing refers to any more are left out of it. */
function newEntries(
  old: readonly BlobEntry[],
  { image, metadata, fresh, references }: Appended,
  start: number,
): { entries: BlobEntry[]; pieces: Content[]; end: number } {
  const known = new Set(old.filter((entry) => !isMetadata(entry)).map(({ sha1 }) => sha1));
  const pieces: Content[] = [];
  let end = start;
  const place = (content: Content, flags: number): ResourceHeader => {
    pieces.push(content);
    const resource = { sizeBytes: content.size, flags, offset: end, originalSizeBytes: content.size };
    end += content.size;
    return resource;
  };
  const added: BlobEntry[] = [];
  for (const [sha1, content] of fresh) {
    const count = references.get(sha1) ?? 0;
    if (known.has(sha1) || count <= 0) continue;
    added.push({ resource: place(content, 0), partNumber: 1, references: count, sha1 });
  }
  let images = 0;
  const entries = old.flatMap((entry): BlobEntry[] => {
    if (isMetadata(entry)) {
      images += 1;
      if (images !== image) return [entry];
      const sha1 = createHash('sha1').update(metadata).digest('hex');
      const resource = place(new BytesContent(metadata), RESOURCE_FLAGS.metadata);
      return [{ resource, partNumber: 1, references: 1, sha1 }];
    }
    const count = entry.references + (references.get(entry.sha1) ?? 0);
    const unused = count <= 0 && references.has(entry.sha1);
    return unused ? [] : [{ ...entry, references: Math.max(0, count) }];
  });
  return { entries: [...entries, ...added], pieces, end };
}

function isMetadata({ resource }: BlobEntry): boolean {
  return (resource.flags & RESOURCE_FLAGS.metadata) !== 0;
}
