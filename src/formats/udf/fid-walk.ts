import { type Content, readBytes } from '../../content/content.js';
import { MAX_FID_LENGTH } from './structures/file-identifier-descriptor.js';

/** A directory is read through a window of several times the longest FID, whatever it is said to be long. */
const WINDOW = 4 * MAX_FID_LENGTH;

/**
 * Walks the File Identifier Descriptors of a directory, one behind the other.
 * @param visit gets the directory's bytes from a FID on, at least the whole FID if it lies in the directory, and its
 *   position there; returns the FID's length, or undefined to stop
 */
export async function walkFids(
  directory: Content,
  visit: (bytes: Uint8Array, position: number) => number | undefined,
): Promise<void> {
  for (let position = 0; position < directory.size; ) {
    const window = await readBytes(directory, position, Math.min(WINDOW, directory.size - position));
    const atEnd = position + window.length === directory.size;
    let at = 0;
    // the last FIDs of a window that is not the last are left to the next, where they are whole
    while (at < window.length && (atEnd || at + MAX_FID_LENGTH <= window.length)) {
      const length = visit(window.subarray(at), position + at);
      if (length === undefined) return;
      at += length;
    }
    position += at;
  }
}

/** A run of a file's bytes in the image. */
export interface Run {
  /** byte in the image; undefined where nothing was recorded */
  readonly offset: number | undefined;
  /** bytes */
  readonly length: number;
}

/** Where the bytes of a file lie in the image, asked from front to back. */
export class RunCursor {
  #index = 0;
  /** byte in the file where the current run begins */
  #start = 0;

  constructor(readonly runs: readonly Run[]) {}

  /** @param position not before that of an earlier call @returns undefined where nothing was recorded */
  offsetOf(position: number): number | undefined {
    let run = this.runs[this.#index];
    while (run && position >= this.#start + run.length) {
      this.#start += run.length;
      this.#index += 1;
      run = this.runs[this.#index];
    }
    return run?.offset === undefined ? undefined : run.offset + position - this.#start;
  }
}
