/**
 * XPRESS with Huffman codes, MS-XCA 2.1.4 and 2.2.4, as WIM stores a chunk: one Huffman table for the whole of it.
 *
 * | bytes | field |
 * | 256 | codeword lengths of 512 symbols, four bits each, the even symbol in the low half |
 * | … | bits, with the bytes of long match lengths between them |
 *
 * Symbols below 256 are literals. The others are matches: low four bits length - 3 (15: a byte follows), next four bits how many bits
 * of the distance follow below its leading 1.
 */
import { BitReader } from '../../bytes/bit-reader.js';
import { copyMatch } from '../../bytes/copy-match.js';
import { HuffmanTable } from '../../bytes/huffman-table.js';

/** MS-XCA 2.1.4.3: a new Huffman table begins after so many bytes; WIM has no larger chunks of XPRESS. */
export const XPRESS_CHUNK_LIMIT = 65536;

const SYMBOLS = 512;
const TABLE_BYTES = SYMBOLS / 2;
const SHORTEST_MATCH = 3;

export class XpressDecompressor {
  readonly #lengths = new Uint8Array(SYMBOLS);
  readonly #table = new HuffmanTable(SYMBOLS, 11);
  readonly #reader = new BitReader('XPRESS');

  /**
   * Decompresses one chunk.
   * @param output exactly as long as the chunk is when uncompressed, at most `XPRESS_CHUNK_LIMIT`
   * @throws InplaceError SOURCE_CORRUPT, offsets from the start of `input`; what `output` then holds is undefined
   */
  decompress(input: Uint8Array, output: Uint8Array): void {
    const reader = this.#reader;
    this.#readTable(input);
    reader.start(input, TABLE_BYTES);
    this.#decode(output);
    reader.checkEnd();
  }

  #readTable(input: Uint8Array): void {
    const lengths = this.#lengths;
    this.#reader.input = input;
    this.#reader.position = 0;
    if (input.length < TABLE_BYTES) throw this.#reader.cutShort();
    for (let i = 0; i < TABLE_BYTES; i++) {
      lengths[2 * i] = input[i]! & 15;
      lengths[2 * i + 1] = input[i]! >>> 4;
    }
    if (!this.#table.build(lengths)) throw this.#reader.damaged('The Huffman table has too many codewords');
  }

  #decode(output: Uint8Array): void {
    const reader = this.#reader;
    const table = this.#table;
    const entries = table.entries;
    const end = output.length;
    let at = 0;
    while (at < end) {
      const entry = entries[reader.bits >>> 21] || table.long(reader.bits >>> 16);
      if (entry === 0) throw reader.damaged('The next bits are no codeword');
      reader.skip(entry & 31);
      const symbol = entry >>> 5;
      if (symbol < 256) {
        output[at++] = symbol;
        continue;
      }
      let length = symbol & 15;
      if (length === 15) length = this.#longLength();
      length += SHORTEST_MATCH;
      const distanceBits = (symbol >>> 4) & 15;
      const distance = (1 << distanceBits) | reader.read(distanceBits);
      if (distance > at) throw reader.damaged(`A match ${distance} bytes back, after ${at} bytes of output`);
      if (length > end - at)
        throw reader.damaged(`A match of ${length} bytes, where ${end - at} are left of the chunk`);
      copyMatch(output, at, distance, length);
      at += length;
    }
  }

  /** Length - 3 of a match that the symbol has no room for: a byte more than 15, or 255 and a 16-bit number. */
  #longLength(): number {
    const { input } = this.#reader;
    const { position } = this.#reader;
    if (position >= input.length) throw this.#reader.cutShort();
    if (input[position] !== 255) {
      this.#reader.position = position + 1;
      return 15 + input[position]!;
    }
    if (position + 3 > input.length) throw this.#reader.cutShort();
    this.#reader.position = position + 3;
    return input[position + 1]! | (input[position + 2]! << 8);
  }
}
