import type { UdfDirectory, UdfFile } from './input.js';

/** A directory with its place in the partition. */
export interface PlannedDirectory {
  readonly directory: UdfDirectory;
  /** '' for the root */
  readonly path: string;
  /** bytes of its path as the standard counts them */
  readonly pathBytes: number;
  /** its own for the root (ECMA-167 4/8.6) */
  readonly parentBlock: number;
  /** block of its File Entry */
  readonly block: number;
  /** its own FID and the parent FID of each subdirectory; the root's own is its parent FID */
  linkCount: number;
  /** names in the order of the FIDs; the first is the parent's, '' */
  readonly names: string[];
  /** block of each named File Entry */
  readonly icbBlocks: number[];
  /** whether each name is a directory's */
  readonly isDirectory: boolean[];
  /** byte in the directory where each FID begins */
  readonly fidOffsets: number[];
  /** bytes of all FIDs */
  size: number;
  /** block of the first FID */
  dataBlock: number;
}

/** A File Entry that is no directory's. */
export interface PlannedFile {
  readonly file: UdfFile;
  /** block of its File Entry */
  readonly block: number;
  /** FIDs that identify it */
  linkCount: number;
}

export interface PlannedTree {
  /** by block from FIRST_ENTRY_BLOCK on; the root is the first */
  readonly entries: readonly (PlannedDirectory | PlannedFile)[];
  readonly directories: readonly PlannedDirectory[];
  readonly files: readonly PlannedFile[];
  /** names of files: a hard link counts each time */
  readonly fileNames: number;
  /** blocks of everything from the File Set Descriptor to the last FID */
  readonly metadataBlocks: number;
}

/** Blocks 0 and 1 hold the File Set Descriptor and its terminator; the root's File Entry follows. */
export const FIRST_ENTRY_BLOCK = 2;

/** Unique ids below 16 are reserved, 0 is the root's (UDF 1.02 3.2.1.1). */
const FIRST_UNIQUE_ID = 16;

/** Unique id of the File Entry in a block: in the order of the blocks. */
export function uniqueIdOf(block: number): number {
  return block === FIRST_ENTRY_BLOCK ? 0 : FIRST_UNIQUE_ID + block - FIRST_ENTRY_BLOCK - 1;
}
