/** Where the bytes of a zip go, and how they are gathered on the way: archiver hands out a dozen scraps per entry. */
import { fsync, write } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { FileWriter } from './file-writer.js';
import { CallerDescriptor, isBusy, isLost, Sending } from './pipe.js';

const fsyncAsync = promisify(fsync);

export interface ZipTarget {
  write(bytes: Uint8Array): Promise<void>;
  /** Flushes and closes what was opened here. */
  finish(): Promise<void>;
  /** Closes what was opened here; only when no write is under way, for its number may go to another file. */
  abandon(): void;
}

/** An empty file of ours. Writes are synchronous: a direct write of one gathered buffer takes less than a millisecond. */
export class ZipFileTarget implements ZipTarget {
  readonly #writer: FileWriter;
  constructor(path: string) {
    this.#writer = new FileWriter(path, 'empty', true);
  }
  async write(bytes: Uint8Array): Promise<void> {
    this.#writer.write(bytes);
  }
  async finish(): Promise<void> {
    this.#writer.finish(true);
  }
  abandon(): void {
    this.#writer.abandon();
  }
}

/** A descriptor of the caller, left open. */
export class ZipDescriptorTarget implements ZipTarget {
  readonly #descriptor: CallerDescriptor;

  /** @param check looked at before every write: throws when the work was stopped */
  constructor(
    descriptor: number,
    readonly check: () => void,
  ) {
    this.#descriptor = new CallerDescriptor(descriptor);
  }

  async write(bytes: Uint8Array): Promise<void> {
    const sending = new Sending(bytes, this.check);
    for (let rest = sending.next(); rest; rest = sending.next()) {
      const wait = sending.sent(await this.#writeSome(rest));
      if (wait > 0) await sleep(wait);
    }
  }

  #writeSome(bytes: Uint8Array): Promise<number> {
    return new Promise((resolve, reject) => {
      write(this.#descriptor.number, bytes, (error, count) => {
        if (error && !isBusy(error)) reject(error);
        else resolve(error ? 0 : count);
      });
    });
  }

  async finish(): Promise<void> {
    try {
      await fsyncAsync(this.#descriptor.number);
    } catch (error) {
      if (isLost(error)) throw error;
    } finally {
      this.abandon();
    }
  }

  abandon(): void {
    this.#descriptor.release();
  }
}
