import { viewOf } from '../../../bytes/view.js';
import { TAG } from './constants.js';
import { ENTITY, readEntityId, writeIdentifier, writeImplementationId } from './entity-id.js';
import { sealTag } from './tag.js';

/** Partition Descriptor, ECMA-167 3/10.5, UDF 1.02 2.2.12. */
export const PARTITION_FIELDS = {
  tag: 0,
  volumeDescriptorSequenceNumber: 16,
  partitionFlags: 20,
  partitionNumber: 22,
  partitionContents: 24,
  partitionContentsUse: 56,
  accessType: 184,
  partitionStartingLocation: 188,
  partitionLength: 192,
  implementationIdentifier: 196,
  implementationUse: 228,
  reserved: 356,
  unused: 512,
} as const;

/** volume space has been allocated for the partition (ECMA-167 3/10.5.3) */
const ALLOCATED = 1;
/** access type 1: read only (ECMA-167 3/10.5.7) */
const READ_ONLY = 1;

export interface PartitionDescriptor {
  readonly sequenceNumber: number;
  /** sector of the volume */
  readonly start: number;
  /** sectors */
  readonly length: number;
}

/** A partition as somebody else may have described it. */
export interface FoundPartition extends PartitionDescriptor {
  readonly partitionNumber: number;
  /** `+NSR02` or `+NSR03` */
  readonly contents: string;
}

/** Writes partition number 0. @param into a zeroed block @param location sector of the volume */
export function writePartition(into: Uint8Array, partition: PartitionDescriptor, location: number): void {
  const F = PARTITION_FIELDS;
  const view = viewOf(into);
  view.setUint32(F.volumeDescriptorSequenceNumber, partition.sequenceNumber, true);
  view.setUint16(F.partitionFlags, ALLOCATED, true);
  writeIdentifier(into, F.partitionContents, ENTITY.partitionContents);
  // the Partition Header Descriptor in partitionContentsUse stays zero: read-only media have no space tables
  view.setUint32(F.accessType, READ_ONLY, true);
  view.setUint32(F.partitionStartingLocation, partition.start, true);
  view.setUint32(F.partitionLength, partition.length, true);
  writeImplementationId(into, F.implementationIdentifier);
  sealTag(into, TAG.partitionDescriptor, location, F.unused);
}

export function readPartition(bytes: Uint8Array): FoundPartition {
  const F = PARTITION_FIELDS;
  const view = viewOf(bytes);
  return {
    sequenceNumber: view.getUint32(F.volumeDescriptorSequenceNumber, true),
    partitionNumber: view.getUint16(F.partitionNumber, true),
    contents: readEntityId(bytes, F.partitionContents).identifier,
    start: view.getUint32(F.partitionStartingLocation, true),
    length: view.getUint32(F.partitionLength, true),
  };
}
