import { fsyncSync, writeSync } from 'node:fs';
import type { Output } from './output.js';
import { CallerDescriptor, isBusy, isLost, Sending } from './pipe.js';
import { onSink } from './sink-error.js';

/** bytes at a time */
const ZEROS = 1024 * 1024;

/** A descriptor of the caller: a pipe, or a file that a shell opened. It is written from where it stands and left open. */
export class DescriptorOutput implements Output {
  readonly #descriptor: CallerDescriptor;
  readonly #clock = new Int32Array(new SharedArrayBuffer(4));

  /** @param throwIfCancelled looked at before every write */
  constructor(
    descriptor: number,
    readonly throwIfCancelled: () => void,
  ) {
    this.#descriptor = new CallerDescriptor(descriptor);
  }

  begin(): void {
    throw new Error('An image is one stream');
  }

  write(bytes: Uint8Array): void {
    const sending = new Sending(bytes, this.throwIfCancelled);
    for (let rest = sending.next(); rest; rest = sending.next()) {
      const wait = sending.sent(this.#writeSome(rest));
      if (wait > 0) Atomics.wait(this.#clock, 0, 0, wait);
    }
  }

  /** A pipe takes every byte. */
  skip(length: number): void {
    const zeros = new Uint8Array(Math.min(length, ZEROS));
    for (let left = length; left > 0; left -= zeros.length) this.write(zeros.subarray(0, left));
  }

  #writeSome(bytes: Uint8Array): number {
    return onSink(() => {
      try {
        return writeSync(this.#descriptor.number, bytes);
      } catch (error) {
        if (isBusy(error)) return 0;
        throw error;
      }
    });
  }

  finish(): void {
    onSink(() => {
      try {
        fsyncSync(this.#descriptor.number);
      } catch (error) {
        if (isLost(error)) throw error;
      }
    });
    this.abandon();
  }

  abandon(): void {
    this.#descriptor.release();
  }
}
