/**
 * Codeword lengths from counts, exactly as LZMS wants them: Huffman's algorithm over symbols sorted by count and number, where a symbol goes
 * before a joined node of the same count, and codewords over 15 bits are shortened by lengthening the longest shorter ones.
 */

/** Longest codeword of LZMS. */
const LONGEST = 15;
/** Symbols of a code are fewer than 2^10, so that a count and a symbol fit into one number to sort by. */
const SYMBOL_BITS = 10;

export class CodewordLengths {
  readonly #lengths: Uint8Array;
  /** `count << 10 | symbol`, sorted */
  readonly #sorted: Uint32Array;
  /** of the joined nodes, in the order they are made, which is that of their counts */
  readonly #joined: Uint32Array;
  readonly #joinedParent: Uint16Array;
  readonly #depth: Uint16Array;
  readonly #perLength = new Uint16Array(LONGEST + 2);

  constructor(symbols: number) {
    this.#lengths = new Uint8Array(symbols);
    this.#sorted = new Uint32Array(symbols);
    this.#joined = new Uint32Array(symbols);
    this.#joinedParent = new Uint16Array(symbols);
    this.#depth = new Uint16Array(symbols);
  }

  /**
   * @param counts at least 1 each and below 2^22; their number at least 1
   * @returns a view that the next call changes
   */
  of(counts: Uint32Array): Uint8Array {
    const lengths = this.#lengths.subarray(0, counts.length);
    const sorted = this.#sorted.subarray(0, counts.length);
    for (let symbol = 0; symbol < counts.length; symbol++) sorted[symbol] = (counts[symbol]! << SYMBOL_BITS) | symbol;
    sorted.sort();
    if (counts.length === 1) {
      lengths[0] = 1;
      return lengths;
    }
    this.#join(sorted);
    this.#countLengths(counts.length - 1);
    // the rarest symbols get the longest codewords
    let index = 0;
    for (let length = LONGEST; length >= 1; length--) {
      for (let n = this.#perLength[length]!; n > 0; n--) lengths[sorted[index++]! & (2 ** SYMBOL_BITS - 1)] = length;
    }
    return lengths;
  }

  /** Huffman's algorithm with two queues: symbols by count, and joined nodes, which come out in order by themselves. */
  #join(sorted: Uint32Array): void {
    const joined = this.#joined;
    let leaf = 0;
    let node = 0;
    for (let made = 0; made < sorted.length - 1; made++) {
      let sum = 0;
      for (let half = 0; half < 2; half++) {
        if (leaf < sorted.length && (node === made || sorted[leaf]! >>> SYMBOL_BITS <= joined[node]!)) {
          sum += sorted[leaf++]! >>> SYMBOL_BITS;
        } else {
          sum += joined[node]!;
          this.#joinedParent[node++] = made;
        }
      }
      joined[made] = sum;
    }
  }

  /**
   * How many codewords of each length: from the root down, every joined node turns one codeword of its depth into two that are a bit
   * longer; where that would be too long, the longest codeword that may still grow is taken.
   */
  #countLengths(nodes: number): void {
    const perLength = this.#perLength.fill(0);
    const depth = this.#depth;
    depth[nodes - 1] = 0;
    perLength[1] = 2;
    for (let node = nodes - 2; node >= 0; node--) {
      depth[node] = depth[this.#joinedParent[node]!]! + 1;
      let length = Math.min(depth[node]!, LONGEST);
      if (length === LONGEST) {
        do length--;
        while (perLength[length] === 0);
      }
      perLength[length]!--;
      perLength[length + 1]! += 2;
    }
  }
}
