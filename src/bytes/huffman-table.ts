/**
 * Decoding table of a canonical Huffman code: codewords of one length are consecutive and in symbol order, shorter ones come first
 * (MS-XCA 2.2.4, and the same in LZX and LZMS). Codewords are looked up in one step up to `tableBits`, longer ones, which are rare,
 * by comparing with the first codeword of each length.
 */

/** Longest codeword of any format here: LZX has lengths 0 to 16. */
const LONGEST = 16;

export class HuffmanTable {
  /** `symbol << 5 | length` at the next `tableBits` bits of the stream; 0 where no short codeword begins so */
  readonly entries: Uint16Array;
  readonly tableBits: number;
  /** symbols by codeword */
  readonly #sorted: Uint16Array;
  readonly #counts = new Uint16Array(LONGEST + 1);
  /** index in `#sorted` of the first symbol of each length */
  readonly #starts = new Uint16Array(LONGEST + 2);
  /** the first codeword of each length */
  readonly #first = new Int32Array(LONGEST + 1);

  /** @param symbols at most 2047 */
  constructor(symbols: number, tableBits: number) {
    this.tableBits = tableBits;
    this.entries = new Uint16Array(2 ** tableBits);
    this.#sorted = new Uint16Array(symbols);
  }

  /**
   * Makes the table of the code with these codeword lengths; 0 is a symbol that does not occur.
   * @returns false when more codewords are asked for than there are; then the table must not be used.
   *   An incomplete code is accepted (a block may have a single symbol): what it leaves out does not decode.
   */
  build(lengths: Uint8Array): boolean {
    const counts = this.#counts.fill(0);
    for (let symbol = 0; symbol < lengths.length; symbol++) counts[lengths[symbol]!]!++;
    if (!this.#number()) return false;
    const next = this.#starts.slice();
    for (let symbol = 0; symbol < lengths.length; symbol++) {
      const length = lengths[symbol]!;
      if (length !== 0) this.#sorted[next[length]!++] = symbol;
    }
    this.#fill();
    return true;
  }

  /** The first codeword and the first index of every length. @returns false when the code is over-subscribed */
  #number(): boolean {
    let codeword = 0;
    let index = 0;
    for (let length = 1; length <= LONGEST; length++) {
      codeword <<= 1;
      this.#first[length] = codeword;
      this.#starts[length] = index;
      codeword += this.#counts[length]!;
      index += this.#counts[length]!;
      if (codeword > 2 ** length) return false;
    }
    return true;
  }

  #fill(): void {
    const { entries, tableBits } = this;
    let at = 0;
    let index = 0;
    for (let length = 1; length <= tableBits; length++) {
      const span = 2 ** (tableBits - length);
      for (let n = this.#counts[length]!; n > 0; n--) {
        const entry = (this.#sorted[index++]! << 5) | length;
        if (span >= 32) entries.fill(entry, at, at + span);
        else for (let i = at; i < at + span; i++) entries[i] = entry;
        at += span;
      }
    }
    entries.fill(0, at);
  }

  /**
   * The entry of a codeword that `entries` does not have.
   * @param bits the next 16 bits of the stream
   * @returns `symbol << 5 | length`, or 0 when no codeword begins like this
   */
  long(bits: number): number {
    for (let length = this.tableBits + 1; length <= LONGEST; length++) {
      const rank = (bits >>> (LONGEST - length)) - this.#first[length]!;
      if (rank < this.#counts[length]!) return (this.#sorted[this.#starts[length]! + rank]! << 5) | length;
    }
    return 0;
  }
}
