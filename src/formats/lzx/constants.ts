/** Numbers of LZX: MS-PATCH 2 (LZX DELTA), and Microsoft's WIM document on what its LZX does differently. */

/** MS-PATCH 2.3: block types. */
export const BLOCK = { verbatim: 1, aligned: 2, uncompressed: 3 } as const;

export const LITERALS = 256;
/** Length headers that the main tree joins to each position slot; the last says that the length tree follows. */
export const LENGTH_HEADERS = 8;
export const LENGTH_SYMBOLS = 249;
export const ALIGNED_SYMBOLS = 8;
export const SHORTEST_MATCH = 2;

/** MS-PATCH 2.3.1: the code of code lengths. */
export const PRETREE_SYMBOLS = 20;

/** Window orders of WIM: chunks of 32 KiB to 2 MiB. */
export const SMALLEST_ORDER = 15;
export const LARGEST_ORDER = 21;

/** Position slots by window order, from order 15: MS-PATCH 2.1. */
const POSITION_SLOTS = [30, 32, 34, 36, 38, 42, 50];

/** Position slots for windows of 2^`order` bytes. */
export function positionSlots(order: number): number {
  return POSITION_SLOTS[order - SMALLEST_ORDER]!;
}

/** Offset bits that follow each position slot, MS-PATCH 2.1: a bit more for every two slots, at most 17. */
export const FOOTER_BITS = Uint8Array.from({ length: 50 }, (_, slot) =>
  slot < 4 ? 0 : Math.min(17, Math.floor(slot / 2) - 1),
);

/** The first formatted offset of each position slot. */
export const BASE_POSITION = new Int32Array(50);
for (let slot = 1; slot < 50; slot++) BASE_POSITION[slot] = BASE_POSITION[slot - 1]! + 2 ** FOOTER_BITS[slot - 1]!;

/** Formatted offset less offset: slots 0 to 2 stand for the three recent offsets. */
export const OFFSET_ADJUSTMENT = 2;
