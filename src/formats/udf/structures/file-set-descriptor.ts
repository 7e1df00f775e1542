import { viewOf } from '../../../bytes/view.js';
import { writeCharspec } from './charspec.js';
import { BLOCK_SIZE, TAG } from './constants.js';
import { readDstring, writeDstring } from './dstring.js';
import { writeDomainId } from './entity-id.js';
import { type AllocationDescriptor, readLongAd, writeLongAd } from './extents.js';
import { sealTag } from './tag.js';
import { readTimestamp, writeTimestamp } from './timestamp.js';

/** File Set Descriptor, ECMA-167 4/14.1, UDF 1.02 2.3.2. */
export const FILE_SET_FIELDS = {
  tag: 0,
  recordingDateAndTime: 16,
  interchangeLevel: 28,
  maximumInterchangeLevel: 30,
  characterSetList: 32,
  maximumCharacterSetList: 36,
  fileSetNumber: 40,
  fileSetDescriptorNumber: 44,
  logicalVolumeIdentifierCharacterSet: 48,
  logicalVolumeIdentifier: 112,
  fileSetCharacterSet: 240,
  fileSetIdentifier: 304,
  copyrightFileIdentifier: 336,
  abstractFileIdentifier: 368,
  rootDirectoryIcb: 400,
  domainIdentifier: 416,
  nextExtent: 448,
  reserved: 464,
  unused: 512,
} as const;

const LOGICAL_VOLUME_IDENTIFIER_LENGTH = 128;
const FILE_SET_IDENTIFIER_LENGTH = 32;

export interface FileSetDescriptor {
  readonly recorded: Date;
  readonly logicalVolumeIdentifier: string;
  readonly fileSetIdentifier: string;
  readonly rootDirectoryIcb: Pick<AllocationDescriptor, 'block'>;
}

export interface FoundFileSet extends FileSetDescriptor {
  readonly rootDirectoryIcb: AllocationDescriptor & { readonly partition: number };
}

/** @param into a zeroed block @param location logical block in the partition */
export function writeFileSet(into: Uint8Array, fileSet: FileSetDescriptor, location: number): void {
  const F = FILE_SET_FIELDS;
  const view = viewOf(into);
  writeTimestamp(view, F.recordingDateAndTime, fileSet.recorded);
  // level 3 and CS0 only: UDF 1.02 2.3.2.1 to 2.3.2.4
  view.setUint16(F.interchangeLevel, 3, true);
  view.setUint16(F.maximumInterchangeLevel, 3, true);
  view.setUint32(F.characterSetList, 1, true);
  view.setUint32(F.maximumCharacterSetList, 1, true);
  writeCharspec(into, F.logicalVolumeIdentifierCharacterSet);
  writeDstring(into, F.logicalVolumeIdentifier, LOGICAL_VOLUME_IDENTIFIER_LENGTH, fileSet.logicalVolumeIdentifier);
  writeCharspec(into, F.fileSetCharacterSet);
  writeDstring(into, F.fileSetIdentifier, FILE_SET_IDENTIFIER_LENGTH, fileSet.fileSetIdentifier);
  writeLongAd(view, F.rootDirectoryIcb, BLOCK_SIZE, fileSet.rootDirectoryIcb.block);
  writeDomainId(into, F.domainIdentifier);
  sealTag(into, TAG.fileSetDescriptor, location, F.unused);
}

/** Texts and times that cannot be read come back empty and as 1970. */
export function readFileSet(bytes: Uint8Array): FoundFileSet {
  const F = FILE_SET_FIELDS;
  const view = viewOf(bytes);
  return {
    recorded: readTimestamp(view, F.recordingDateAndTime) ?? new Date(0),
    logicalVolumeIdentifier: readDstring(bytes, F.logicalVolumeIdentifier, LOGICAL_VOLUME_IDENTIFIER_LENGTH) ?? '',
    fileSetIdentifier: readDstring(bytes, F.fileSetIdentifier, FILE_SET_IDENTIFIER_LENGTH) ?? '',
    rootDirectoryIcb: readLongAd(view, F.rootDirectoryIcb),
  };
}
