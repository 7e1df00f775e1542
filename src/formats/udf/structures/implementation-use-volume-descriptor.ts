import { viewOf } from '../../../bytes/view.js';
import { writeCharspec } from './charspec.js';
import { TAG } from './constants.js';
import { readDstring, writeDstring } from './dstring.js';
import { ENTITY, writeImplementationId, writeUdfId } from './entity-id.js';
import { sealTag } from './tag.js';

/** Implementation Use Volume Descriptor with the LVInformation of UDF, ECMA-167 3/10.4, UDF 1.02 2.2.7. */
export const IMPLEMENTATION_USE_FIELDS = {
  tag: 0,
  volumeDescriptorSequenceNumber: 16,
  implementationIdentifier: 20,
  lviCharset: 52,
  logicalVolumeIdentifier: 116,
  lvInfo1: 244,
  lvInfo2: 280,
  lvInfo3: 316,
  implementationId: 352,
  implementationUse: 384,
  unused: 512,
} as const;

const IDENTIFIER_LENGTH = 128;

export interface ImplementationUseVolumeDescriptor {
  readonly sequenceNumber: number;
  readonly logicalVolumeIdentifier: string;
}

/** @param into a zeroed block @param location sector of the volume */
export function writeImplementationUse(
  into: Uint8Array,
  descriptor: ImplementationUseVolumeDescriptor,
  location: number,
): void {
  const F = IMPLEMENTATION_USE_FIELDS;
  viewOf(into).setUint32(F.volumeDescriptorSequenceNumber, descriptor.sequenceNumber, true);
  writeUdfId(into, F.implementationIdentifier, ENTITY.logicalVolumeInformation);
  writeCharspec(into, F.lviCharset);
  writeDstring(into, F.logicalVolumeIdentifier, IDENTIFIER_LENGTH, descriptor.logicalVolumeIdentifier);
  writeImplementationId(into, F.implementationId);
  sealTag(into, TAG.implementationUseVolumeDescriptor, location, F.unused);
}

/** A text that cannot be read comes back empty. */
export function readImplementationUse(bytes: Uint8Array): ImplementationUseVolumeDescriptor {
  const F = IMPLEMENTATION_USE_FIELDS;
  return {
    sequenceNumber: viewOf(bytes).getUint32(F.volumeDescriptorSequenceNumber, true),
    logicalVolumeIdentifier: readDstring(bytes, F.logicalVolumeIdentifier, IDENTIFIER_LENGTH) ?? '',
  };
}
