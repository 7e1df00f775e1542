import { createHash } from 'node:crypto';
import type { Content } from '../../content/content.js';

/** Bytes read at once. */
const PIECE_BYTES = 2 ** 20;

/** SHA-1 of a whole content in lower-case hex, read in pieces. */
export async function sha1OfContent(content: Content): Promise<string> {
  const hash = createHash('sha1');
  const buffer = new Uint8Array(Math.min(PIECE_BYTES, content.size));
  for (let at = 0; at < content.size; at += buffer.length) {
    const piece = buffer.subarray(0, Math.min(buffer.length, content.size - at));
    await content.read(at, piece);
    hash.update(piece);
  }
  return hash.digest('hex');
}
