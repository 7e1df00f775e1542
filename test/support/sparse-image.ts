import { closeSync, ftruncateSync, openSync, writeSync } from 'node:fs';
import type { DiskImage } from '../../src/image/disk-image.js';

const CHUNK = 1024 * 1024;

/**
 * Writes an image to a file, its extents only: what is zero between them takes no room.
 * @param from byte of the image that becomes the first of the file: a partition
 */
export async function writeSparse(image: DiskImage, path: string, from = 0): Promise<void> {
  const file = openSync(path, 'w');
  try {
    ftruncateSync(file, image.size - from);
    for (const { offset, content } of image.extents) {
      if (offset < from) continue;
      for (let at = 0; at < content.size; at += CHUNK) {
        const bytes = new Uint8Array(Math.min(CHUNK, content.size - at));
        await content.read(at, bytes);
        writeSync(file, bytes, 0, bytes.length, offset - from + at);
      }
    }
  } finally {
    closeSync(file);
  }
}
