/**
 * System Use Sharing Protocol (IEEE P1281, SUSP 1.12): entries of two letters, a length and a version in the
 * system use field of a directory record, continued elsewhere by CE entries (5.1).
 */
import { corrupt } from '../../bytes/corrupt.js';
import { viewOf } from '../../bytes/view.js';
import { readBytes } from '../../content/content.js';
import { placeAt, type VolumeSource } from './volume.js';

/** One entry: `data` is what follows the four bytes of signature, length and version. */
export interface SystemUseEntry {
  readonly signature: string;
  readonly data: Uint8Array;
  /** bytes from the start of the image */
  readonly offset: number;
}

/** Continuation areas of one record. A name of 255 bytes and a symbolic link need two. */
const MAX_CONTINUATIONS = 32;
/** Continuation areas are at most this long; the specification asks for one logical sector. */
const MAX_CONTINUATION_BYTES = 64 * 1024;
const WINDOW_BYTES = 32 * 1024;

/** Reads system use fields; keeps the last stretch of continuation areas, which writers put side by side. */
export class SystemUseReader {
  #window: { offset: number; bytes: Uint8Array } | undefined;

  /** @param skipBytes LEN_SKP of the SP entry: bytes of other things at the start of every field but the root's own */
  constructor(
    readonly source: VolumeSource,
    readonly skipBytes: number,
  ) {}

  /** All entries of a record's field. @throws InplaceError SOURCE_CORRUPT */
  async entries(field: Uint8Array, offset: number): Promise<SystemUseEntry[]> {
    const entries: SystemUseEntry[] = [];
    let area: Uint8Array | undefined = field.subarray(this.skipBytes);
    let areaOffset = offset + this.skipBytes;
    for (let hops = 0; area !== undefined; hops++) {
      if (hops > MAX_CONTINUATIONS) {
        throw corrupt(`More than ${MAX_CONTINUATIONS} continuation areas`, placeAt(this.source, offset, 'CE'));
      }
      const found: SystemUseEntry[] = entriesOfArea(this.source, area, areaOffset);
      entries.push(...found.filter((entry) => entry.signature !== 'CE'));
      const next: SystemUseEntry | undefined = found.find((entry) => entry.signature === 'CE');
      if (next === undefined) break;
      areaOffset = this.#continuationOffset(next);
      area = await this.#continuation(next, areaOffset);
    }
    return entries;
  }

  /** CE, 5.1: block, offset in it and length, each in both orders. */
  #continuationOffset(entry: SystemUseEntry): number {
    if (entry.data.length < 24) {
      throw corrupt(
        `A CE entry of ${entry.data.length + 4} bytes, expected 28`,
        placeAt(this.source, entry.offset, 'CE'),
      );
    }
    const view = viewOf(entry.data);
    return view.getUint32(0, true) * this.source.blockBytes + view.getUint32(8, true);
  }

  async #continuation(entry: SystemUseEntry, offset: number): Promise<Uint8Array> {
    const length = viewOf(entry.data).getUint32(16, true);
    const { image } = this.source;
    if (length > MAX_CONTINUATION_BYTES || offset + length > image.size) {
      throw corrupt(
        `A continuation area of ${length} bytes at ${offset} in an image of ${image.size} bytes`,
        placeAt(this.source, entry.offset, 'CE'),
      );
    }
    if (this.#window === undefined || !holds(this.#window, offset, length)) {
      const size = Math.min(Math.max(WINDOW_BYTES, length), image.size - offset);
      this.#window = { offset, bytes: await readBytes(image, offset, size) };
    }
    const start = offset - this.#window.offset;
    return this.#window.bytes.subarray(start, start + length);
  }
}

function holds(window: { offset: number; bytes: Uint8Array }, offset: number, length: number): boolean {
  return offset >= window.offset && offset + length <= window.offset + window.bytes.length;
}

function entriesOfArea(source: VolumeSource, area: Uint8Array, offset: number): SystemUseEntry[] {
  const entries: SystemUseEntry[] = [];
  let position = 0;
  // fewer than four bytes left, or a zero, is padding (SUSP 4)
  while (position + 4 <= area.length && area[position] !== 0) {
    const length = area[position + 2]!;
    if (length < 4 || position + length > area.length) {
      throw corrupt(
        `A system use entry of ${length} bytes where ${area.length - position} are left`,
        placeAt(source, offset + position, 'SystemUseEntry.length'),
      );
    }
    const signature = String.fromCharCode(area[position]!, area[position + 1]!);
    if (signature === 'ST') break; // SUSP 5.4: nothing of ours follows
    entries.push({ signature, data: area.subarray(position + 4, position + length), offset: offset + position });
    position += length;
  }
  return entries;
}

/** LEN_SKP of the SP entry (SUSP 5.3) in the field of the root's own record; undefined when SUSP is not used. */
export function systemUseSkip(field: Uint8Array): number | undefined {
  // CD-ROM XA puts 14 bytes of its own in front
  for (const start of [0, 14]) {
    const [s, p, length, , check1, check2, skip] = field.subarray(start, start + 7);
    const isSp = s === 0x53 && p === 0x50 && length === 7 && check1 === 0xbe && check2 === 0xef;
    if (isSp) return skip;
  }
  return undefined;
}
