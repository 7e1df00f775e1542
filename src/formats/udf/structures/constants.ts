/** Numbers of ECMA-167 and OSTA UDF that several structures share. */

/** Bytes of a logical block, and of a sector, of every volume that we write. */
export const BLOCK_SIZE = 2048;

/** OSTA UDF 1.02, as binary coded decimal: what domain and UDF entity identifiers carry (UDF 1.02 2.1.5.3). */
export const UDF_REVISION = 0x0102;

/** Descriptor tag identifiers: ECMA-167 3/7.2.1 and 4/7.2.1. */
export const TAG = {
  primaryVolumeDescriptor: 1,
  anchorVolumeDescriptorPointer: 2,
  volumeDescriptorPointer: 3,
  implementationUseVolumeDescriptor: 4,
  partitionDescriptor: 5,
  logicalVolumeDescriptor: 6,
  unallocatedSpaceDescriptor: 7,
  terminatingDescriptor: 8,
  logicalVolumeIntegrityDescriptor: 9,
  fileSetDescriptor: 256,
  fileIdentifierDescriptor: 257,
  allocationExtentDescriptor: 258,
  indirectEntry: 259,
  terminalEntry: 260,
  fileEntry: 261,
  extendedFileEntry: 266,
} as const;

/** File types of an ICB: ECMA-167 4/14.6.6. */
export const FILE_TYPE = { unspecified: 0, directory: 4, file: 5, realTimeFile: 249 } as const;

/** File characteristics of a File Identifier Descriptor: ECMA-167 4/14.4.3. */
export const CHARACTERISTIC = { hidden: 1, directory: 2, deleted: 4, parent: 8, metadata: 16 } as const;

/** The longest extent we write: the greatest multiple of the block size below 2^30 (ECMA-167 4/14.14.1.1). */
export const MAX_EXTENT_LENGTH = 2 ** 30 - BLOCK_SIZE;

/** Sectors of each volume descriptor sequence: the least that UDF 1.02 2.2.3.1 allows. */
export const SEQUENCE_SECTORS = 16;
