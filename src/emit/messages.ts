/** What the threads tell each other. All of it is plain data. */
import type { Finding } from '../errors.js';
import type { Program } from './program.js';
import type { SharedMemory } from './ring.js';

/** What a worker is started with. */
export interface WorkerOrders {
  readonly program: Program;
  readonly memory: SharedMemory;
}

/** Where the copier writes. */
export type CopierSink =
  /** an empty file that is there and is ours */
  | { readonly to: 'file'; readonly path: string }
  /** a descriptor that is open already: a pipe, a terminal's redirection */
  | { readonly to: 'descriptor'; readonly descriptor: number }
  /** the files that the program names */
  | { readonly to: 'folder' };

export interface CopierOrders extends WorkerOrders {
  readonly sink: CopierSink;
  /** no hash worker runs: the copier sums by itself */
  readonly hashes: boolean;
}

/** An error of the operating system. */
export interface SystemError {
  readonly code: string;
  readonly message: string;
  /** negative number of the system, for errors that Node has no name for */
  readonly errno?: number;
}

export type WorkerMessage =
  /** copier: put `length` bytes of the step, from `position` on, into the ring at `offset` */
  | {
      readonly type: 'supply';
      readonly step: number;
      readonly position: number;
      readonly offset: number;
      readonly length: number;
    }
  /** hasher: every byte before this late step is summed */
  | { readonly type: 'late'; readonly step: number }
  /** all is done: written, flushed and closed, or summed */
  | { readonly type: 'done' }
  /** an input failed */
  | { readonly type: 'sourceFailed'; readonly findings: readonly Finding[] }
  /** the output failed */
  | { readonly type: 'sinkFailed'; readonly error: SystemError };
