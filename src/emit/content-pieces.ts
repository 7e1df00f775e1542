import type { Content } from '../content/content.js';
import { SLOT } from './ring.js';
import type { SourceReader } from './source-reader.js';

/**
 * The bytes of a content in pieces of at most 1 MiB, each in memory of its own. Local files are read through `reader`,
 * which checks that they are still what was planned.
 * @throws InplaceError SOURCE_*
 */
export async function* contentPieces(content: Content, reader: SourceReader): AsyncGenerator<Uint8Array> {
  if (!content.local && content.parts) {
    for (const part of content.parts) yield* contentPieces(part, reader);
    return;
  }
  for (let position = 0; position < content.size; ) {
    const piece = new Uint8Array(Math.min(content.size - position, SLOT));
    if (content.local) reader.read(content.local, position, piece);
    else await content.read(position, piece);
    position += piece.byteLength;
    yield piece;
  }
}
