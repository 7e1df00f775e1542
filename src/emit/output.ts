/** What the writer writes to: one file, a descriptor that is open already, or the files of a folder. */
import type { TableFile } from './file-table.js';

export interface Output {
  /** The bytes that follow belong to this file; the one before it is finished. Only a folder knows it. */
  begin(file: TableFile): void;
  /** Writes the next bytes, all of them. @throws SinkFailure, Cancelled */
  write(bytes: Uint8Array): void;
  /** Goes on `length` bytes further; what lies between reads as zero. Only an image has that. @throws SinkFailure, Cancelled */
  skip(length: number): void;
  /** Flushes to the disk and closes. @throws SinkFailure */
  finish(): void;
  /** Closes without a word; what was written is worth nothing. */
  abandon(): void;
}
