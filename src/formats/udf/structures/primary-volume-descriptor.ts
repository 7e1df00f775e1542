import { viewOf } from '../../../bytes/view.js';
import { writeCharspec } from './charspec.js';
import { TAG } from './constants.js';
import { readDstring, writeDstring } from './dstring.js';
import { writeImplementationId } from './entity-id.js';
import { sealTag } from './tag.js';
import { readTimestamp, writeTimestamp } from './timestamp.js';

/** Primary Volume Descriptor, ECMA-167 3/10.1, UDF 1.02 2.2.2. */
export const PRIMARY_VOLUME_FIELDS = {
  tag: 0,
  volumeDescriptorSequenceNumber: 16,
  primaryVolumeDescriptorNumber: 20,
  volumeIdentifier: 24,
  volumeSequenceNumber: 56,
  maximumVolumeSequenceNumber: 58,
  interchangeLevel: 60,
  maximumInterchangeLevel: 62,
  characterSetList: 64,
  maximumCharacterSetList: 68,
  volumeSetIdentifier: 72,
  descriptorCharacterSet: 200,
  explanatoryCharacterSet: 264,
  volumeAbstract: 328,
  volumeCopyrightNotice: 336,
  applicationIdentifier: 344,
  recordingDateAndTime: 376,
  implementationIdentifier: 388,
  implementationUse: 420,
  predecessorVolumeDescriptorSequenceLocation: 484,
  flags: 488,
  reserved: 490,
  unused: 512,
} as const;

/** Bytes of the Volume Identifier: 30 characters of one byte or 15 of two. */
export const VOLUME_IDENTIFIER_LENGTH = 32;
const VOLUME_SET_IDENTIFIER_LENGTH = 128;

export interface PrimaryVolumeDescriptor {
  readonly sequenceNumber: number;
  readonly volumeIdentifier: string;
  /** begins with 16 unique characters (UDF 1.02 2.2.2.5) */
  readonly volumeSetIdentifier: string;
  readonly recorded: Date;
}

/** @param into a zeroed block @param location sector of the volume */
export function writePrimaryVolume(into: Uint8Array, volume: PrimaryVolumeDescriptor, location: number): void {
  const F = PRIMARY_VOLUME_FIELDS;
  const view = viewOf(into);
  view.setUint32(F.volumeDescriptorSequenceNumber, volume.sequenceNumber, true);
  writeDstring(into, F.volumeIdentifier, VOLUME_IDENTIFIER_LENGTH, volume.volumeIdentifier);
  view.setUint16(F.volumeSequenceNumber, 1, true);
  view.setUint16(F.maximumVolumeSequenceNumber, 1, true);
  // 2: a volume set of one volume; 3: nothing forbids a later level (UDF 1.02 2.2.2.1, 2.2.2.2)
  view.setUint16(F.interchangeLevel, 2, true);
  view.setUint16(F.maximumInterchangeLevel, 3, true);
  view.setUint32(F.characterSetList, 1, true);
  view.setUint32(F.maximumCharacterSetList, 1, true);
  writeDstring(into, F.volumeSetIdentifier, VOLUME_SET_IDENTIFIER_LENGTH, volume.volumeSetIdentifier);
  writeCharspec(into, F.descriptorCharacterSet);
  writeCharspec(into, F.explanatoryCharacterSet);
  writeTimestamp(view, F.recordingDateAndTime, volume.recorded);
  writeImplementationId(into, F.implementationIdentifier);
  sealTag(into, TAG.primaryVolumeDescriptor, location, F.unused);
}

/** Texts and times that cannot be read come back empty and as 1970. */
export function readPrimaryVolume(bytes: Uint8Array): PrimaryVolumeDescriptor {
  const F = PRIMARY_VOLUME_FIELDS;
  const view = viewOf(bytes);
  return {
    sequenceNumber: view.getUint32(F.volumeDescriptorSequenceNumber, true),
    volumeIdentifier: readDstring(bytes, F.volumeIdentifier, VOLUME_IDENTIFIER_LENGTH) ?? '',
    volumeSetIdentifier: readDstring(bytes, F.volumeSetIdentifier, VOLUME_SET_IDENTIFIER_LENGTH) ?? '',
    recorded: readTimestamp(view, F.recordingDateAndTime) ?? new Date(0),
  };
}
