/**
 * The media id (design/media.md, Ids): SHA-256 of the tool's version, the resolved definition without host paths and
 * secret values, and every media path with its size, time and, for generated files, bytes. No input is read for it,
 * so the plan has its name before the first byte moves.
 */
import { createHash } from 'node:crypto';
import { asciiJson } from '../bytes/ascii-json.js';

/** What stands for the id in generated files while it is being reckoned. */
export const NO_MEDIA_ID = '0'.repeat(64);

export interface NamedFile {
  readonly path: string;
  /** bytes */
  readonly size: number;
  readonly modified: Date;
  /** bytes of a generated file, rendered with `NO_MEDIA_ID` and without secret values */
  readonly generated?: Uint8Array;
}

/**
 * Lower-case hex.
 * @param description the definition as `describe()` gives it
 * @param directories sorted: empty ones are on the media too
 * @param files sorted by path
 */
export function mediaIdOf(
  version: string,
  description: unknown,
  directories: Iterable<string>,
  files: Iterable<NamedFile>,
): string {
  const hash = createHash('sha256');
  hash.update(`${asciiJson({ inplace: version, definition: description })}\n`);
  for (const path of directories) hash.update(`${asciiJson([path])}\n`);
  for (const { path, size, modified, generated } of files) {
    const sum = generated === undefined ? undefined : createHash('sha256').update(generated).digest('hex');
    hash.update(`${asciiJson([path, size, Math.floor(modified.getTime() / 1000), sum ?? null])}\n`);
  }
  return hash.digest('hex');
}
