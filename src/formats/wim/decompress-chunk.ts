/** One chunk of a compressed resource, by the compression of the WIM. */
import { corrupt } from '../../bytes/corrupt.js';
import { InplaceError, type Place } from '../../errors.js';
import { LzmsDecompressor } from '../lzms/decompress.js';
import { LzxDecompressor } from '../lzx/decompress.js';
import { XpressDecompressor } from '../xpress/decompress.js';
import type { ChunkFormat } from './chunk-format.js';

interface Decompressor {
  decompress(input: Uint8Array, output: Uint8Array): void;
}

/** They hold tables of some 10 KiB and nothing that outlives a call, so one of each kind serves all resources. */
const decompressors = new Map<string, Decompressor>();

/**
 * Fills `output` with what `input` was made from. A chunk that compression would not shorten is stored as it is, and then both have
 * the same length.
 * @param where of the resource, for messages
 * @throws InplaceError SOURCE_CORRUPT
 */
export function decompressChunk(format: ChunkFormat, input: Uint8Array, output: Uint8Array, where: Place): void {
  if (input.length === output.length) {
    output.set(input);
    return;
  }
  try {
    decompressorFor(format).decompress(input, output);
  } catch (error) {
    if (!(error instanceof InplaceError)) throw error;
    // a decompressor counts from the start of the chunk, which says nothing to a person
    throw corrupt(error.findings[0]!.message, where, error);
  }
}

function decompressorFor({ compression, chunkSizeBytes }: ChunkFormat): Decompressor {
  const key = `${compression} ${chunkSizeBytes}`;
  const known = decompressors.get(key);
  if (known !== undefined) return known;
  const made = makeDecompressor({ compression, chunkSizeBytes });
  decompressors.set(key, made);
  return made;
}

function makeDecompressor({ compression, chunkSizeBytes }: ChunkFormat): Decompressor {
  if (compression === 'xpress') return new XpressDecompressor();
  return compression === 'lzx' ? new LzxDecompressor(Math.log2(chunkSizeBytes)) : new LzmsDecompressor();
}
