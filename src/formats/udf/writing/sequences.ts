import { BytesContent } from '../../../content/views.js';
import { writeAnchor } from '../structures/anchor-volume-descriptor-pointer.js';
import { BLOCK_SIZE, SEQUENCE_SECTORS } from '../structures/constants.js';
import { writeImplementationUse } from '../structures/implementation-use-volume-descriptor.js';
import { writeLogicalVolume } from '../structures/logical-volume-descriptor.js';
import {
  type LogicalVolumeIntegrityDescriptor,
  writeIntegrity,
} from '../structures/logical-volume-integrity-descriptor.js';
import { writePartition } from '../structures/partition-descriptor.js';
import { writePrimaryVolume } from '../structures/primary-volume-descriptor.js';
import { writeTerminating } from '../structures/terminating-descriptor.js';
import { writeUnallocatedSpace } from '../structures/unallocated-space-descriptor.js';
import type { UdfOptions, UdfPlace } from './input.js';

/** Sectors of the Logical Volume Integrity Sequence: the descriptor and its terminator. */
export const INTEGRITY_SECTORS = 2;

/** Blocks of the File Set Descriptor Sequence. */
const FILE_SET_BLOCKS = 2;

/** A Volume Descriptor Sequence (ECMA-167 3/8.4.2) of 16 sectors at `lba`; main and reserve differ only in locations. */
export function sequenceContent(options: UdfOptions, place: UdfPlace, lba: number): BytesContent {
  const { label, recorded } = options;
  const bytes = new Uint8Array(SEQUENCE_SECTORS * BLOCK_SIZE);
  const block = (index: number): Uint8Array => bytes.subarray(index * BLOCK_SIZE, (index + 1) * BLOCK_SIZE);
  const primary = {
    sequenceNumber: 0,
    volumeIdentifier: label,
    volumeSetIdentifier: options.volumeSetId,
    recorded,
  };
  const logical = {
    sequenceNumber: 2,
    logicalVolumeIdentifier: label,
    fileSet: { block: 0, length: FILE_SET_BLOCKS * BLOCK_SIZE },
    integrity: { location: place.integrityLba, length: INTEGRITY_SECTORS * BLOCK_SIZE },
  };
  const partition = { sequenceNumber: 3, start: place.partitionStart, length: place.partitionBlocks };
  writePrimaryVolume(block(0), primary, lba);
  writeImplementationUse(block(1), { sequenceNumber: 1, logicalVolumeIdentifier: label }, lba + 1);
  writeLogicalVolume(block(2), logical, lba + 2);
  writePartition(block(3), partition, lba + 3);
  writeUnallocatedSpace(block(4), { sequenceNumber: 4 }, lba + 4);
  writeTerminating(block(5), lba + 5);
  return new BytesContent(bytes);
}

/** The Logical Volume Integrity Sequence (ECMA-167 3/8.8.2): closed in good order. */
export function integrityContent(integrity: LogicalVolumeIntegrityDescriptor, lba: number): BytesContent {
  const bytes = new Uint8Array(INTEGRITY_SECTORS * BLOCK_SIZE);
  writeIntegrity(bytes.subarray(0, BLOCK_SIZE), integrity, lba);
  writeTerminating(bytes.subarray(BLOCK_SIZE), lba + 1);
  return new BytesContent(bytes);
}

/** An anchor for the sector `lba`. */
export function anchorContent(place: UdfPlace, lba: number): BytesContent {
  const bytes = new Uint8Array(BLOCK_SIZE);
  const length = SEQUENCE_SECTORS * BLOCK_SIZE;
  const main = { length, location: place.mainVdsLba };
  const reserve = { length, location: place.reserveVdsLba };
  writeAnchor(bytes, { main, reserve }, lba);
  return new BytesContent(bytes);
}
