import { closeSync, fsyncSync, writeSync } from 'node:fs';
import type { Output } from './output.js';
import { FIRST_WAIT, isBusy, isLost, LONGEST_WAIT, openWithoutBlocking } from './pipe.js';
import { onSink } from './sink-error.js';

/** A descriptor of the caller: a pipe, or a file that a shell opened. It is written from where it stands and left open. */
export class DescriptorOutput implements Output {
  readonly #descriptor: number;
  /** a second opening of the same pipe */
  #own: number | undefined;
  readonly #clock = new Int32Array(new SharedArrayBuffer(4));

  /** @param throwIfCancelled looked at while a reader does not read */
  constructor(
    descriptor: number,
    readonly throwIfCancelled: () => void,
  ) {
    this.#own = openWithoutBlocking(descriptor);
    this.#descriptor = this.#own ?? descriptor;
  }

  begin(): void {
    throw new Error('An image is one stream');
  }

  write(bytes: Uint8Array): void {
    let wait = FIRST_WAIT;
    for (let done = 0; done < bytes.byteLength; ) {
      const count = onSink(() => this.#writeSome(bytes, done));
      done += count;
      wait = count > 0 ? FIRST_WAIT : this.#pause(wait);
    }
  }

  #writeSome(bytes: Uint8Array, from: number): number {
    try {
      return writeSync(this.#descriptor, bytes, from, bytes.byteLength - from, null);
    } catch (error) {
      if (isBusy(error)) return 0;
      throw error;
    }
  }

  /** Sleeps, and returns how long to sleep the next time. */
  #pause(wait: number): number {
    this.throwIfCancelled();
    Atomics.wait(this.#clock, 0, 0, wait);
    return Math.min(wait * 2, LONGEST_WAIT);
  }

  finish(): void {
    onSink(() => {
      try {
        fsyncSync(this.#descriptor);
      } catch (error) {
        if (isLost(error)) throw error;
      }
    });
    this.abandon();
  }

  abandon(): void {
    if (this.#own !== undefined) closeSync(this.#own);
    this.#own = undefined;
  }
}
