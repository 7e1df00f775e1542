import { statSync } from 'node:fs';
import type { LocalRange } from '../content/content.js';
import { sourceChanged, sourceUnreadable } from '../content/file.js';
import { LocalReader } from '../content/local-reader.js';

/**
 * Reads local files, one open at a time, and looks at each again when it is left: a file that was
 * written to while it was being copied must not end up on the media half old and half new.
 */
export class SourceReader {
  readonly #reader = new LocalReader();
  #current: LocalRange | undefined;
  /** reads since the file was opened */
  #reads = 0;

  /**
   * Fills `into` with the bytes at `position` of the range.
   * @throws InplaceError SOURCE_CHANGED, SOURCE_MISSING, SOURCE_UNREADABLE
   */
  read(range: LocalRange, position: number, into: Uint8Array): void {
    if (this.#current !== range) {
      if (this.#current && !isSameFile(this.#current, range)) this.leave();
      this.#current = range;
    }
    this.#reads += 1;
    this.#reader.read(range, position, into);
  }

  /** Closes the file that is open and checks that it is still what it was. @throws InplaceError as `read` */
  leave(): void {
    const file = this.#current;
    if (!file) return;
    // a file that was read in one call had been looked at right before it
    const once = this.#reads === 1;
    this.close();
    if (once) return;
    let now: { size: number; mtimeMs: number };
    try {
      now = statSync(file.path);
    } catch (error) {
      throw sourceUnreadable(file.path, error);
    }
    if (now.size !== file.seen.size || now.mtimeMs !== file.seen.modifiedMs) throw sourceChanged(file.path);
  }

  /** Closes the file that is open, without a look at it. */
  close(): void {
    this.#current = undefined;
    this.#reads = 0;
    this.#reader.close();
  }
}

function isSameFile(a: LocalRange, b: LocalRange): boolean {
  return a.path === b.path && a.seen.size === b.seen.size && a.seen.modifiedMs === b.seen.modifiedMs;
}
