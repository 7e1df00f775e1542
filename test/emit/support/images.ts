import { createHash } from 'node:crypto';
import { statSync, writeFileSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { afterEach } from 'vitest';
import type { Content } from '../../../src/content/content.js';
import { FileContent } from '../../../src/content/file.js';
import { RenderedContent } from '../../../src/content/views.js';
import { DiskImage, type Extent, type ExtentKind } from '../../../src/image/disk-image.js';

/** Bytes that look random and are the same each time. */
export function noise(size: number, seed = 1): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(size);
  let state = (seed * 2654435761 + 12345) >>> 0;
  for (let i = 0; i < size; i++) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    bytes[i] = state >>> 24;
  }
  return bytes;
}

/** Bytes that only the main thread can read. */
export function rendered(size: number, seed: number): RenderedContent {
  const bytes = noise(size, seed);
  return new RenderedContent(size, (position, into) => into.set(bytes.subarray(position, position + into.byteLength)));
}

/** Contents that `DiskImage.read` opened in a test; the expected bytes come from there. */
const opened: FileContent[] = [];
afterEach(async () => {
  for (const content of opened) await content.close();
});

/** A file on disk with such bytes. */
export function noiseFile(path: string, size: number, seed = 1): FileContent {
  writeFileSync(path, noise(size, seed));
  return contentOf(path);
}

export function contentOf(path: string): FileContent {
  const { size, mtimeMs } = statSync(path);
  const content = new FileContent(path, { size, modifiedMs: mtimeMs });
  opened.push(content);
  return content;
}

/** Puts contents one after the other, each at a multiple of `align`. */
export function imageOf(pieces: readonly { kind: ExtentKind; content: Content }[], align = 2048, first = 0): DiskImage {
  const extents: Extent[] = [];
  let offset = first;
  for (const { kind, content } of pieces) {
    offset = Math.ceil(offset / align) * align;
    extents.push({ offset, content, kind, role: `${kind} at ${offset}` });
    offset += content.size;
  }
  return new DiskImage(Math.ceil(offset / align) * align, extents);
}

export async function wholeOf(content: Content): Promise<Uint8Array<ArrayBuffer>> {
  const bytes = new Uint8Array(content.size);
  await content.read(0, bytes);
  return bytes;
}

export function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

/** Names in a folder, sorted. */
export async function namesIn(folder: string): Promise<string[]> {
  return (await readdir(folder)).sort();
}

/** The code of the InplaceError that the promise ends with; `undefined` when it ends well. */
export async function codeOf(work: Promise<unknown>): Promise<string | undefined> {
  return await work.then(
    () => undefined,
    (error: { code?: string }) => error.code ?? String(error),
  );
}
