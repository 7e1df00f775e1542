/** Writes the header of a WIM that is made from another: the original's bytes with the fields that differ. */
import { viewOf } from '../../bytes/view.js';
import { WIM_HEADER_FIELDS as FIELD, WIM_HEADER_FLAGS } from './header.js';
import { NO_RESOURCE, type ResourceHeader, writeResourceHeader } from './resource-header.js';

export interface HeaderChanges {
  /** 32 hex digits; left out: as it is */
  readonly guid?: string;
  readonly partNumber: number;
  readonly totalParts: number;
  readonly imageCount: number;
  readonly bootIndex: number;
  readonly blobTable: ResourceHeader;
  readonly xmlData: ResourceHeader;
  /** left out when no image boots, or its metadata are in another part */
  readonly bootMetadata?: ResourceHeader;
  readonly integrityTable?: ResourceHeader;
}

/** @param original all bytes of the header it comes from; what is not changed here is taken over, unknown flags too */
export function renderHeader(original: Uint8Array, changes: HeaderChanges): Uint8Array {
  const bytes = original.slice();
  const view = viewOf(bytes);
  const { spanned } = WIM_HEADER_FLAGS;
  const flags = view.getUint32(FIELD.flags, true) & ~spanned;
  view.setUint32(FIELD.flags, changes.totalParts > 1 ? flags | spanned : flags, true);
  if (changes.guid !== undefined) bytes.set(Buffer.from(changes.guid, 'hex'), FIELD.guid);
  view.setUint16(FIELD.partNumber, changes.partNumber, true);
  view.setUint16(FIELD.totalParts, changes.totalParts, true);
  view.setUint32(FIELD.imageCount, changes.imageCount, true);
  view.setUint32(FIELD.bootIndex, changes.bootIndex, true);
  writeResourceHeader(view, FIELD.blobTable, changes.blobTable);
  writeResourceHeader(view, FIELD.xmlData, changes.xmlData);
  writeResourceHeader(view, FIELD.bootMetadata, changes.bootMetadata ?? NO_RESOURCE);
  writeResourceHeader(view, FIELD.integrityTable, changes.integrityTable ?? NO_RESOURCE);
  return bytes;
}
