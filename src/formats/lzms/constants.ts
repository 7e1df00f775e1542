/**
 * Numbers of LZMS. Microsoft has not published the format; these are the facts that wimlib's documentation and independent
 * implementations agree on, proven here against what wimlib makes.
 */

/** Symbols of the five adaptive Huffman codes, and after how many decoded symbols each is made anew. */
export const LITERAL_CODE = { symbols: 256, rebuildAfter: 1024 } as const;
export const LENGTH_CODE = { symbols: 54, rebuildAfter: 512 } as const;
export const POWER_CODE = { symbols: 8, rebuildAfter: 512 } as const;
export const OFFSET_REBUILD_AFTER = 1024;

/** Bits of history that choose a probability, per kind of decision. */
export const MAIN_STATE_BITS = 4;
export const MATCH_STATE_BITS = 5;
export const LZ_STATE_BITS = 6;
export const DELTA_STATE_BITS = 6;

/** How many offset slots have 0, 1, 2 … extra bits. */
const OFFSET_RUNS = [8, 0, 9, 7, 10, 15, 15, 20, 20, 30, 33, 40, 42, 45, 60, 73, 80, 85, 95, 105, 6];
/** The last slot reaches over everything else. */
const LAST_OFFSET_EXTRA_BITS = 30;

/** How many length slots have 0, 1, 2 … extra bits, and the two last ones. */
const LENGTH_RUNS = [26, 4, 6, 4, 5, 2, 1, 1, 1, 1, 1];
const LAST_LENGTH_EXTRA_BITS = [16, 30];

/** Slots of numbers from 1 on: the first number of each, and how many verbatim bits say which of its numbers is meant. */
export interface Slots {
  readonly base: Uint32Array;
  readonly extraBits: Uint8Array;
}

export const OFFSET_SLOTS = slots([...spread(OFFSET_RUNS), LAST_OFFSET_EXTRA_BITS]);
export const LENGTH_SLOTS = slots([...spread(LENGTH_RUNS), ...LAST_LENGTH_EXTRA_BITS]);

/** Offset slots that a block of this size uses: those whose first offset fits into it, at least one. */
export function offsetSlotCount(blockBytes: number): number {
  const { base } = OFFSET_SLOTS;
  let count = 1;
  while (count < base.length && base[count]! < blockBytes) count++;
  return count;
}

function spread(runs: readonly number[]): number[] {
  return runs.flatMap((count, bits) => new Array<number>(count).fill(bits));
}

function slots(extraBits: readonly number[]): Slots {
  const base = new Uint32Array(extraBits.length);
  let next = 1;
  for (let slot = 0; slot < extraBits.length; slot++) {
    base[slot] = next;
    next += 2 ** extraBits[slot]!;
  }
  return { base, extraBits: Uint8Array.from(extraBits) };
}
