import type { Content } from '../../../content/content.js';
import type { ExfatGeometry } from '../geometry.js';
import type { Run } from '../run.js';
import type { FoundEntry } from './directory.js';

/** Bytes on the disk. */
export interface DiskRange {
  readonly offset: number;
  readonly size: number;
}

/** A file as the volume has it. */
export interface FoundFile {
  readonly path: string;
  /** its clusters; none for an empty file */
  readonly runs: readonly Run[];
  /** its bytes, without the rest of the last cluster */
  readonly ranges: readonly DiskRange[];
  readonly content: Content;
  readonly modified: Date;
}

export interface FoundDirectory {
  /** '' for the root */
  readonly path: string;
  readonly runs: readonly Run[];
  readonly bytes: Uint8Array;
  readonly entries: readonly FoundEntry[];
  /** byte behind the last entry that was ever used; no one looks further */
  readonly end: number;
}

export interface FoundVolume {
  readonly geometry: ExfatGeometry;
  readonly serial: number;
  readonly label: string;
  /** in the order of the directories */
  readonly files: readonly FoundFile[];
  /** the root is the first */
  readonly directories: readonly FoundDirectory[];
  /** where the bitmap lies */
  readonly bitmap: readonly Run[];
  /** where the up-case table lies */
  readonly upCaseTable: readonly Run[];
}
