import { closeSync, ftruncateSync, openSync, writeSync } from 'node:fs';
import type { DiskImage } from '../../src/image/disk-image.js';

const CHUNK = 1024 * 1024;

/** Writes an image to a file, its extents only: what is zero between them takes no room. */
export async function writeSparse(image: DiskImage, path: string): Promise<void> {
  const file = openSync(path, 'w');
  try {
    ftruncateSync(file, image.size);
    for (const { offset, content } of image.extents) {
      for (let at = 0; at < content.size; at += CHUNK) {
        const bytes = new Uint8Array(Math.min(CHUNK, content.size - at));
        await content.read(at, bytes);
        writeSync(file, bytes, 0, bytes.length, offset + at);
      }
    }
  } finally {
    closeSync(file);
  }
}
