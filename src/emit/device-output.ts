/** The writer's side of a drive: everything but its first and its last MiB, which are kept for later. */
import { fsyncSync, writeSync } from 'node:fs';
import { crc32 } from 'node:zlib';
import type { DeviceSink } from './messages.js';
import type { Output } from './output.js';
import { onSink } from './sink-error.js';

/** Bytes at each end of a drive that decide what it is: written last. */
export const EDGE = 1024 * 1024;
/** Fields per MiB of the drive in `checks`: first byte and end of what was written there, CRC-32 of it. */
export const CHECK_FIELDS = 3;

/** Passing errors (etcher-sdk's table, facts/peers.md 3.2). */
export const PASSING = ['EIO', 'EBUSY', 'EAGAIN'];
export const TRIES = 5;
/** ms, times the number of the try */
export const PAUSE = 100;

export class DeviceOutput implements Output {
  #position = 0;
  readonly #edges: Uint8Array;
  readonly #checks: Uint32Array;
  readonly #clock = new Int32Array(new SharedArrayBuffer(4));

  constructor(
    readonly sink: DeviceSink,
    readonly throwIfCancelled: () => void,
  ) {
    this.#edges = new Uint8Array(sink.edges);
    this.#checks = new Uint32Array(sink.checks);
  }

  begin(): void {
    throw new Error('An image is one stream');
  }

  write(bytes: Uint8Array): void {
    const { size } = this.sink;
    for (let done = 0; done < bytes.byteLength; ) {
      const at = this.#position;
      const border = at < EDGE ? EDGE : at < size - EDGE ? size - EDGE : size;
      const part = bytes.subarray(done, done + Math.min(bytes.byteLength - done, border - at));
      if (at < EDGE) this.#edges.set(part, at);
      else if (at >= size - EDGE) this.#edges.set(part, EDGE + at - (size - EDGE));
      else this.put(part, at);
      done += part.byteLength;
      this.#position += part.byteLength;
    }
  }

  skip(length: number): void {
    this.#position += length;
  }

  finish(): void {
    onSink(() => fsyncSync(this.sink.descriptor));
  }

  /** Who opened the drive closes it. */
  abandon(): void {}

  /** Puts the next bytes where they belong; none of them lies at an end of the drive. */
  protected put(bytes: Uint8Array, at: number): void {
    for (let done = 0; done < bytes.byteLength; ) {
      this.throwIfCancelled();
      done += this.patiently(() => {
        return writeSync(this.sink.descriptor, bytes, done, bytes.byteLength - done, at + done);
      });
    }
    this.remember(bytes, at);
  }

  /** Tries again what may pass. @throws SinkFailure */
  protected patiently(work: () => number): number {
    return onSink(() => this.#try(work));
  }

  #try(work: () => number): number {
    for (let attempt = 1; ; attempt++) {
      try {
        return work();
      } catch (error) {
        if (attempt === TRIES || !PASSING.includes((error as NodeJS.ErrnoException).code ?? '')) throw error;
        Atomics.wait(this.#clock, 0, 0, PAUSE * attempt);
      }
    }
  }

  /** Holes are whole MiB and more, so that what is written of one MiB is one run. */
  protected remember(bytes: Uint8Array, at: number): void {
    if (this.#checks.length === 0) return;
    for (let done = 0; done < bytes.byteLength; ) {
      const [chunk, start] = [Math.floor((at + done) / EDGE), (at + done) % EDGE];
      const part = bytes.subarray(done, done + Math.min(bytes.byteLength - done, EDGE - start));
      const field = chunk * CHECK_FIELDS;
      if (this.#checks[field + 1] === 0) this.#checks[field] = start;
      this.#checks[field + 2] = crc32(part, this.#checks[field + 2]);
      this.#checks[field + 1] = start + part.byteLength;
      done += part.byteLength;
    }
  }
}
