/**
 * E8 translation, MS-PATCH 2.2: what follows a byte E8, the x86 call instruction, was made absolute before compression. WIM always does
 * it, chunk by chunk, with a file size of 12,000,000.
 */
import { viewOf } from '../../bytes/view.js';

const CALL = 0xe8;
const FILE_SIZE = 12_000_000;

/** The last bytes of a chunk, which are never translated. */
const TAIL_BYTES = 10;
const INSTRUCTION_BYTES = 5;

/** Makes the targets of calls relative again, in place. */
export function undoE8Translation(chunk: Uint8Array): void {
  const end = chunk.length - TAIL_BYTES;
  let at = end > 0 ? chunk.indexOf(CALL) : -1;
  if (at < 0) return;
  const view = viewOf(chunk);
  while (at >= 0 && at < end) {
    const absolute = view.getInt32(at + 1, true);
    if (absolute >= -at && absolute < FILE_SIZE) {
      view.setInt32(at + 1, absolute >= 0 ? absolute - at : absolute + FILE_SIZE, true);
    }
    at = chunk.indexOf(CALL, at + INSTRUCTION_BYTES);
  }
}
