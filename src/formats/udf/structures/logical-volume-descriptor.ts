import { viewOf } from '../../../bytes/view.js';
import { writeCharspec } from './charspec.js';
import { BLOCK_SIZE, TAG } from './constants.js';
import { readDstring, writeDstring } from './dstring.js';
import { type EntityId, readEntityId, writeDomainId, writeImplementationId } from './entity-id.js';
import {
  type AllocationDescriptor,
  type ExtentAd,
  readExtentAd,
  readLongAd,
  writeExtentAd,
  writeLongAd,
} from './extents.js';
import { type PartitionMap, readPartitionMaps, TYPE_1_MAP_LENGTH, writeType1Map } from './partition-map.js';
import { sealTag } from './tag.js';

/** Logical Volume Descriptor, ECMA-167 3/10.6, UDF 1.02 2.2.4. */
export const LOGICAL_VOLUME_FIELDS = {
  tag: 0,
  volumeDescriptorSequenceNumber: 16,
  descriptorCharacterSet: 20,
  logicalVolumeIdentifier: 84,
  logicalBlockSize: 212,
  domainIdentifier: 216,
  logicalVolumeContentsUse: 248,
  mapTableLength: 264,
  numberOfPartitionMaps: 268,
  implementationIdentifier: 272,
  implementationUse: 304,
  integritySequenceExtent: 432,
  partitionMaps: 440,
  unused: 440 + TYPE_1_MAP_LENGTH,
} as const;

const IDENTIFIER_LENGTH = 128;

export interface LogicalVolumeDescriptor {
  readonly sequenceNumber: number;
  readonly logicalVolumeIdentifier: string;
  /** extent of the File Set Descriptor Sequence (ECMA-167 4/3.1) */
  readonly fileSet: Pick<AllocationDescriptor, 'length' | 'block'>;
  readonly integrity: ExtentAd;
}

/** A logical volume as somebody else may have described it. */
export interface FoundLogicalVolume extends LogicalVolumeDescriptor {
  readonly fileSet: AllocationDescriptor & { readonly partition: number };
  readonly blockSize: number;
  readonly domain: EntityId;
  /** undefined when the table contradicts itself */
  readonly partitionMaps: readonly PartitionMap[] | undefined;
}

/** Writes a volume of 2048-byte blocks with one partition. @param into a zeroed block @param location sector */
export function writeLogicalVolume(into: Uint8Array, volume: LogicalVolumeDescriptor, location: number): void {
  const F = LOGICAL_VOLUME_FIELDS;
  const view = viewOf(into);
  view.setUint32(F.volumeDescriptorSequenceNumber, volume.sequenceNumber, true);
  writeCharspec(into, F.descriptorCharacterSet);
  writeDstring(into, F.logicalVolumeIdentifier, IDENTIFIER_LENGTH, volume.logicalVolumeIdentifier);
  view.setUint32(F.logicalBlockSize, BLOCK_SIZE, true);
  writeDomainId(into, F.domainIdentifier);
  writeLongAd(view, F.logicalVolumeContentsUse, volume.fileSet.length, volume.fileSet.block);
  view.setUint32(F.mapTableLength, TYPE_1_MAP_LENGTH, true);
  view.setUint32(F.numberOfPartitionMaps, 1, true);
  writeImplementationId(into, F.implementationIdentifier);
  writeExtentAd(view, F.integritySequenceExtent, volume.integrity);
  writeType1Map(view, F.partitionMaps);
  sealTag(into, TAG.logicalVolumeDescriptor, location, F.unused);
}

/** Reads the descriptor from its whole block, which may hold more maps than ours. */
export function readLogicalVolume(bytes: Uint8Array): FoundLogicalVolume {
  const F = LOGICAL_VOLUME_FIELDS;
  const view = viewOf(bytes);
  const count = view.getUint32(F.numberOfPartitionMaps, true);
  const tableEnd = F.partitionMaps + view.getUint32(F.mapTableLength, true);
  return {
    sequenceNumber: view.getUint32(F.volumeDescriptorSequenceNumber, true),
    logicalVolumeIdentifier: readDstring(bytes, F.logicalVolumeIdentifier, IDENTIFIER_LENGTH) ?? '',
    blockSize: view.getUint32(F.logicalBlockSize, true),
    domain: readEntityId(bytes, F.domainIdentifier),
    fileSet: readLongAd(view, F.logicalVolumeContentsUse),
    integrity: readExtentAd(view, F.integritySequenceExtent),
    partitionMaps:
      tableEnd > bytes.length ? undefined : readPartitionMaps(bytes.subarray(F.partitionMaps, tableEnd), count),
  };
}
