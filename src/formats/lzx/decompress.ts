/**
 * LZX as WIM uses it: MS-PATCH 2 (LZX DELTA) describes the bits; in WIM, as Microsoft's WIM document says, every chunk stands alone, has
 * a window of the chunk size, no header, block sizes of its own form (`#blockSize`), and E8 translation always.
 */
import { BitReader } from '../../bytes/bit-reader.js';
import { copyMatch } from '../../bytes/copy-match.js';
import { HuffmanTable } from '../../bytes/huffman-table.js';
import { CodeLengthReader } from './code-lengths.js';
import {
  ALIGNED_SYMBOLS,
  BASE_POSITION,
  BLOCK,
  FOOTER_BITS,
  LARGEST_ORDER,
  LENGTH_HEADERS,
  LENGTH_SYMBOLS,
  LITERALS,
  OFFSET_ADJUSTMENT,
  positionSlots,
  SHORTEST_MATCH,
  SMALLEST_ORDER,
} from './constants.js';
import { undoE8Translation } from './e8.js';

/** Bytes of a block whose header has the bit for the usual size. */
const USUAL_BLOCK_BYTES = 32768;

export class LzxDecompressor {
  readonly #order: number;
  readonly #reader = new BitReader('LZX');
  readonly #codeLengths = new CodeLengthReader(this.#reader);
  readonly #mainLengths: Uint8Array;
  readonly #lengthLengths = new Uint8Array(LENGTH_SYMBOLS);
  readonly #alignedLengths = new Uint8Array(ALIGNED_SYMBOLS);
  readonly #main: HuffmanTable;
  readonly #length = new HuffmanTable(LENGTH_SYMBOLS, 10);
  readonly #aligned = new HuffmanTable(ALIGNED_SYMBOLS, 7);
  /** R0, R1 and R2 of MS-PATCH 2.1 */
  readonly #recent = new Int32Array(3);

  /** @param order log2 of the chunk size, 15 to 21 */
  constructor(order: number) {
    if (!(order >= SMALLEST_ORDER && order <= LARGEST_ORDER)) throw new RangeError(`No LZX window order ${order}`);
    this.#order = order;
    const symbols = LITERALS + LENGTH_HEADERS * positionSlots(order);
    this.#mainLengths = new Uint8Array(symbols);
    this.#main = new HuffmanTable(symbols, 11);
  }

  /**
   * Decompresses one chunk.
   * @param output exactly as long as the chunk is when uncompressed, at most 2^order bytes
   * @throws InplaceError SOURCE_CORRUPT, offsets from the start of `input`; what `output` then holds is undefined
   */
  decompress(input: Uint8Array, output: Uint8Array): void {
    const reader = this.#reader;
    reader.start(input, 0);
    this.#mainLengths.fill(0);
    this.#lengthLengths.fill(0);
    this.#recent.fill(1);
    let at = 0;
    while (at < output.length) at = this.#block(output, at);
    reader.checkEnd();
    undoE8Translation(output);
  }

  /** MS-PATCH 2.3. @returns where the block ends in the output */
  #block(output: Uint8Array, at: number): number {
    const reader = this.#reader;
    const type = reader.read(3);
    const size = this.#blockSize();
    if (size === 0) throw reader.damaged('A block of no bytes');
    if (size > output.length - at) {
      throw reader.damaged(`A block of ${size} bytes, where ${output.length - at} are left of the chunk`);
    }
    if (type === BLOCK.uncompressed) this.#uncompressed(output, at, size);
    else if (type === BLOCK.verbatim || type === BLOCK.aligned) {
      this.#readTrees(type);
      this.#decode(output, at, at + size, type === BLOCK.aligned);
    } else throw reader.damaged(`Block type ${type}, expected 1, 2 or 3`);
    return at + size;
  }

  /** One bit for 32768, or a number of 16 bits, of 24 with windows over 32 KiB. */
  #blockSize(): number {
    const reader = this.#reader;
    if (reader.read(1) === 1) return USUAL_BLOCK_BYTES;
    return this.#order > SMALLEST_ORDER ? (reader.read(16) << 8) | reader.read(8) : reader.read(16);
  }

  #readTrees(type: number): void {
    const reader = this.#reader;
    if (type === BLOCK.aligned) {
      for (let i = 0; i < ALIGNED_SYMBOLS; i++) this.#alignedLengths[i] = reader.read(3);
      this.#build(this.#aligned, this.#alignedLengths, 'aligned offset');
    }
    this.#codeLengths.read(this.#mainLengths.subarray(0, LITERALS));
    this.#codeLengths.read(this.#mainLengths.subarray(LITERALS));
    this.#build(this.#main, this.#mainLengths, 'main');
    this.#codeLengths.read(this.#lengthLengths);
    this.#build(this.#length, this.#lengthLengths, 'length');
  }

  #build(table: HuffmanTable, lengths: Uint8Array, name: string): void {
    if (!table.build(lengths)) throw this.#reader.damaged(`The ${name} tree has too many codewords`);
  }

  #decode(output: Uint8Array, from: number, end: number, aligned: boolean): void {
    const reader = this.#reader;
    const main = this.#main;
    const entries = main.entries;
    let at = from;
    while (at < end) {
      const entry = entries[reader.bits >>> 21] || main.long(reader.bits >>> 16);
      if (entry === 0) throw reader.damaged('The next bits are no codeword');
      reader.skip(entry & 31);
      const symbol = entry >>> 5;
      if (symbol < LITERALS) {
        output[at++] = symbol;
        continue;
      }
      let length = symbol & (LENGTH_HEADERS - 1);
      if (length === LENGTH_HEADERS - 1) length += reader.symbol(this.#length);
      length += SHORTEST_MATCH;
      const offset = this.#offset((symbol - LITERALS) >>> 3, aligned);
      if (offset > at) throw reader.damaged(`A match ${offset} bytes back, after ${at} bytes of output`);
      if (length > end - at)
        throw reader.damaged(`A match of ${length} bytes, where ${end - at} are left of the block`);
      copyMatch(output, at, offset, length);
      at += length;
    }
  }

  /** Offset of a match by its position slot; recent ones come to the front. Never below 1. */
  #offset(slot: number, aligned: boolean): number {
    const recent = this.#recent;
    if (slot < 3) {
      const offset = recent[slot]!;
      recent[slot] = recent[0]!;
      recent[0] = offset;
      return offset;
    }
    const offset = BASE_POSITION[slot]! + this.#footer(FOOTER_BITS[slot]!, aligned) - OFFSET_ADJUSTMENT;
    recent[2] = recent[1]!;
    recent[1] = recent[0]!;
    recent[0] = offset;
    return offset;
  }

  /** The offset bits that follow a slot; in aligned blocks the lowest three of them, if there are as many, are Huffman coded. */
  #footer(bits: number, aligned: boolean): number {
    const reader = this.#reader;
    if (aligned && bits >= 3) {
      const upper = reader.read(bits - 3);
      return (upper << 3) | reader.symbol(this.#aligned);
    }
    if (bits <= 16) return reader.read(bits);
    const upper = reader.read(bits - 16);
    return (upper << 16) | reader.read(16);
  }

  /** MS-PATCH 2.3: padding of 1 to 16 bits, R0 to R2 in 32 bits each, the bytes, and one more if their number is odd. */
  #uncompressed(output: Uint8Array, at: number, size: number): void {
    const reader = this.#reader;
    const { input } = reader;
    // unread bits end at `position`: whole units, and a rest, which is the padding; without a rest the next unit is
    const rest = reader.count % 16;
    const units = (reader.count - rest) / 16 - (rest === 0 ? 1 : 0);
    const start = reader.position - 2 * units;
    if (start + 12 + size > input.length) throw reader.cutShort();
    for (let i = 0; i < 3; i++) {
      this.#recent[i] = readInt32(input, start + 4 * i);
      if (this.#recent[i]! < 1) throw reader.damaged(`A recent offset of ${this.#recent[i]}`);
    }
    output.set(input.subarray(start + 12, start + 12 + size), at);
    reader.start(input, start + 12 + size + (size & 1));
  }
}

function readInt32(bytes: Uint8Array, at: number): number {
  return bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24);
}
