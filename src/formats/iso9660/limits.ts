/**
 * What a reader of somebody's image is prepared to hold. Real media stay far below; a hostile image ends here
 * with SOURCE_CORRUPT instead of filling the memory.
 */
import { corrupt } from '../../bytes/corrupt.js';
import type { Place } from '../../errors.js';

/** Directory levels. ECMA-119 allows 8; Rock Ridge and some writers of Joliet go deeper. */
const MAX_DEPTH = 255;
/** Files and directories together. */
const MAX_ENTRIES = 500_000;
/** Bytes of all directories together. */
const MAX_DIRECTORY_BYTES = 512 * 2 ** 20;
/** UTF-16 code units of all paths together. */
const MAX_PATH_UNITS = 2 ** 27;
/** Bytes of continuation areas beyond those of the image itself: writers share none, but may read badly in order. */
const SPARE_CONTINUATION_BYTES = 64 * 2 ** 20;

/** Counts what one walk has taken. */
export class WalkLimits {
  #entries = 0;
  #directoryBytes = 0;
  #pathUnits = 0;
  #continuationBytes = 0;

  /** @param imageBytes size of the image */
  constructor(readonly imageBytes: number) {}

  /** Another directory is about to be read. */
  directory(depth: number, sizeBytes: number, where: Place): void {
    this.#directoryBytes += sizeBytes;
    if (depth > MAX_DEPTH) throw corrupt(`Directories are nested more than ${MAX_DEPTH} deep`, where);
    if (this.#directoryBytes > MAX_DIRECTORY_BYTES) {
      throw corrupt(`The directories hold more than ${MAX_DIRECTORY_BYTES} bytes`, where);
    }
  }

  /** Another file or directory was found. */
  entry(path: string, where: Place): void {
    this.#entries += 1;
    this.#pathUnits += path.length;
    if (this.#entries > MAX_ENTRIES) throw corrupt(`The volume lists more than ${MAX_ENTRIES} files`, where);
    if (this.#pathUnits > MAX_PATH_UNITS) throw corrupt('The names of the volume are absurdly long', where);
  }

  /** Bytes of continuation areas are about to be read or gone through. */
  continuation(bytes: number, where: Place): void {
    this.#continuationBytes += bytes;
    if (this.#continuationBytes > this.imageBytes + SPARE_CONTINUATION_BYTES) {
      throw corrupt('The continuation areas of the volume are more than it can hold', where);
    }
  }
}
