/** The writer's side of a drive that holds earlier media: it is read and compared, and nothing of it changes. */
import { readSync } from 'node:fs';
import { DeviceOutput } from './device-output.js';
import type { DeviceSink } from './messages.js';
import { PAGE } from './program.js';
import { RING } from './ring.js';

/** Reads past the cache want whole sectors. */
const SECTOR = 512;

export class CompareOutput extends DeviceOutput {
  readonly #found: Uint8Array;
  readonly #changed: Uint8Array;

  constructor(sink: DeviceSink & { readonly changed: SharedArrayBuffer }, throwIfCancelled: () => void) {
    super(sink, throwIfCancelled);
    this.#changed = new Uint8Array(sink.changed);
    // direct reads want pages (ring.ts)
    const Growable = ArrayBuffer as unknown as new (length: number, options: { maxByteLength: number }) => ArrayBuffer;
    this.#found = new Uint8Array(new Growable(RING, { maxByteLength: RING }));
  }

  override finish(): void {}

  protected override put(bytes: Uint8Array, at: number): void {
    const found = this.#found.subarray(0, Math.ceil(bytes.byteLength / SECTOR) * SECTOR);
    for (let done = 0; done < found.byteLength; ) {
      this.throwIfCancelled();
      const count = this.patiently(() => {
        return readSync(this.sink.descriptor, found, done, found.byteLength - done, at + done);
      });
      // it ends early: what is left of an earlier page differs all the same
      if (count === 0) found.fill(0, done);
      done = count === 0 ? found.byteLength : done + count;
    }
    for (let from = 0; from < bytes.byteLength; from += PAGE) {
      const to = Math.min(from + PAGE, bytes.byteLength);
      if (Buffer.compare(bytes.subarray(from, to), found.subarray(from, to)) !== 0) this.#mark((at + from) / PAGE);
    }
    this.remember(bytes, at);
  }

  #mark(page: number): void {
    this.#changed[Math.floor(page) >> 3]! |= 1 << (Math.floor(page) & 7);
  }
}
