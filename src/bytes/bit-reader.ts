/**
 * Bits as XPRESS Huffman (MS-XCA 2.2.4) and LZX (MS-PATCH 2.2) store them: in little-endian units of 16 bits, each read from its
 * most significant bit. At least 16 bits are always at hand, and the next unit is fetched the moment there would be fewer: XPRESS puts
 * whole bytes between the units, so where a unit is fetched is part of the format.
 *
 * Behind the end come zeros, as decoders of Windows do; `checkEnd` says whether any of them was used.
 */
import { corrupt } from './corrupt.js';
import type { HuffmanTable } from './huffman-table.js';

export class BitReader {
  input: Uint8Array = new Uint8Array(0);
  /** the next bits, from bit 31 down */
  bits = 0;
  /** how many of `bits` are from the stream: 16 to 32 */
  count = 0;
  /** of the next unit in `input` */
  position = 0;
  /** units of zeros that were supplied behind the end */
  missing = 0;

  /** @param format for messages: `XPRESS` or `LZX` */
  constructor(readonly format: string) {}

  /** Starts at `position`. */
  start(input: Uint8Array, position: number): void {
    this.input = input;
    this.position = position;
    this.missing = 0;
    this.bits = this.unit() << 16;
    this.bits |= this.unit();
    this.count = 32;
  }

  /** The next unit. @throws InplaceError SOURCE_CORRUPT when several were missing before */
  unit(): number {
    const { input, position } = this;
    if (position + 1 < input.length) {
      this.position = position + 2;
      return input[position]! | (input[position + 1]! << 8);
    }
    // with 16 bits at hand and 32 bits of zeros supplied, used ones are among them
    if (this.missing > 2) throw this.cutShort();
    this.missing++;
    return 0;
  }

  /** Takes `count` bits away, at most 16. */
  skip(count: number): void {
    this.bits <<= count;
    this.count -= count;
    if (this.count < 16) {
      this.bits |= this.unit() << (16 - this.count);
      this.count += 16;
    }
  }

  /** The next `count` bits as a number, at most 16; 0 bits are 0. */
  read(count: number): number {
    const value = (this.bits >>> 1) >>> (31 - count);
    this.skip(count);
    return value;
  }

  /** The next symbol. @throws InplaceError SOURCE_CORRUPT when no codeword begins like the next bits */
  symbol(table: HuffmanTable): number {
    const entry = table.entries[this.bits >>> (32 - table.tableBits)] || table.long(this.bits >>> 16);
    if (entry === 0) throw this.damaged('The next bits are no codeword');
    this.skip(entry & 31);
    return entry >>> 5;
  }

  /** @throws InplaceError SOURCE_CORRUPT when more bits were used than there are */
  checkEnd(): void {
    if (this.missing * 16 > this.count) throw this.cutShort();
  }

  cutShort() {
    return this.damaged(`The compressed data of ${this.input.length} bytes is cut short`);
  }

  /** SOURCE_CORRUPT at the place that is being read; offsets count from the start of the compressed data. */
  damaged(message: string) {
    return corrupt(message, { offset: Math.min(this.position, this.input.length), field: this.format });
  }
}
