import { readUint64, viewOf, writeUint64 } from '../../../bytes/view.js';
import { TAG, UDF_REVISION } from './constants.js';
import { writeImplementationId } from './entity-id.js';
import { sealTag } from './tag.js';
import { readTimestamp, writeTimestamp } from './timestamp.js';

/** Logical Volume Integrity Descriptor of a volume with one partition, ECMA-167 3/10.10, UDF 1.02 2.2.6. */
export const INTEGRITY_FIELDS = {
  tag: 0,
  recordingDateAndTime: 16,
  integrityType: 28,
  nextIntegrityExtent: 32,
  uniqueId: 40,
  logicalVolumeContentsUse: 48,
  numberOfPartitions: 72,
  lengthOfImplementationUse: 76,
  freeSpaceTable: 80,
  sizeTable: 84,
  implementationId: 88,
  numberOfFiles: 120,
  numberOfDirectories: 124,
  minimumUdfReadRevision: 128,
  minimumUdfWriteRevision: 130,
  maximumUdfWriteRevision: 132,
  unused: 134,
} as const;

/** the volume was closed in good order (ECMA-167 3/10.10.3) */
const CLOSE = 1;

export interface LogicalVolumeIntegrityDescriptor {
  readonly recorded: Date;
  /** greater than every unique id in use (UDF 1.02 3.2.1.1) */
  readonly nextUniqueId: number;
  readonly partitionBlocks: number;
  /** names of files: every hard link counts (UDF 1.02 2.2.6.4) */
  readonly files: number;
  /** with the root */
  readonly directories: number;
}

/** @param into a zeroed block @param location sector of the volume */
export function writeIntegrity(into: Uint8Array, integrity: LogicalVolumeIntegrityDescriptor, location: number): void {
  const F = INTEGRITY_FIELDS;
  const view = viewOf(into);
  writeTimestamp(view, F.recordingDateAndTime, integrity.recorded);
  view.setUint32(F.integrityType, CLOSE, true);
  writeUint64(view, F.uniqueId, integrity.nextUniqueId);
  view.setUint32(F.numberOfPartitions, 1, true);
  view.setUint32(F.lengthOfImplementationUse, F.unused - F.implementationId, true);
  // a read-only partition has no free space
  view.setUint32(F.sizeTable, integrity.partitionBlocks, true);
  writeImplementationId(into, F.implementationId);
  view.setUint32(F.numberOfFiles, integrity.files, true);
  view.setUint32(F.numberOfDirectories, integrity.directories, true);
  view.setUint16(F.minimumUdfReadRevision, UDF_REVISION, true);
  view.setUint16(F.minimumUdfWriteRevision, UDF_REVISION, true);
  view.setUint16(F.maximumUdfWriteRevision, UDF_REVISION, true);
  sealTag(into, TAG.logicalVolumeIntegrityDescriptor, location, F.unused);
}

/** A time that cannot be read comes back as 1970. */
export function readIntegrity(bytes: Uint8Array): LogicalVolumeIntegrityDescriptor & { integrityType: number } {
  const F = INTEGRITY_FIELDS;
  const view = viewOf(bytes);
  return {
    recorded: readTimestamp(view, F.recordingDateAndTime) ?? new Date(0),
    integrityType: view.getUint32(F.integrityType, true),
    nextUniqueId: readUint64(view, F.uniqueId),
    partitionBlocks: view.getUint32(F.sizeTable, true),
    files: view.getUint32(F.numberOfFiles, true),
    directories: view.getUint32(F.numberOfDirectories, true),
  };
}
