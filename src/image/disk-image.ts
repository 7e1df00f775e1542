import { type Content, checkRange } from '../content/content.js';
import { lastAtOrBefore } from '../content/views.js';

/** What an extent is to the manifest: a file of the media, a structure that describes it, or closing structures. */
export type ExtentKind =
  /** bytes of a file, hashed for the manifest on their own */
  | 'file'
  /** file system metadata, boot records, catalogs: hashed together into one sum */
  | 'structure'
  /** the manifest itself: bytes known only when all before it is hashed */
  | 'late'
  /** structures behind the manifest: anchors, backup tables; no sum holds them, `verify` knows what they must be */
  | 'closing';

/** A content at its one place on the image. */
export interface Extent {
  /** bytes from the start of the image */
  readonly offset: number;
  readonly content: Content;
  readonly kind: ExtentKind;
  /** what a person would call it: `sources/install.wim`, `UDF file entries` */
  readonly role: string;
}

/** Bytes of the image. */
export interface Range {
  readonly offset: number;
  readonly size: number;
}

/** A finished image: sorted extents that do not overlap; every byte between them is zero. */
export class DiskImage implements Content {
  readonly #starts: readonly number[];

  /** Use `LayoutBuilder.seal`, which proves what this class takes for granted. */
  constructor(
    /** bytes */
    readonly size: number,
    readonly extents: readonly Extent[],
    /** where nothing lies before the manifest that use may fill: in no sum, and a device keeps there what it has. Sorted */
    readonly free: readonly Range[] = [],
  ) {
    this.#starts = extents.map((extent) => extent.offset);
  }

  async read(position: number, into: Uint8Array): Promise<void> {
    checkRange(this, position, into.byteLength);
    into.fill(0);
    const end = position + into.byteLength;
    for (let i = Math.max(0, lastAtOrBefore(this.#starts, position)); i < this.extents.length; i++) {
      const { offset, content } = this.extents[i]!;
      if (offset >= end) break;
      const from = Math.max(offset, position);
      const to = Math.min(offset + content.size, end);
      if (from < to) await content.read(from - offset, into.subarray(from - position, to - position));
    }
  }
}
