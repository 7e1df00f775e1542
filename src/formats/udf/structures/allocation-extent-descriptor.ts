import { viewOf } from '../../../bytes/view.js';

/** Allocation Extent Descriptor, ECMA-167 4/14.5: more allocation descriptors of a File Entry; read only. */
export const ALLOCATION_EXTENT_FIELDS = {
  tag: 0,
  previousAllocationExtentLocation: 16,
  lengthOfAllocationDescriptors: 20,
  allocationDescriptors: 24,
} as const;

/** Bytes of allocation descriptors behind the descriptor. */
export function readAllocationExtentLength(bytes: Uint8Array): number {
  return viewOf(bytes).getUint32(ALLOCATION_EXTENT_FIELDS.lengthOfAllocationDescriptors, true);
}
