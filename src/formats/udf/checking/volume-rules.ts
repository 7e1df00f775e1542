import { TAG } from '../structures/constants.js';
import {
  IMPLEMENTATION_USE_FIELDS,
  type ImplementationUseVolumeDescriptor,
  readImplementationUse,
  writeImplementationUse,
} from '../structures/implementation-use-volume-descriptor.js';
import {
  type FoundLogicalVolume,
  LOGICAL_VOLUME_FIELDS,
  readLogicalVolume,
  writeLogicalVolume,
} from '../structures/logical-volume-descriptor.js';
import {
  type FoundPartition,
  PARTITION_FIELDS,
  readPartition,
  writePartition,
} from '../structures/partition-descriptor.js';
import {
  PRIMARY_VOLUME_FIELDS,
  type PrimaryVolumeDescriptor,
  readPrimaryVolume,
  writePrimaryVolume,
} from '../structures/primary-volume-descriptor.js';
import { TERMINATING_FIELDS, writeTerminating } from '../structures/terminating-descriptor.js';
import {
  readUnallocatedSpace,
  UNALLOCATED_SPACE_FIELDS,
  writeUnallocatedSpace,
} from '../structures/unallocated-space-descriptor.js';
import type { StructureRules } from './check-context.js';

/** The descriptors of a Volume Descriptor Sequence, for the checker. */

export const PRIMARY_VOLUME: StructureRules<PrimaryVolumeDescriptor> = {
  name: 'PrimaryVolumeDescriptor',
  identifier: TAG.primaryVolumeDescriptor,
  fields: PRIMARY_VOLUME_FIELDS,
  code: 'UDF_DESCRIPTOR',
  length: () => PRIMARY_VOLUME_FIELDS.unused,
  read: readPrimaryVolume,
  write: writePrimaryVolume,
};

export const IMPLEMENTATION_USE: StructureRules<ImplementationUseVolumeDescriptor> = {
  name: 'ImplementationUseVolumeDescriptor',
  identifier: TAG.implementationUseVolumeDescriptor,
  fields: IMPLEMENTATION_USE_FIELDS,
  code: 'UDF_DESCRIPTOR',
  length: () => IMPLEMENTATION_USE_FIELDS.unused,
  read: readImplementationUse,
  write: writeImplementationUse,
};

export const LOGICAL_VOLUME: StructureRules<FoundLogicalVolume> = {
  name: 'LogicalVolumeDescriptor',
  identifier: TAG.logicalVolumeDescriptor,
  fields: LOGICAL_VOLUME_FIELDS,
  code: 'UDF_DESCRIPTOR',
  length: () => LOGICAL_VOLUME_FIELDS.unused,
  read: readLogicalVolume,
  write: writeLogicalVolume,
};

export const PARTITION: StructureRules<FoundPartition> = {
  name: 'PartitionDescriptor',
  identifier: TAG.partitionDescriptor,
  fields: PARTITION_FIELDS,
  code: 'UDF_DESCRIPTOR',
  length: () => PARTITION_FIELDS.unused,
  read: readPartition,
  write: writePartition,
};

export const UNALLOCATED_SPACE: StructureRules<{ sequenceNumber: number }> = {
  name: 'UnallocatedSpaceDescriptor',
  identifier: TAG.unallocatedSpaceDescriptor,
  fields: UNALLOCATED_SPACE_FIELDS,
  code: 'UDF_DESCRIPTOR',
  length: () => UNALLOCATED_SPACE_FIELDS.unused,
  read: readUnallocatedSpace,
  write: writeUnallocatedSpace,
};

export const TERMINATING: StructureRules<object> = {
  name: 'TerminatingDescriptor',
  identifier: TAG.terminatingDescriptor,
  fields: TERMINATING_FIELDS,
  code: 'UDF_DESCRIPTOR',
  length: () => TERMINATING_FIELDS.unused,
  read: () => ({}),
  write: (into, _, location) => writeTerminating(into, location),
};
