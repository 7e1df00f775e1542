/** What the threads tell each other. All of it is plain data. */
import type { Finding } from '../errors.js';
import type { FileTable } from './file-table.js';
import type { Steps } from './program.js';
import type { SharedMemory } from './ring.js';

/** What the hash worker is started with. */
export interface HasherOrders {
  readonly program: Steps;
  readonly memory: SharedMemory;
}

/** What the read worker is started with. */
export interface ReaderOrders extends HasherOrders {
  /** files that local steps read */
  readonly sources: FileTable;
  /** no hash worker runs: the reader sums by itself */
  readonly hashes: boolean;
  /** position in the stream where it begins */
  readonly from: number;
}

/** What the write worker is started with. */
export interface WriterOrders extends HasherOrders {
  /** files that output steps make */
  readonly outputs: FileTable;
  readonly sink: WriterSink;
  /** position in the stream where it begins */
  readonly from: number;
  /** which of the writers of this ring it is */
  readonly writer: number;
  /** other writers follow the same ring: bytes are copied out of it, so that nobody waits for a slow output */
  readonly shares: boolean;
}

/** A drive that is open, and the memory that the writer shares about it. */
export interface DeviceSink {
  readonly descriptor: number;
  /** bytes of the drive */
  readonly size: number;
  /** the first MiB and the last, as they shall become */
  readonly edges: SharedArrayBuffer;
  /** `CHECK_FIELDS` (device-output.ts) numbers of 32 bits for each MiB; empty when nothing will be read back */
  readonly checks: SharedArrayBuffer;
  /**
   * Given: nothing is written. What the drive has is read and compared, and each page of `PAGE` bytes that differs gets
   * its bit, the lowest first.
   */
  readonly changed?: SharedArrayBuffer;
}

/** Where the bytes go. */
export type WriterSink =
  /** an empty file that is there and is ours */
  | { readonly to: 'file'; readonly path: string }
  /** a descriptor that is open already: a pipe, a terminal's redirection */
  | { readonly to: 'descriptor'; readonly descriptor: number }
  /** the files that the program names */
  | { readonly to: 'folder' }
  /** a drive that is open; its ends are kept for later */
  | { readonly to: 'device'; readonly device: DeviceSink };

/** An error of the operating system. */
export interface SystemError {
  readonly code: string;
  readonly message: string;
  /** negative number of the system, for errors that Node has no name for */
  readonly errno?: number;
}

export type WorkerMessage =
  /** reader: put `length` bytes of the step, from `position` on, into the ring at `offset` */
  | {
      readonly type: 'supply';
      readonly step: number;
      readonly position: number;
      readonly offset: number;
      readonly length: number;
    }
  /** hasher: every byte before this late step is summed */
  | { readonly type: 'late'; readonly step: number }
  /** writer: the others went on without it; everything before `position` is written */
  | { readonly type: 'left'; readonly position: number }
  /** all is done: read, summed, or written, flushed and closed */
  | { readonly type: 'done' }
  /** an input failed */
  | { readonly type: 'sourceFailed'; readonly findings: readonly Finding[] }
  /** the output failed */
  | { readonly type: 'sinkFailed'; readonly error: SystemError };
