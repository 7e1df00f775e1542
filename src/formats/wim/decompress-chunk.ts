/** One chunk of a compressed resource, by the compression of the WIM. */
import type { Place } from '../../errors.js';
import type { ChunkFormat } from './chunk-format.js';

/**
 * Fills `output` with what `input` was made from. A chunk that compression would not shorten is stored as it is, and then both have
 * the same length.
 * @throws InplaceError SOURCE_CORRUPT
 */
export function decompressChunk(_format: ChunkFormat, input: Uint8Array, output: Uint8Array, _where: Place): void {
  if (input.length === output.length) {
    output.set(input);
    return;
  }
  throw new Error('not yet merged');
}
