import { type Content, checkRange } from './content.js';

/** Bytes in memory: generated files and rendered structures. */
export class BytesContent implements Content {
  readonly size: number;
  constructor(readonly bytes: Uint8Array) {
    this.size = bytes.byteLength;
  }
  async read(position: number, into: Uint8Array): Promise<void> {
    checkRange(this, position, into.byteLength);
    into.set(this.bytes.subarray(position, position + into.byteLength));
  }
}

/** Text as a content, in UTF-8. */
export function textContent(text: string): BytesContent {
  return new BytesContent(new TextEncoder().encode(text));
}

/** Nothing but zero bytes: sparse extents of a UDF file, reserved areas. */
export class ZeroContent implements Content {
  constructor(readonly size: number) {}
  async read(position: number, into: Uint8Array): Promise<void> {
    checkRange(this, position, into.byteLength);
    into.fill(0);
  }
}

/** A part of another content. A range of a range refers to the innermost one. */
export function rangeContent(inner: Content, offset: number, size: number): Content {
  checkRange(inner, offset, size);
  if (offset === 0 && size === inner.size) return inner;
  if (inner instanceof RangeContent) return new RangeContent(inner.inner, inner.offset + offset, size);
  return inner.parts === undefined ? new RangeContent(inner, offset, size) : rangeOfParts(inner.parts, offset, size);
}

/** So that a worker can read a range of a file in several extents by itself. */
function rangeOfParts(parts: readonly Content[], offset: number, size: number): Content {
  const pieces: Content[] = [];
  let start = 0;
  for (const part of parts) {
    const from = Math.max(offset, start);
    const to = Math.min(offset + size, start + part.size);
    if (from < to) pieces.push(rangeContent(part, from - start, to - from));
    start += part.size;
  }
  return concatContent(pieces);
}

class RangeContent implements Content {
  readonly local?: NonNullable<Content['local']>;
  constructor(
    readonly inner: Content,
    readonly offset: number,
    readonly size: number,
  ) {
    if (inner.local) this.local = { ...inner.local, offset: inner.local.offset + offset };
  }
  async read(position: number, into: Uint8Array): Promise<void> {
    checkRange(this, position, into.byteLength);
    await this.inner.read(this.offset + position, into);
  }
}

/** Contents one after the other. Neighbours that lie one behind the other in the same local file become one. */
export function concatContent(pieces: readonly Content[]): Content {
  const parts: Content[] = [];
  for (const piece of pieces) {
    const last = parts.at(-1);
    const joined = last === undefined ? undefined : joinNeighbours(last, piece);
    if (joined !== undefined) parts[parts.length - 1] = joined;
    else if (piece.size > 0) parts.push(piece);
  }
  if (parts.length === 0) return new BytesContent(new Uint8Array(0));
  return parts.length === 1 ? parts[0]! : new ConcatContent(parts);
}

function joinNeighbours(first: Content, second: Content): Content | undefined {
  if (!(first instanceof RangeContent) || !(second instanceof RangeContent)) return undefined;
  if (first.inner !== second.inner || first.offset + first.size !== second.offset) return undefined;
  return rangeContent(first.inner, first.offset, first.size + second.size);
}

class ConcatContent implements Content {
  readonly size: number;
  /** offset of each part in the whole */
  readonly #starts: readonly number[];
  constructor(readonly parts: readonly Content[]) {
    const starts: number[] = [];
    let total = 0;
    for (const part of parts) {
      starts.push(total);
      total += part.size;
    }
    this.#starts = starts;
    this.size = total;
  }
  async read(position: number, into: Uint8Array): Promise<void> {
    checkRange(this, position, into.byteLength);
    let done = 0;
    let index = lastAtOrBefore(this.#starts, position);
    while (done < into.byteLength) {
      const part = this.parts[index]!;
      const within = position + done - this.#starts[index]!;
      const length = Math.min(part.size - within, into.byteLength - done);
      await part.read(within, into.subarray(done, done + length));
      done += length;
      index += 1;
    }
  }
}

/** Index of the last number in the sorted list that is not greater than `value`; -1 when there is none. */
export function lastAtOrBefore(sorted: readonly number[], value: number): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (sorted[middle]! <= value) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

/** A structure of known size that is rendered when it is read, so that memory does not hold 100,000 of them. */
export class RenderedContent implements Content {
  /** @param render fills `into` with the bytes at `position`; must be pure: the same range gives the same bytes */
  constructor(
    readonly size: number,
    readonly render: (position: number, into: Uint8Array) => void,
  ) {}
  async read(position: number, into: Uint8Array): Promise<void> {
    checkRange(this, position, into.byteLength);
    this.render(position, into);
  }
}

/** A content whose size is known at layout and whose bytes are known only after everything before it was written. */
export class LateContent implements Content {
  #bytes: Uint8Array | undefined;
  constructor(readonly size: number) {}
  /** Gives the bytes, once. */
  resolve(bytes: Uint8Array): void {
    if (this.#bytes) throw new Error('A late content is resolved once');
    if (bytes.byteLength !== this.size) {
      throw new Error(`A late content of ${this.size} bytes was resolved with ${bytes.byteLength}`);
    }
    this.#bytes = bytes;
  }
  async read(position: number, into: Uint8Array): Promise<void> {
    checkRange(this, position, into.byteLength);
    if (!this.#bytes) throw new Error('A late content was read before it was resolved');
    into.set(this.#bytes.subarray(position, position + into.byteLength));
  }
}
