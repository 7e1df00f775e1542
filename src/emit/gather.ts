/** Gathers scraps of bytes into writes of one size. */
export class Gatherer {
  readonly #buffer: Uint8Array;
  #used = 0;

  /** @param size bytes per write; the buffer begins at a page, as direct writes need it */
  constructor(
    size: number,
    readonly write: (bytes: Uint8Array) => Promise<void>,
  ) {
    // growable memory gets pages of its own from V8 (see ring.ts)
    const Growable = ArrayBuffer as unknown as new (length: number, options: { maxByteLength: number }) => ArrayBuffer;
    this.#buffer = new Uint8Array(new Growable(size, { maxByteLength: size }));
  }

  /** Takes bytes; the write that fills up is awaited. */
  async push(bytes: Uint8Array): Promise<void> {
    for (let done = 0; done < bytes.byteLength; ) {
      const count = Math.min(bytes.byteLength - done, this.#buffer.byteLength - this.#used);
      this.#buffer.set(bytes.subarray(done, done + count), this.#used);
      this.#used += count;
      done += count;
      if (this.#used === this.#buffer.byteLength) await this.flush();
    }
  }

  /** Writes what is left. */
  async flush(): Promise<void> {
    const used = this.#used;
    this.#used = 0;
    if (used > 0) await this.write(this.#buffer.subarray(0, used));
  }
}
