import { type Content, checkRange } from './content.js';
import { lastAtOrBefore } from './views.js';

/** Bytes that stand at a place of a content instead of its own. */
export interface Patch {
  readonly offset: number;
  readonly bytes: Uint8Array;
}

/** A content with other bytes in some places. */
export class PatchedContent implements Content {
  readonly size: number;
  readonly #starts: readonly number[];

  /** @param patches sorted by place; none overlaps another */
  constructor(
    readonly inner: Content,
    readonly patches: readonly Patch[],
  ) {
    this.size = inner.size;
    this.#starts = patches.map(({ offset }) => offset);
  }

  async read(position: number, into: Uint8Array): Promise<void> {
    checkRange(this, position, into.byteLength);
    await this.inner.read(position, into);
    const end = position + into.byteLength;
    for (let i = Math.max(0, lastAtOrBefore(this.#starts, position)); i < this.patches.length; i++) {
      const { offset, bytes } = this.patches[i]!;
      if (offset >= end) break;
      const from = Math.max(offset, position);
      const to = Math.min(offset + bytes.length, end);
      if (from < to) into.set(bytes.subarray(from - offset, to - offset), from - position);
    }
  }
}
