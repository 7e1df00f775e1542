import type { FatDirectory, FatFile } from './input.js';

/** A name in a directory, with the place of its entries. */
export interface PlannedName {
  readonly name: string;
  /** 11 bytes */
  readonly shortName: Uint8Array;
  /** bytes of the directory before its first entry */
  readonly offset: number;
  /** whether a long name stands in front */
  readonly long: boolean;
  readonly target: PlannedDirectory | FatFile;
}

export interface PlannedDirectory {
  readonly directory: FatDirectory;
  /** '' for the root */
  readonly path: string;
  /** left out for the root */
  readonly parent?: PlannedDirectory;
  readonly names: PlannedName[];
  /** bytes of all entries */
  bytes: number;
}
