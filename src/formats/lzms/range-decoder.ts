/**
 * The forward half of an LZMS block: a binary range coder over 16-bit little-endian units. The probability of a zero is the share of zeros
 * among the last 64 bits that were decoded in the same situation.
 */
import { corrupt } from '../../bytes/corrupt.js';

const PROBABILITY_BITS = 6;
/** Share that a probability starts with: 48 zeros, as the history below has. */
const INITIAL_ZEROS = 48;
const INITIAL_HISTORY_HIGH = 0x00000000;
const INITIAL_HISTORY_LOW = 0x55555555;

/** One kind of decision: a probability for every recent history of the same decisions. */
export class Decision {
  readonly mask: number;
  readonly zeros: Uint8Array;
  /** the last 64 bits, older half and newer half */
  readonly high: Int32Array;
  readonly low: Int32Array;
  state = 0;

  constructor(stateBits: number) {
    this.mask = 2 ** stateBits - 1;
    this.zeros = new Uint8Array(2 ** stateBits);
    this.high = new Int32Array(2 ** stateBits);
    this.low = new Int32Array(2 ** stateBits);
  }

  reset(): void {
    this.state = 0;
    this.zeros.fill(INITIAL_ZEROS);
    this.high.fill(INITIAL_HISTORY_HIGH);
    this.low.fill(INITIAL_HISTORY_LOW);
  }
}

export class RangeDecoder {
  #input: Uint8Array = new Uint8Array(0);
  #position = 0;
  #range = 0;
  #code = 0;

  /** @throws InplaceError SOURCE_CORRUPT when there are fewer than four bytes, or their number is odd */
  start(input: Uint8Array): void {
    if (input.length < 4 || input.length % 2 !== 0) {
      throw corrupt(`${input.length} bytes of compressed data, expected an even number of at least 4`, {
        offset: 0,
        field: 'LZMS',
      });
    }
    this.#input = input;
    this.#position = 0;
    this.#range = 0xffffffff;
    this.#code = this.#unit() * 0x10000 + this.#unit();
  }

  /** Where the next unit is read; for messages. */
  get position(): number {
    return this.#position;
  }

  /** Behind the end come zeros: a block that needs them is wrong, but makes no more output than a right one. */
  #unit(): number {
    const at = this.#position;
    if (at >= this.#input.length) return 0;
    this.#position = at + 2;
    return this.#input[at]! | (this.#input[at + 1]! << 8);
  }

  /** The next bit of a decision. */
  bit(decision: Decision): 0 | 1 {
    const { state, zeros } = decision;
    const count = zeros[state]!;
    // never certain: 0 and 64 of 64 are taken for 1 and 63
    const probability = count === 0 ? 1 : count === 64 ? 63 : count;
    if (this.#range <= 0xffff) {
      this.#range = this.#range * 0x10000;
      this.#code = (this.#code % 0x10000) * 0x10000 + this.#unit();
    }
    const bound = (this.#range >>> PROBABILITY_BITS) * probability;
    if (this.#code < bound) {
      this.#range = bound;
      remember(decision, state, 0);
      return 0;
    }
    this.#range -= bound;
    this.#code -= bound;
    remember(decision, state, 1);
    return 1;
  }
}

function remember(decision: Decision, state: number, bit: 0 | 1): void {
  const { zeros, high, low } = decision;
  const oldest = high[state]! >>> 31;
  zeros[state] = zeros[state]! + oldest - bit;
  high[state] = (high[state]! << 1) | (low[state]! >>> 31);
  low[state] = (low[state]! << 1) | bit;
  decision.state = ((state << 1) | bit) & decision.mask;
}
