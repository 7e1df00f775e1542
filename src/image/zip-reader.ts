import { RandomAccessReader } from 'yauzl';
import type { Content } from '../content/content.js';

/** bytes read at once: headers are read in pieces of some dozens, one behind the other */
const PAGE = 16_384;

/** Gives yauzl the bytes of a content. A range that a hostile zip names outside of it is an error, not a crash. */
export class ZipReader extends RandomAccessReader {
  #page: { readonly start: number; readonly bytes: Buffer } | undefined;

  constructor(readonly content: Content) {
    super();
  }

  override read(
    buffer: Buffer,
    offset: number,
    length: number,
    position: number,
    callback: (error: Error | null) => void,
  ): void {
    this.copy(buffer.subarray(offset, offset + length), position).then(
      () => callback(null),
      (error: unknown) => callback(error as Error),
    );
  }

  /**
   * Fills `into` with the bytes at `position`.
   * @throws Error when there are none; InplaceError SOURCE_UNREADABLE, SOURCE_CHANGED
   */
  async copy(into: Buffer, position: number): Promise<void> {
    const { size } = this.content;
    if (!Number.isSafeInteger(position) || position + into.length > size) {
      throw new Error(`something should be at byte ${position}, and it has ${size} bytes`);
    }
    for (let done = 0; done < into.length; ) {
      const { start, bytes } = await this.#pageWith(position + done);
      done += bytes.copy(into, done, position + done - start);
    }
  }

  async #pageWith(position: number): Promise<{ start: number; bytes: Buffer }> {
    const known = this.#page;
    if (known && position >= known.start && position < known.start + known.bytes.length) return known;
    const bytes = Buffer.alloc(Math.min(PAGE, this.content.size - position));
    await this.content.read(position, bytes);
    this.#page = { start: position, bytes };
    return this.#page;
  }
}
