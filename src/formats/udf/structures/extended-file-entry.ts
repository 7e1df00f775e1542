import { readUint64, viewOf } from '../../../bytes/view.js';
import type { FoundFileEntry } from './file-entry.js';
import { readIcbTag } from './icb-tag.js';
import { readTimestamp } from './timestamp.js';

/** Extended File Entry, ECMA-167 3rd edition 4/14.17, UDF 2.00 2.3.6: read only, UDF 1.02 does not know it. */
export const EXTENDED_FILE_ENTRY_FIELDS = {
  tag: 0,
  icbTag: 16,
  fileLinkCount: 48,
  informationLength: 56,
  objectSize: 64,
  logicalBlocksRecorded: 72,
  accessDateAndTime: 80,
  modificationDateAndTime: 92,
  uniqueId: 200,
  lengthOfExtendedAttributes: 208,
  lengthOfAllocationDescriptors: 212,
  extendedAttributes: 216,
} as const;

/** A time that cannot be read comes back as 1970. @param bytes the whole block */
export function readExtendedFileEntry(bytes: Uint8Array): FoundFileEntry {
  const F = EXTENDED_FILE_ENTRY_FIELDS;
  const view = viewOf(bytes);
  const icb = readIcbTag(bytes, F.icbTag);
  return {
    icb,
    fileType: icb.fileType,
    linkCount: view.getUint16(F.fileLinkCount, true),
    informationLength: readUint64(view, F.informationLength),
    uniqueId: readUint64(view, F.uniqueId),
    modified: readTimestamp(view, F.modificationDateAndTime) ?? new Date(0),
    allocationOffset: F.extendedAttributes + view.getUint32(F.lengthOfExtendedAttributes, true),
    allocationLength: view.getUint32(F.lengthOfAllocationDescriptors, true),
  };
}
