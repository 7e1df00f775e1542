/**
 * Codeword lengths of the main and length trees, MS-PATCH 2.3.1: themselves Huffman coded, each as the difference (modulo 17) to what
 * the symbol had in the block before.
 *
 * | pretree symbol | what it says |
 * | 0 to 16 | one length: the one before less the symbol |
 * | 17 | 4 zeros, and as many more as the next 4 bits say |
 * | 18 | 20 zeros, and as many more as the next 5 bits say |
 * | 19 | 4 of one length, and one more if the next bit is set; the symbol that says which follows |
 */
import type { BitReader } from '../../bytes/bit-reader.js';
import { HuffmanTable } from '../../bytes/huffman-table.js';
import { PRETREE_SYMBOLS } from './constants.js';

const ZEROS = 17;
const MANY_ZEROS = 18;
const SAME = 19;
const MODULUS = 17;

export class CodeLengthReader {
  readonly #pretreeLengths = new Uint8Array(PRETREE_SYMBOLS);
  readonly #pretree = new HuffmanTable(PRETREE_SYMBOLS, 6);

  constructor(readonly reader: BitReader) {}

  /**
   * Replaces the lengths of the block before. A run that goes on behind the last symbol is cut there: no document says what it means,
   * and no rule forbids it.
   * @throws InplaceError SOURCE_CORRUPT
   */
  read(lengths: Uint8Array): void {
    const { reader } = this;
    this.#readPretree();
    let at = 0;
    while (at < lengths.length) {
      const symbol = reader.symbol(this.#pretree);
      if (symbol < ZEROS) {
        lengths[at] = difference(lengths[at]!, symbol);
        at++;
        continue;
      }
      const { count, length } = this.#run(symbol, lengths[at]!);
      lengths.fill(length, at, at + count);
      at += count;
    }
  }

  #run(symbol: number, before: number): { count: number; length: number } {
    const { reader } = this;
    if (symbol === ZEROS) return { count: 4 + reader.read(4), length: 0 };
    if (symbol === MANY_ZEROS) return { count: 20 + reader.read(5), length: 0 };
    const count = 4 + reader.read(1);
    const which = reader.symbol(this.#pretree);
    if (which >= MODULUS) throw reader.damaged(`Pretree symbol ${which} after ${SAME}, expected 0 to 16`);
    return { count, length: difference(before, which) };
  }

  #readPretree(): void {
    const { reader } = this;
    for (let i = 0; i < PRETREE_SYMBOLS; i++) this.#pretreeLengths[i] = reader.read(4);
    if (!this.#pretree.build(this.#pretreeLengths)) throw reader.damaged('The pretree has too many codewords');
  }
}

function difference(before: number, symbol: number): number {
  return before >= symbol ? before - symbol : before - symbol + MODULUS;
}
