/** Damage to a UDF image for tests: bytes changed, and tags made whole again so that only the rule meant is broken. */
import { crc16 } from '../../src/bytes/crc16.js';
import { viewOf } from '../../src/bytes/view.js';
import { type Content, readBytes } from '../../src/content/content.js';
import { BytesContent } from '../../src/content/views.js';
import { tagChecksum } from '../../src/formats/udf/structures/tag.js';

export const BLOCK = 2048;
/** First byte of the partition of `udfImage`. */
export const PARTITION = 257 * BLOCK;

/** A whole small image in memory, to be changed. */
export class PatchedImage {
  private constructor(
    readonly bytes: Uint8Array,
    readonly view: DataView,
  ) {}

  static async of(image: Content): Promise<PatchedImage> {
    const bytes = await readBytes(image);
    return new PatchedImage(bytes, viewOf(bytes));
  }

  get content(): Content {
    return new BytesContent(this.bytes);
  }

  /** Makes CRC and checksum of the descriptor at `offset` fit its bytes again. */
  seal(offset: number): void {
    const length = this.view.getUint16(offset + 10, true);
    this.view.setUint16(offset + 8, crc16(this.bytes.subarray(offset + 16, offset + 16 + length)), true);
    this.sealTag(offset);
  }

  /** Makes the checksum of the tag at `offset` fit again. */
  sealTag(offset: number): void {
    this.bytes[offset + 4] = tagChecksum(this.bytes.subarray(offset, offset + 16));
  }

  /** Sets bytes of the descriptor at `offset` and seals it. */
  set(offset: number, at: number, ...bytes: number[]): void {
    this.bytes.set(bytes, offset + at);
    this.seal(offset);
  }

  /** Sets a 32-bit field of the descriptor at `offset` and seals it. */
  set32(offset: number, at: number, value: number): void {
    this.view.setUint32(offset + at, value, true);
    this.seal(offset);
  }

  /** Bytes of the File Entry in a block of the partition. */
  block(block: number): number {
    return PARTITION + block * BLOCK;
  }

  /** First byte of the data of the File Entry in a block: its first short allocation descriptor. */
  data(block: number): number {
    return PARTITION + this.view.getUint32(this.block(block) + 180, true) * BLOCK;
  }

  /** Where the FIDs of the directory whose File Entry lies in a block begin. */
  fids(block: number): number[] {
    const start = this.data(block);
    const end = start + this.view.getUint32(this.block(block) + 56, true);
    const found: number[] = [];
    for (let at = start; at < end; at += Math.ceil((38 + this.bytes[at + 19]!) / 4) * 4) found.push(at);
    return found;
  }
}
