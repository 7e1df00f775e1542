/** Where the bytes of a zip go, and how they are gathered on the way: archiver hands out a dozen scraps per entry. */
import { close, fsync, write } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { FileWriter } from './file-writer.js';
import { FIRST_WAIT, isBusy, isLost, LONGEST_WAIT, openWithoutBlocking } from './pipe.js';

const closeAsync = promisify(close);
const fsyncAsync = promisify(fsync);

export interface ZipTarget {
  write(bytes: Uint8Array): Promise<void>;
  /** Flushes and closes what was opened here. */
  finish(): Promise<void>;
  abandon(): Promise<void>;
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
  async abandon(): Promise<void> {
    this.#writer.abandon();
  }
}

/** A descriptor of the caller, left open. */
export class ZipDescriptorTarget implements ZipTarget {
  readonly #descriptor: number;
  #own: number | undefined;

  /** @param check looked at while a reader does not read: throws when the work was stopped */
  constructor(
    descriptor: number,
    readonly check: () => void,
  ) {
    this.#own = openWithoutBlocking(descriptor);
    this.#descriptor = this.#own ?? descriptor;
  }

  async write(bytes: Uint8Array): Promise<void> {
    let wait = FIRST_WAIT;
    for (let done = 0; done < bytes.byteLength; ) {
      this.check();
      const count = await this.#writeSome(bytes, done);
      done += count;
      if (count === 0) await sleep(wait);
      wait = count > 0 ? FIRST_WAIT : Math.min(wait * 2, LONGEST_WAIT);
    }
  }

  #writeSome(bytes: Uint8Array, from: number): Promise<number> {
    return new Promise((resolve, reject) => {
      write(this.#descriptor, bytes, from, bytes.byteLength - from, null, (error, count) => {
        if (error && !isBusy(error)) reject(error);
        else resolve(error ? 0 : count);
      });
    });
  }

  async finish(): Promise<void> {
    try {
      await fsyncAsync(this.#descriptor);
    } catch (error) {
      if (isLost(error)) throw error;
    } finally {
      await this.abandon();
    }
  }

  async abandon(): Promise<void> {
    if (this.#own !== undefined) await closeAsync(this.#own);
    this.#own = undefined;
  }
}
