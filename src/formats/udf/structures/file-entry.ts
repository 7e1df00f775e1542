import { readUint64, viewOf, writeUint64 } from '../../../bytes/view.js';
import { BLOCK_SIZE, MAX_EXTENT_LENGTH, TAG } from './constants.js';
import { writeImplementationId } from './entity-id.js';
import { SHORT_AD_LENGTH, writeShortAd } from './extents.js';
import { type IcbTag, readIcbTag, writeIcbTag } from './icb-tag.js';
import { sealTag } from './tag.js';
import { readTimestamp, writeTimestamp } from './timestamp.js';

/** File Entry, ECMA-167 4/14.9, UDF 1.02 2.3.6. */
export const FILE_ENTRY_FIELDS = {
  tag: 0,
  icbTag: 16,
  uid: 36,
  gid: 40,
  permissions: 44,
  fileLinkCount: 48,
  recordFormat: 50,
  recordDisplayAttributes: 51,
  recordLength: 52,
  informationLength: 56,
  logicalBlocksRecorded: 64,
  accessDateAndTime: 72,
  modificationDateAndTime: 84,
  attributeDateAndTime: 96,
  checkpoint: 108,
  extendedAttributeIcb: 112,
  implementationIdentifier: 128,
  uniqueId: 160,
  lengthOfExtendedAttributes: 168,
  lengthOfAllocationDescriptors: 172,
  allocationDescriptors: 176,
} as const;

/** Short allocation descriptors that fit into a File Entry of one block (UDF 1.02 2.3.6: it shall not be longer). */
const MAX_EXTENTS = (BLOCK_SIZE - FILE_ENTRY_FIELDS.allocationDescriptors) / SHORT_AD_LENGTH;

/** Bytes of the greatest file whose extents fit into one File Entry. */
export const MAX_FILE_SIZE = MAX_EXTENTS * MAX_EXTENT_LENGTH;

/** File Link Count is 16 bits wide (ECMA-167 4/14.9.6). */
export const MAX_LINKS = 0xffff;

/** read and execute for owner, group and others (ECMA-167 4/14.9.5) */
const PERMISSIONS = 0b00101_00101_00101;
/** no user, no group: Windows and UDF 1.02 3.3.3.1 */
const NOBODY = 0xffff_ffff;

export interface FileEntry {
  readonly fileType: number;
  readonly linkCount: number;
  /** bytes */
  readonly informationLength: number;
  readonly uniqueId: number;
  readonly modified: Date;
}

/** A run of blocks in the partition. */
export interface BlockRun {
  /** bytes */
  readonly length: number;
  readonly block: number;
}

/**
 * @param into a zeroed block
 * @param extents all recorded, in partition 0
 * @param location logical block in the partition
 */
export function writeFileEntry(
  into: Uint8Array,
  entry: FileEntry,
  extents: readonly BlockRun[],
  location: number,
): void {
  const F = FILE_ENTRY_FIELDS;
  const view = viewOf(into);
  writeIcbTag(view, F.icbTag, entry.fileType);
  view.setUint32(F.uid, NOBODY, true);
  view.setUint32(F.gid, NOBODY, true);
  view.setUint32(F.permissions, PERMISSIONS, true);
  view.setUint16(F.fileLinkCount, entry.linkCount, true);
  writeUint64(view, F.informationLength, entry.informationLength);
  writeTimestamp(view, F.accessDateAndTime, entry.modified);
  writeTimestamp(view, F.modificationDateAndTime, entry.modified);
  writeTimestamp(view, F.attributeDateAndTime, entry.modified);
  view.setUint32(F.checkpoint, 1, true);
  writeImplementationId(into, F.implementationIdentifier);
  writeUint64(view, F.uniqueId, entry.uniqueId);
  let at: number = F.allocationDescriptors;
  let blocks = 0;
  for (const extent of extents) {
    writeShortAd(view, at, extent.length, extent.block);
    blocks += Math.ceil(extent.length / BLOCK_SIZE);
    at += SHORT_AD_LENGTH;
  }
  writeUint64(view, F.logicalBlocksRecorded, blocks);
  view.setUint32(F.lengthOfAllocationDescriptors, at - F.allocationDescriptors, true);
  sealTag(into, TAG.fileEntry, location, at);
}

/** A file of `size` bytes that lies in one run from `block`, cut into the longest extents we write. */
export function extentsOf(block: number, size: number): BlockRun[] {
  const extents: BlockRun[] = [];
  for (let done = 0; done < size; done += MAX_EXTENT_LENGTH) {
    extents.push({ length: Math.min(MAX_EXTENT_LENGTH, size - done), block: block + done / BLOCK_SIZE });
  }
  return extents;
}

/** A File Entry or Extended File Entry as somebody else may have recorded it. */
export interface FoundFileEntry extends FileEntry {
  readonly icb: IcbTag;
  /** where the allocation descriptors begin in the block; not checked against the block's end */
  readonly allocationOffset: number;
  readonly allocationLength: number;
}

/** Where a File Entry or Extended File Entry has what both have. */
type CommonFields = Readonly<
  Record<
    | 'icbTag'
    | 'fileLinkCount'
    | 'informationLength'
    | 'modificationDateAndTime'
    | 'uniqueId'
    | 'lengthOfExtendedAttributes'
    | 'lengthOfAllocationDescriptors',
    number
  >
>;

/** A time that cannot be read comes back as 1970. @param bytes the whole block */
export function readFileEntry(bytes: Uint8Array): FoundFileEntry {
  return readEntryFields(bytes, FILE_ENTRY_FIELDS, FILE_ENTRY_FIELDS.allocationDescriptors);
}

/** @param attributes where the extended attributes begin, behind which the allocation descriptors are */
export function readEntryFields(bytes: Uint8Array, F: CommonFields, attributes: number): FoundFileEntry {
  const view = viewOf(bytes);
  const icb = readIcbTag(bytes, F.icbTag);
  return {
    icb,
    fileType: icb.fileType,
    linkCount: view.getUint16(F.fileLinkCount, true),
    informationLength: readUint64(view, F.informationLength),
    uniqueId: readUint64(view, F.uniqueId),
    modified: readTimestamp(view, F.modificationDateAndTime) ?? new Date(0),
    allocationOffset: attributes + view.getUint32(F.lengthOfExtendedAttributes, true),
    allocationLength: view.getUint32(F.lengthOfAllocationDescriptors, true),
  };
}
