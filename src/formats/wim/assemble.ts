/**
 * Puts a WIM together from resources that lie elsewhere: header, resources one behind the other, blob table, XML data. Nothing is
 * read; the result is a view.
 */
import type { Content } from '../../content/content.js';
import { BytesContent, concatContent, rangeContent } from '../../content/views.js';
import { type BlobEntry, blobTableSize, renderBlobTable } from './blob-table.js';
import type { Blob } from './blobs.js';
import { WIM_HEADER_BYTES } from './header.js';
import { type HeaderChanges, renderHeader } from './render-header.js';
import { RESOURCE_FLAGS, type ResourceHeader } from './resource-header.js';
import { renderXml } from './xml-data.js';

/** A resource for the new WIM; equal to what is in the old one, compressed as it is there. */
export interface TakenBlob {
  readonly blob: Blob & { readonly resource: ResourceHeader };
  readonly references: number;
}

export interface AssembleInput {
  /** header of the WIM that the resources come from */
  readonly original: Uint8Array;
  /** in the order in which they are stored; metadata in the order of the images */
  readonly blobs: readonly TakenBlob[];
  readonly guid: string;
  readonly partNumber: number;
  readonly totalParts: number;
  readonly imageCount: number;
  /** image whose metadata the header names as those that boot; only where the metadata are */
  readonly bootIndex: number;
  /** @param totalBytes of the file in front of the XML data */
  xml(totalBytes: number): string;
}

/** Bytes that such a WIM has beside its resources. */
export function overheadBytes(blobs: number, xml: string): number {
  return WIM_HEADER_BYTES + blobTableSize(blobs) + renderXml(xml).length;
}

export function assembleWim(input: AssembleInput): Content {
  const pieces: Content[] = [];
  const entries: BlobEntry[] = [];
  let end = WIM_HEADER_BYTES;
  for (const { blob, references } of input.blobs) {
    const { part, resource, sha1 } = blob;
    pieces.push(rangeContent(part.content, resource.offset, resource.sizeBytes));
    entries.push({ resource: { ...resource, offset: end }, partNumber: input.partNumber, references, sha1 });
    end += resource.sizeBytes;
  }
  const table = renderBlobTable(entries);
  const blobTable = plainResource(end, table.length);
  const xml = renderXml(input.xml(end + table.length));
  const metadata = entries.filter(({ resource }) => resource.flags & RESOURCE_FLAGS.metadata);
  const bootMetadata = metadata[input.bootIndex - 1]?.resource;
  const { guid, partNumber, totalParts, imageCount, bootIndex } = input;
  const changes: HeaderChanges = {
    guid,
    partNumber,
    totalParts,
    imageCount,
    bootIndex,
    blobTable,
    xmlData: plainResource(end + table.length, xml.length),
    ...(bootMetadata === undefined ? {} : { bootMetadata }),
  };
  const header = renderHeader(input.original, changes);
  return concatContent([new BytesContent(header), ...pieces, new BytesContent(table), new BytesContent(xml)]);
}

/** Blob table and XML data are marked as metadata: Windows and wimlib write them so. */
export function plainResource(offset: number, sizeBytes: number): ResourceHeader {
  return { sizeBytes, flags: RESOURCE_FLAGS.metadata, offset, originalSizeBytes: sizeBytes };
}
