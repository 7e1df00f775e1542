/**
 * A Huffman code of LZMS: made from how often its symbols have occurred, first all alike, and made anew after a fixed number of them, when
 * the counts are also halved. How ties are broken is part of the format: `codeword-lengths.ts`.
 */
import { corrupt } from '../../bytes/corrupt.js';
import { HuffmanTable } from '../../bytes/huffman-table.js';
import type { BackwardBits } from './backward-bits.js';
import { CodewordLengths } from './codeword-lengths.js';

const TABLE_BITS = 10;

export class AdaptiveCode {
  readonly #counts: Uint32Array;
  readonly #lengths: CodewordLengths;
  readonly #table: HuffmanTable;
  readonly #rebuildAfter: number;
  /** symbols in use */
  #symbols = 0;
  #untilRebuild = 0;

  /** @param symbols the most that `reset` will ask for */
  constructor(symbols: number, rebuildAfter: number) {
    this.#counts = new Uint32Array(symbols);
    this.#lengths = new CodewordLengths(symbols);
    this.#table = new HuffmanTable(symbols, TABLE_BITS);
    this.#rebuildAfter = rebuildAfter;
  }

  reset(symbols: number): void {
    this.#symbols = symbols;
    this.#counts.fill(1);
    this.#rebuild();
  }

  /** The next symbol. */
  symbol(bits: BackwardBits): number {
    const next = bits.peek16();
    const entry = this.#table.entries[next >>> (16 - TABLE_BITS)] || this.#table.long(next);
    // only a code of one symbol leaves a codeword out
    if (entry === 0) throw corrupt('The next bits are no codeword', { offset: bits.position, field: 'LZMS' });
    bits.skip(entry & 31);
    const symbol = entry >>> 5;
    this.#counts[symbol]!++;
    if (--this.#untilRebuild === 0) this.#rebuild();
    return symbol;
  }

  #rebuild(): void {
    const counts = this.#counts.subarray(0, this.#symbols);
    this.#table.build(this.#lengths.of(counts));
    for (let symbol = 0; symbol < counts.length; symbol++) counts[symbol] = (counts[symbol]! >>> 1) + 1;
    this.#untilRebuild = this.#rebuildAfter;
  }
}
