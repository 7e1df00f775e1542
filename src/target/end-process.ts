/** The end of a program whose time is over. */
import { reasonOf } from './gone.js';
import type { Machine } from './machine.js';

/** Ends a process and all it started. @returns why it still runs; empty when it does not */
export function endProcess({ processes }: Machine, process: string): string {
  try {
    processes.end(process);
    return '';
  } catch (error) {
    return reasonOf(error);
  }
}

/** Behind `did not end in 5 min`. @param stillRuns as `endProcess` gives it */
export function endWords(stillRuns: string): string {
  return stillRuns === '' ? 'and was ended' : `and still runs, for it could not be ended: ${stillRuns}`;
}
