import { type Content, checkRange, readBytes } from '../../../content/content.js';

const PAGE_SIZE = 65_536;
const PAGES = 64;

/** The same bytes, read by pages of 64 KiB of which the last 4 MiB are kept: metadata is read in many small pieces. */
export class CachedContent implements Content {
  readonly size: number;
  /** in the order of their last use */
  readonly #pages = new Map<number, Uint8Array>();

  constructor(readonly inner: Content) {
    this.size = inner.size;
  }

  async read(position: number, into: Uint8Array): Promise<void> {
    checkRange(this, position, into.byteLength);
    if (into.byteLength >= PAGE_SIZE) return this.inner.read(position, into);
    for (let done = 0; done < into.byteLength; ) {
      const within = (position + done) % PAGE_SIZE;
      const page = await this.#page(position + done - within);
      const part = page.subarray(within, within + into.byteLength - done);
      into.set(part, done);
      done += part.length;
    }
  }

  /** Bytes to look at, not to change: a view of the cache where they lie in one page, which spares a copy. */
  async view(position: number, length: number): Promise<Uint8Array> {
    const within = position % PAGE_SIZE;
    if (within + length > PAGE_SIZE) return readBytes(this, position, length);
    checkRange(this, position, length);
    return (await this.#page(position - within)).subarray(within, within + length);
  }

  async #page(start: number): Promise<Uint8Array> {
    let page = this.#pages.get(start);
    if (page) this.#pages.delete(start);
    else {
      page = new Uint8Array(Math.min(PAGE_SIZE, this.size - start));
      await this.inner.read(start, page);
      if (this.#pages.size >= PAGES) this.#pages.delete(this.#pages.keys().next().value!);
    }
    this.#pages.set(start, page);
    return page;
  }
}
