/**
 * LZMS, which solid resources of an ESD are compressed with. A block is read from both ends: a range coder from the start decides what comes
 * next, Huffman codewords and verbatim bits from the end say which literal, offset or length it is.
 *
 * | decisions | item |
 * | 0 | a literal |
 * | 1 0 0 | an LZ match: offset, length |
 * | 1 0 1 … | an LZ match with one of three recent offsets: length |
 * | 1 1 0 | a delta match: power, raw offset, length |
 * | 1 1 1 … | a delta match with one of three recent pairs: length |
 *
 * A delta match continues a table: with a span of 2^power bytes and an offset of raw offset × span, every byte is the one a span ago, plus
 * the difference between the bytes at the same two places an offset ago.
 */
import { copyMatch } from '../../bytes/copy-match.js';
import { corrupt } from '../../bytes/corrupt.js';
import { AdaptiveCode } from './adaptive-code.js';
import { BackwardBits } from './backward-bits.js';
import {
  DELTA_STATE_BITS,
  LENGTH_CODE,
  LENGTH_SLOTS,
  LITERAL_CODE,
  LZ_STATE_BITS,
  MAIN_STATE_BITS,
  MATCH_STATE_BITS,
  OFFSET_REBUILD_AFTER,
  OFFSET_SLOTS,
  offsetSlotCount,
  POWER_CODE,
  type Slots,
} from './constants.js';
import { Decision, RangeDecoder } from './range-decoder.js';
import { RecentQueue } from './recent.js';
import { X86Filter } from './x86.js';

/** A power and a raw offset as one number: raw offsets are below 2^32. */
const PAIR_FACTOR = 2 ** 32;

/** Decisions about matches of one kind, and its queue. */
class MatchKind {
  readonly repeats: Decision;
  /** not the first of the recent ones; not the second either */
  readonly choices: readonly [Decision, Decision];
  readonly recent = new RecentQueue();

  constructor(stateBits: number) {
    this.repeats = new Decision(stateBits);
    this.choices = [new Decision(stateBits), new Decision(stateBits)];
  }

  reset(): void {
    this.repeats.reset();
    for (const choice of this.choices) choice.reset();
    this.recent.reset();
  }
}

export class LzmsDecompressor {
  readonly #range = new RangeDecoder();
  readonly #bits = new BackwardBits();
  readonly #isMatch = new Decision(MAIN_STATE_BITS);
  readonly #isDelta = new Decision(MATCH_STATE_BITS);
  readonly #lz = new MatchKind(LZ_STATE_BITS);
  readonly #delta = new MatchKind(DELTA_STATE_BITS);
  readonly #literals = new AdaptiveCode(LITERAL_CODE.symbols, LITERAL_CODE.rebuildAfter);
  readonly #lengths = new AdaptiveCode(LENGTH_CODE.symbols, LENGTH_CODE.rebuildAfter);
  readonly #powers = new AdaptiveCode(POWER_CODE.symbols, POWER_CODE.rebuildAfter);
  readonly #lzOffsets = new AdaptiveCode(OFFSET_SLOTS.base.length, OFFSET_REBUILD_AFTER);
  readonly #deltaOffsets = new AdaptiveCode(OFFSET_SLOTS.base.length, OFFSET_REBUILD_AFTER);
  readonly #filter = new X86Filter();

  /**
   * Decompresses one chunk.
   * @param output exactly as long as the chunk is when uncompressed, below 2^30 bytes
   * @throws InplaceError SOURCE_CORRUPT, offsets from the start of `input`; what `output` then holds is undefined
   */
  decompress(input: Uint8Array, output: Uint8Array): void {
    this.#range.start(input);
    this.#bits.start(input);
    this.#reset(offsetSlotCount(output.length));
    this.#decode(output);
    this.#filter.undo(output);
  }

  #reset(offsetSlots: number): void {
    this.#isMatch.reset();
    this.#isDelta.reset();
    this.#lz.reset();
    this.#delta.reset();
    this.#literals.reset(LITERAL_CODE.symbols);
    this.#lengths.reset(LENGTH_CODE.symbols);
    this.#powers.reset(POWER_CODE.symbols);
    this.#lzOffsets.reset(offsetSlots);
    this.#deltaOffsets.reset(offsetSlots);
  }

  #decode(output: Uint8Array): void {
    const range = this.#range;
    let justUsed: MatchKind | undefined;
    let at = 0;
    while (at < output.length) {
      if (range.bit(this.#isMatch) === 0) {
        output[at++] = this.#literals.symbol(this.#bits);
        justUsed = undefined;
      } else if (range.bit(this.#isDelta) === 0) {
        at = this.#lzMatch(output, at, justUsed === this.#lz);
        justUsed = this.#lz;
      } else {
        at = this.#deltaMatch(output, at, justUsed === this.#delta);
        justUsed = this.#delta;
      }
    }
  }

  /** @returns the end of the match */
  #lzMatch(output: Uint8Array, at: number, justUsed: boolean): number {
    let offset = this.#repeated(this.#lz, justUsed);
    if (offset === undefined) {
      offset = this.#number(this.#lzOffsets, OFFSET_SLOTS);
      this.#lz.recent.push(offset);
    }
    const length = this.#length(output, at);
    if (offset > at) throw this.#damaged(`A match ${offset} bytes back, after ${at} bytes of output`);
    copyMatch(output, at, offset, length);
    return at + length;
  }

  /** @returns the end of the match */
  #deltaMatch(output: Uint8Array, at: number, justUsed: boolean): number {
    let pair = this.#repeated(this.#delta, justUsed);
    if (pair === undefined) {
      const power = this.#powers.symbol(this.#bits);
      pair = power * PAIR_FACTOR + this.#number(this.#deltaOffsets, OFFSET_SLOTS);
      this.#delta.recent.push(pair);
    }
    const length = this.#length(output, at);
    const span = 2 ** Math.floor(pair / PAIR_FACTOR);
    const offset = (pair % PAIR_FACTOR) * span;
    if (offset + span > at) {
      throw this.#damaged(`A delta match ${offset} and ${span} bytes back, after ${at} bytes of output`);
    }
    for (let i = at; i < at + length; i++) {
      output[i] = output[i - span]! + output[i - offset]! - output[i - offset - span]!;
    }
    return at + length;
  }

  /** The recent value that is used again, or undefined when a new one follows. */
  #repeated(kind: MatchKind, justUsed: boolean): number | undefined {
    const range = this.#range;
    if (range.bit(kind.repeats) === 0) return undefined;
    if (range.bit(kind.choices[0]) === 0) return kind.recent.repeat(0, justUsed);
    return kind.recent.repeat(range.bit(kind.choices[1]) === 0 ? 1 : 2, justUsed);
  }

  #length(output: Uint8Array, at: number): number {
    const length = this.#number(this.#lengths, LENGTH_SLOTS);
    if (length > output.length - at) {
      throw this.#damaged(`A match of ${length} bytes, where ${output.length - at} are left of the chunk`);
    }
    return length;
  }

  #number(code: AdaptiveCode, slots: Slots): number {
    const slot = code.symbol(this.#bits);
    return slots.base[slot]! + this.#bits.read(slots.extraBits[slot]!);
  }

  #damaged(message: string) {
    return corrupt(message, { offset: this.#bits.position, field: 'LZMS' });
  }
}
