import { viewOf } from '../../../bytes/view.js';
import { TAG } from './constants.js';
import { sealTag } from './tag.js';

/** Unallocated Space Descriptor, ECMA-167 3/10.8, UDF 1.02 2.2.5. */
export const UNALLOCATED_SPACE_FIELDS = {
  tag: 0,
  volumeDescriptorSequenceNumber: 16,
  numberOfAllocationDescriptors: 20,
  unused: 24,
} as const;

/** A volume without unallocated space. @param into a zeroed block @param location sector of the volume */
export function writeUnallocatedSpace(
  into: Uint8Array,
  descriptor: { readonly sequenceNumber: number },
  location: number,
): void {
  const F = UNALLOCATED_SPACE_FIELDS;
  viewOf(into).setUint32(F.volumeDescriptorSequenceNumber, descriptor.sequenceNumber, true);
  sealTag(into, TAG.unallocatedSpaceDescriptor, location, F.unused);
}

export function readUnallocatedSpace(bytes: Uint8Array): { sequenceNumber: number } {
  return {
    sequenceNumber: viewOf(bytes).getUint32(UNALLOCATED_SPACE_FIELDS.volumeDescriptorSequenceNumber, true),
  };
}
