/**
 * Content: a size and a way to read any range of it. A file in an ISO, a part of a WIM, a driver on disk and a
 * generated script are all Contents; nothing is copied until `emit` moves the bytes once.
 */

/** A run of bytes in a file on this computer, so that a worker can open and read it by itself. */
export interface LocalRange {
  readonly path: string;
  /** bytes from the start of that file */
  readonly offset: number;
  /** what the file was when it was planned; a reader that finds it different reports SOURCE_CHANGED */
  readonly seen: { readonly size: number; readonly modifiedMs: number };
}

/** Bytes that have a size now and are read when they are needed. */
export interface Content {
  /** bytes */
  readonly size: number;
  /** set when all bytes lie in one run of one local file */
  readonly local?: LocalRange;
  /** set when the content is other contents one after the other; they add up to `size` */
  readonly parts?: readonly Content[];
  /**
   * Fills `into` with the bytes at `position`. Reading past the end is a programming mistake (RangeError).
   * @throws InplaceError SOURCE_UNREADABLE, SOURCE_CHANGED, SOURCE_CORRUPT
   */
  read(position: number, into: Uint8Array): Promise<void>;
}

/** Throws RangeError unless [position, position + length) lies in the content. */
export function checkRange(content: { readonly size: number }, position: number, length: number): void {
  if (!Number.isSafeInteger(position) || position < 0 || position + length > content.size) {
    throw new RangeError(`Read of ${length} bytes at ${position} is outside a content of ${content.size} bytes`);
  }
}

/** Reads a whole content, or the given range, into memory. For headers and small files only. */
export async function readBytes(
  content: Content,
  position = 0,
  length = content.size - position,
): Promise<Uint8Array<ArrayBuffer>> {
  const bytes = new Uint8Array(length);
  await content.read(position, bytes);
  return bytes;
}
