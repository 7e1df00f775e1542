/** The chunks that were decompressed last, of all resources of a WIM together, so that memory stays bounded. */

/** Bytes. One chunk is kept whatever its size: reading the files of a solid resource in order wants it again and again. */
const DEFAULT_BUDGET = 32 * 2 ** 20;

export class ChunkCache {
  /** in the order of their last use */
  readonly #chunks = new Map<string, { readonly size: number; readonly bytes: Promise<Uint8Array> }>();
  #used = 0;

  constructor(readonly budgetBytes = DEFAULT_BUDGET) {}

  /**
   * The bytes of a chunk, decompressed by `load` when they are not there. Callers must not change them.
   * @param size bytes that `load` will give
   */
  async get(key: string, size: number, load: () => Promise<Uint8Array>): Promise<Uint8Array> {
    const known = this.#chunks.get(key);
    if (known !== undefined) {
      this.#chunks.delete(key);
      this.#chunks.set(key, known);
      return await known.bytes;
    }
    this.#makeRoom(size);
    const entry = { size, bytes: load() };
    this.#chunks.set(key, entry);
    this.#used += size;
    try {
      return await entry.bytes;
    } catch (error) {
      if (this.#chunks.get(key) === entry) this.#drop(key, size);
      throw error;
    }
  }

  #makeRoom(size: number): void {
    for (const [key, entry] of this.#chunks) {
      if (this.#used + size <= this.budgetBytes) return;
      this.#drop(key, entry.size);
    }
  }

  #drop(key: string, size: number): void {
    this.#chunks.delete(key);
    this.#used -= size;
  }
}
