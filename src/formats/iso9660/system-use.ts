/**
 * System Use Sharing Protocol (IEEE P1281, SUSP 1.12): entries of two letters, a length and a version in the
 * system use field of a directory record, continued elsewhere by CE entries (5.1).
 */
import { corrupt } from '../../bytes/corrupt.js';
import { viewOf } from '../../bytes/view.js';
import { readBytes } from '../../content/content.js';
import type { WalkLimits } from './limits.js';
import { placeAt, type VolumeSource } from './volume.js';
import { SECTOR_BYTES } from './volume-descriptor.js';

/** One entry: `data` is what follows the four bytes of signature, length and version. */
export interface SystemUseEntry {
  readonly signature: string;
  readonly data: Uint8Array;
  /** bytes from the start of the image */
  readonly offset: number;
}

/** Continuation areas of one record. A name of 255 bytes and a symbolic link need two. */
const MAX_CONTINUATIONS = 32;
/** What is read at once: areas lie side by side, and one may begin at the end of a sector. */
const WINDOW_BYTES = 2 * SECTOR_BYTES;

/** Reads system use fields; keeps the last stretch of continuation areas, which writers put side by side. */
export class SystemUseReader {
  #window: { offset: number; bytes: Uint8Array } | undefined;

  /** @param skipBytes LEN_SKP of the SP entry: bytes of other things at the start of every field but the root's own */
  constructor(
    readonly source: VolumeSource,
    readonly skipBytes: number,
  ) {}

  /**
   * The entries of a record's field and its continuation areas.
   * @param wanted signatures of those that are returned
   * @throws InplaceError SOURCE_CORRUPT
   */
  async entries(
    field: Uint8Array,
    offset: number,
    wanted: ReadonlySet<string>,
    limits: WalkLimits,
  ): Promise<SystemUseEntry[]> {
    const entries: SystemUseEntry[] = [];
    let area = field.subarray(this.skipBytes);
    let areaOffset = offset + this.skipBytes;
    for (let hops = 0; ; hops++) {
      const next = takeEntries(this.source, area, areaOffset, wanted, entries);
      if (next === undefined) return entries;
      if (hops === MAX_CONTINUATIONS) {
        throw corrupt(`More than ${MAX_CONTINUATIONS} continuation areas`, placeAt(this.source, offset, 'CE'));
      }
      areaOffset = this.#continuationOffset(next);
      area = await this.#continuation(next, areaOffset, limits);
    }
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

  async #continuation(entry: SystemUseEntry, offset: number, limits: WalkLimits): Promise<Uint8Array> {
    const length = viewOf(entry.data).getUint32(16, true);
    const { image } = this.source;
    const where = placeAt(this.source, entry.offset, 'CE');
    // an area lies in one logical sector (SUSP 5.1)
    if (length > SECTOR_BYTES || offset + length > image.size) {
      const most = `at most ${SECTOR_BYTES}, in an image of ${image.size} bytes, are expected`;
      throw corrupt(`A continuation area of ${length} bytes at ${offset}; ${most}`, where);
    }
    limits.continuation(length, where);
    if (this.#window === undefined || !holds(this.#window, offset, length)) {
      const size = Math.min(WINDOW_BYTES, image.size - offset);
      limits.continuation(size, where);
      this.#window = { offset, bytes: await readBytes(image, offset, size) };
    }
    const start = offset - this.#window.offset;
    return this.#window.bytes.subarray(start, start + length);
  }
}

function holds(window: { offset: number; bytes: Uint8Array }, offset: number, length: number): boolean {
  return offset >= window.offset && offset + length <= window.offset + window.bytes.length;
}

/**
 * Adds the wanted entries of an area to `into`.
 * @returns the entry that says where the field goes on (CE)
 */
function takeEntries(
  source: VolumeSource,
  area: Uint8Array,
  offset: number,
  wanted: ReadonlySet<string>,
  into: SystemUseEntry[],
): SystemUseEntry | undefined {
  let continuation: SystemUseEntry | undefined;
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
    const isContinuation = signature === 'CE' && continuation === undefined;
    if (isContinuation || wanted.has(signature)) {
      const data = area.subarray(position + 4, position + length);
      const entry = { signature, data, offset: offset + position };
      if (isContinuation) continuation = entry;
      else into.push(entry);
    }
    position += length;
  }
  return continuation;
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
