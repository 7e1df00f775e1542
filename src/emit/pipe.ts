/** What writing to a descriptor of the caller needs, in a worker with synchronous calls and in the main thread without. */
import { closeSync, constants, fstatSync, openSync } from 'node:fs';

/** Waits for a reader that is slow, in milliseconds: short at first, so that a fast reader is not held up, then growing. */
const FIRST_WAIT = 0.05;
const LONGEST_WAIT = 20;

/**
 * A blocking write to a pipe that nobody reads cannot be called back, so an interrupt would wait for the reader. Linux
 * can open the same pipe a second time without blocking, and without changing it for others.
 */
export class CallerDescriptor {
  /** what to write to; not to be used once it is released, because the system may give the number to another file */
  readonly number: number;
  /** the second opening of the pipe; undefined for what is no pipe, and on other systems */
  #own: number | undefined;

  constructor(descriptor: number) {
    this.#own = openWithoutBlocking(descriptor);
    this.number = this.#own ?? descriptor;
  }

  /** Closes what was opened here; the caller's descriptor stays open. Never throws, may be called again. */
  release(): void {
    const own = this.#own;
    this.#own = undefined;
    if (own === undefined) return;
    try {
      closeSync(own);
    } catch {
      // a pipe has nothing that could be lost here
    }
  }
}

function openWithoutBlocking(descriptor: number): number | undefined {
  try {
    if (!fstatSync(descriptor).isFIFO() || constants.O_NONBLOCK === undefined) return undefined;
    return openSync(`/proc/self/fd/${descriptor}`, constants.O_WRONLY | constants.O_NONBLOCK);
  } catch {
    return undefined;
  }
}

/** Bytes on their way to a reader that may be slow. Whoever sends them writes and sleeps in its own way. */
export class Sending {
  #done = 0;
  #wait = FIRST_WAIT;

  /** @param throwIfStopped looked at before every write, so that none follows a stop, however long the sleep before it */
  constructor(
    readonly bytes: Uint8Array,
    readonly throwIfStopped: () => void,
  ) {}

  /** What is to be written next; undefined when all is written. @throws what `throwIfStopped` throws */
  next(): Uint8Array | undefined {
    if (this.#done === this.bytes.byteLength) return undefined;
    this.throwIfStopped();
    return this.bytes.subarray(this.#done);
  }

  /** Takes how many bytes went out; returns how long to sleep before the next write (ms). */
  sent(count: number): number {
    this.#done += count;
    const wait = this.#wait;
    this.#wait = count > 0 ? FIRST_WAIT : Math.min(wait * 2, LONGEST_WAIT);
    return count > 0 ? 0 : wait;
  }
}

/** Whether the system says that the reader has no room at the moment. */
export function isBusy(error: unknown): boolean {
  return (error as NodeJS.ErrnoException).code === 'EAGAIN';
}

/** Whether a flush failed because the disk did, and not because a pipe or terminal cannot be flushed. */
export function isLost(error: unknown): boolean {
  return ['EIO', 'ENOSPC'].includes((error as NodeJS.ErrnoException).code ?? '');
}
