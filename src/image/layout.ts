import type { Content } from '../content/content.js';
import { DiskImage, type Extent, type ExtentKind, type Range } from './disk-image.js';

/** A reserved place on the image that waits for its content. */
export interface Region {
  /** bytes from the start of the image */
  readonly offset: number;
  /** bytes */
  readonly size: number;
  readonly role: string;
  readonly kind: ExtentKind | 'zero' | 'free';
}

/** Gives every content one place, in the order of the calls; `seal` proves that the result is an image. */
export class LayoutBuilder {
  #end = 0;
  readonly #regions: Region[] = [];
  readonly #contents = new Map<Region, Content>();

  /** Bytes laid out so far. */
  get end(): number {
    return this.#end;
  }

  /** Reserves the next `size` bytes at a multiple of `align`; the bytes skipped for the alignment are zero. */
  reserve(size: number, role: string, kind: Region['kind'], align = 1): Region {
    const region = { offset: Math.ceil(this.#end / align) * align, size, role, kind };
    if (!Number.isSafeInteger(region.offset + size)) throw new RangeError(`${role} does not fit: ${size} bytes`);
    this.#regions.push(region);
    this.#end = region.offset + size;
    return region;
  }

  /** Leaves zero bytes up to `offset`: a gap that is said aloud. */
  skipTo(offset: number, role: string): void {
    if (offset < this.#end) throw new Error(`${role} should start at ${offset}, but ${this.#end} bytes are laid out`);
    if (offset > this.#end) this.reserve(offset - this.#end, role, 'zero');
  }

  /** Leaves bytes up to `offset` that use may fill: free clusters before the manifest, which its sum leaves out. */
  freeTo(offset: number, role: string): void {
    if (offset > this.#end) this.reserve(offset - this.#end, role, 'free');
  }

  /** Puts the content into its region; it must have exactly the reserved size. */
  place(region: Region, content: Content): void {
    if (content.size !== region.size) {
      throw new Error(`${region.role}: ${region.size} bytes were reserved, ${content.size} were rendered`);
    }
    if (this.#contents.has(region)) throw new Error(`${region.role} is placed twice`);
    this.#contents.set(region, content);
  }

  /**
   * The finished image.
   * Proves: every region has its content; extents are sorted and disjoint; nothing that the manifest must sum
   * lies behind a late content.
   * @param align the image's size is a multiple of this
   */
  seal(align = 1): DiskImage {
    const extents: Extent[] = [];
    const free: Range[] = [];
    let late = false;
    let end = 0;
    for (const region of this.#regions) {
      if (region.offset < end) throw new Error(`${region.role} overlaps what lies before it`);
      end = region.offset + region.size;
      if (region.kind === 'free') free.push({ offset: region.offset, size: region.size });
      if (region.kind === 'zero' || region.kind === 'free') continue;
      const content = this.#contents.get(region);
      if (!content) throw new Error(`${region.role} was reserved and never placed`);
      late ||= region.kind === 'late';
      if (late && (region.kind === 'file' || region.kind === 'structure')) {
        throw new Error(`${region.role} lies behind the manifest that should describe it`);
      }
      if (region.size > 0) extents.push({ offset: region.offset, content, kind: region.kind, role: region.role });
    }
    return new DiskImage(Math.ceil(end / align) * align, extents, free);
  }
}
