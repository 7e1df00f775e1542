import { constants, fstatSync, openSync } from 'node:fs';

/** Waits for a reader that is slow, in milliseconds: short at first, so that a fast reader is not held up, then growing. */
export const FIRST_WAIT = 0.05;
export const LONGEST_WAIT = 20;

/**
 * A blocking write to a pipe that nobody reads cannot be called back, so an interrupt would wait for the reader. Linux
 * can open the same pipe a second time without blocking, and without changing it for others.
 * @returns the second descriptor, the caller's to close; undefined for what is no pipe, and on other systems
 */
export function openWithoutBlocking(descriptor: number): number | undefined {
  try {
    if (!fstatSync(descriptor).isFIFO() || constants.O_NONBLOCK === undefined) return undefined;
    return openSync(`/proc/self/fd/${descriptor}`, constants.O_WRONLY | constants.O_NONBLOCK);
  } catch {
    return undefined;
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
