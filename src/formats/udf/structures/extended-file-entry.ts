import { type FoundFileEntry, readEntryFields } from './file-entry.js';

/** Extended File Entry, ECMA-167 3rd edition 4/14.17, UDF 2.00 2.3.6: read only, UDF 1.02 does not know it. */
const EXTENDED_FILE_ENTRY_FIELDS = {
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
  return readEntryFields(bytes, EXTENDED_FILE_ENTRY_FIELDS, EXTENDED_FILE_ENTRY_FIELDS.extendedAttributes);
}
