import { createHash } from 'node:crypto';
import { crc32 } from 'node:zlib';
import type { Content } from '../content/content.js';
import { interrupted } from '../errors.js';

/** bytes read at once */
const CHUNK = 1024 * 1024;

/** What bytes are added to: a hash of node:crypto, or a checksum. */
export interface Sum {
  update(bytes: Uint8Array): unknown;
}

/** The CRC-32 of a zip (APPNOTE.TXT 4.4.7). */
export class Crc32 implements Sum {
  value = 0;

  update(bytes: Uint8Array): void {
    this.value = crc32(bytes, this.value);
  }
}

/** Reads contents once, front to back, hashing one chunk while the next is being read. */
export class HashReader {
  readonly #buffers = [new Uint8Array(CHUNK), new Uint8Array(CHUNK)] as const;
  /** bytes read so far */
  done = 0;

  constructor(readonly options: { onProgress?(done: number): void; signal?: AbortSignal } = {}) {}

  /** Adds `length` bytes at `position` of the content to the hash. */
  async update(hash: Sum, content: Content, position = 0, length = content.size - position): Promise<void> {
    let turn: 0 | 1 = 0;
    let pending = this.#read(content, position, Math.min(CHUNK, length), turn);
    for (let at = 0; at < length; at += CHUNK) {
      const bytes = await pending;
      turn = turn === 0 ? 1 : 0;
      const next = at + CHUNK;
      if (next < length) pending = this.#read(content, position + next, Math.min(CHUNK, length - next), turn);
      try {
        hash.update(bytes);
        this.#report(bytes.length);
      } catch (error) {
        await pending.catch(() => undefined);
        throw error;
      }
    }
  }

  /**
   * SHA-256 of a whole content, lower-case hex.
   * @param also another sum of the same bytes
   */
  async sha256(content: Content, also?: Sum): Promise<string> {
    const hash = createHash('sha256');
    const update = (bytes: Uint8Array) => {
      hash.update(bytes);
      also?.update(bytes);
    };
    await this.update({ update }, content);
    return hash.digest('hex');
  }

  async #read(content: Content, position: number, length: number, turn: 0 | 1): Promise<Uint8Array> {
    const bytes = this.#buffers[turn].subarray(0, length);
    if (length > 0) await content.read(position, bytes);
    return bytes;
  }

  #report(bytes: number): void {
    this.done += bytes;
    if (this.options.signal?.aborted) throw interrupted();
    this.options.onProgress?.(this.done);
  }
}
