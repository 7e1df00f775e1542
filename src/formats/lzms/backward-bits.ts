/**
 * The backward half of an LZMS block: Huffman codewords and verbatim bits, in 16-bit little-endian units that are read from the end of the
 * block to its start, each from its most significant bit.
 */
import { corrupt } from '../../bytes/corrupt.js';

export class BackwardBits {
  #input: Uint8Array = new Uint8Array(0);
  /** end of the next unit */
  #position = 0;
  #bits = 0;
  #count = 0;
  #missing = 0;

  /** @param input of even length */
  start(input: Uint8Array): void {
    this.#input = input;
    this.#position = input.length;
    this.#bits = 0;
    this.#count = 0;
    this.#missing = 0;
  }

  get position(): number {
    return this.#position;
  }

  /** The next 16 bits, which stay; behind the end come zeros. @throws InplaceError SOURCE_CORRUPT when only those are left */
  peek16(): number {
    if (this.#count < 16) {
      this.#bits |= this.#unit() << (16 - this.#count);
      this.#count += 16;
    }
    return this.#bits >>> 16;
  }

  /** Takes away bits that `peek16` showed. */
  skip(count: number): void {
    this.#bits <<= count;
    this.#count -= count;
  }

  /** The next `count` bits as a number, at most 30. */
  read(count: number): number {
    if (count > 16) {
      const upper = this.read(count - 16);
      return upper * 0x10000 + this.read(16);
    }
    if (count === 0) return 0;
    const value = this.peek16() >>> (16 - count);
    this.skip(count);
    return value;
  }

  #unit(): number {
    const at = this.#position - 2;
    if (at < 0) {
      // after one missing unit, of which a bit may be looked at but not used
      if (this.#missing++ > 1) throw corrupt('The compressed data is cut short', { offset: 0, field: 'LZMS' });
      return 0;
    }
    this.#position = at;
    return this.#input[at]! | (this.#input[at + 1]! << 8);
  }
}
