import { type Content, checkRange } from '../content/content.js';
import { type OpenDrive, pages } from './open-drive.js';

/** Reads past the cache want whole blocks; no sector is larger. */
const BLOCK = 4096;
/** bytes read at once */
const PIECE = 1024 * 1024;

/** A drive that is open, as a content: read past the cache, in whole blocks. */
export function driveContent(drive: OpenDrive): Content {
  const size = drive.drive.sizeBytes;
  const content: Content = {
    size,
    async read(position, into) {
      checkRange(content, position, into.byteLength);
      const [start, last] = [Math.floor(position / BLOCK) * BLOCK, position + into.byteLength];
      const end = Math.min(size, Math.ceil(last / BLOCK) * BLOCK);
      const piece = pages(Math.min(PIECE, Math.max(BLOCK, end - start)));
      for (let at = start; at < end; at += piece.byteLength) {
        const part = piece.subarray(0, Math.min(piece.byteLength, end - at));
        await drive.read(part, at);
        const [from, to] = [Math.max(at, position), Math.min(at + part.byteLength, last)];
        into.set(part.subarray(from - at, to - at), from - position);
      }
    },
  };
  return content;
}
