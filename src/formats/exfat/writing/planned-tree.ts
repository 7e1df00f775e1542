import type { ExfatDirectory, ExfatFile } from './input.js';

/** A name in a directory, with the place of its entries. */
export interface PlannedName {
  readonly name: string;
  /** the name in upper case */
  readonly upper: string;
  /** bytes of the directory before its first entry */
  readonly offset: number;
  readonly target: PlannedDirectory | ExfatFile;
}

export interface PlannedDirectory {
  readonly directory: ExfatDirectory;
  /** '' for the root */
  readonly path: string;
  readonly names: PlannedName[];
  /** bytes of all entries */
  bytes: number;
}

/** Bytes of whole clusters; an empty directory has one, as Windows makes it. */
export function directorySize({ bytes }: PlannedDirectory, clusterBytes: number): number {
  return Math.max(1, Math.ceil(bytes / clusterBytes)) * clusterBytes;
}
