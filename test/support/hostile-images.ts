/** Disk images with damaged or malicious structures, the same ones every time, and a watch over what is read of them. */
import { crc32 } from 'node:zlib';
import { viewOf } from '../../src/bytes/view.js';
import { type Content, checkRange, readBytes } from '../../src/content/content.js';
import { PatchedContent } from '../../src/content/patched.js';
import { rangeContent } from '../../src/content/views.js';
import { checksum32, setChecksum } from '../../src/formats/exfat/structures/checksums.js';
import type { PlacedImage } from '../../src/image/placed-file.js';

const BLOCK = 512;
/** what programs trip over */
const TELLING = [0, 1, 2, 3, 0x7f, 0x80, 0xff, 0xffff, 0x0fff_fff7, 0x0fff_ffff, 0x7fff_ffff, 0xffff_fff6, 0xffff_ffff];

/** A number below a limit. */
export type Random = (limit: number) => number;

/** The same numbers for the same seed (mulberry32). */
export function randomFrom(seed: number): Random {
  let state = seed >>> 0;
  return (limit) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % limit;
  };
}

/** An image whose structures can be damaged. */
export class Damageable {
  private constructor(
    readonly image: Content,
    /** offsets of the blocks of each structure that hold something */
    readonly structures: readonly (readonly number[])[],
    /** bytes of these blocks */
    readonly blocks: ReadonlyMap<number, Uint8Array>,
    readonly exfat: number | undefined,
    /** byte of the folders of exFAT */
    readonly exfatFolders: readonly number[],
  ) {}

  static async of({ image }: PlacedImage): Promise<Damageable> {
    const structures: number[][] = [];
    const blocks = new Map<number, Uint8Array>();
    for (const { kind, offset, content } of image.extents) {
      if (kind !== 'structure' && kind !== 'closing') continue;
      const bytes = await readBytes(content);
      const own: number[] = [];
      for (let at = 0; at + BLOCK <= bytes.length; at += BLOCK) {
        const block = bytes.subarray(at, at + BLOCK);
        if (!block.some((byte) => byte !== 0)) continue;
        blocks.set(offset + at, block);
        own.push(offset + at);
      }
      structures.push(own);
    }
    const exfat = image.extents.find(({ role }) => role.startsWith('exFAT boot regions'))?.offset;
    const folders = [...blocks].filter(([, block]) => block[0] === 0x83 || block[0] === 0x85).map(([offset]) => offset);
    return new Damageable(image, structures, blocks, exfat, folders);
  }

  /** One of countless damaged images. */
  damaged(seed: number): Content {
    const random = randomFrom(seed);
    const changed = new Map<number, Uint8Array>();
    for (let edits = 1 + random(8); edits > 0; edits--) this.#edit(changed, random);
    // with right sums damage gets further
    if (random(3) > 0) this.#seal(changed);
    const patches = [...changed].map(([offset, bytes]) => ({ offset, bytes })).sort((a, b) => a.offset - b.offset);
    const whole = new PatchedContent(this.image, patches);
    if (random(12) > 0) return whole;
    const cut = random(2) === 0 ? random(8 * 1024 * 1024) : random(this.image.size);
    return rangeContent(whole, 0, cut);
  }

  #edit(changed: Map<number, Uint8Array>, random: Random): void {
    const structure = this.structures[random(this.structures.length)]!;
    const block = this.#block(changed, structure[random(structure.length)]!);
    // most structures begin with what matters
    const at = random(3) === 0 ? random(BLOCK) : random(128);
    switch (random(5)) {
      case 0:
        block[at] = random(256);
        return;
      case 1:
        block[at]! ^= 1 << random(8);
        return;
      case 2: {
        const even = Math.min(at & ~1, BLOCK - 4);
        viewOf(block).setUint32(even, TELLING[random(TELLING.length)]!, true);
        return;
      }
      case 3:
        block.copyWithin(at, random(BLOCK), random(BLOCK));
        return;
      default:
        block.set(this.blocks.get(structure[random(structure.length)]!)!.subarray(0, BLOCK - at), at);
    }
  }

  #block(changed: Map<number, Uint8Array>, offset: number): Uint8Array {
    const block = changed.get(offset) ?? (this.blocks.get(offset) ?? new Uint8Array(BLOCK)).slice();
    changed.set(offset, block);
    return block;
  }

  #bytes(changed: Map<number, Uint8Array>, offset: number, blocks: number): Uint8Array {
    return Buffer.concat(
      Array.from({ length: blocks }, (_, i) => {
        const at = offset + i * BLOCK;
        return changed.get(at) ?? this.blocks.get(at) ?? new Uint8Array(BLOCK);
      }),
    );
  }

  /** Makes sums right again: those of a GPT, of exFAT's boot regions, and of the sets in its folders. */
  #seal(changed: Map<number, Uint8Array>): void {
    if (this.blocks.has(BLOCK)) {
      const view = viewOf(this.#block(changed, BLOCK));
      view.setUint32(88, crc32(this.#bytes(changed, 2 * BLOCK, 32)), true);
      view.setUint32(16, 0, true);
      view.setUint32(16, crc32(this.#bytes(changed, BLOCK, 1).subarray(0, 92)), true);
    }
    if (this.exfat === undefined) return;
    for (const region of [this.exfat, this.exfat + 12 * BLOCK]) {
      const sum = checksum32(this.#bytes(changed, region, 11), (index) => [106, 107, 112].includes(index));
      const view = viewOf(this.#block(changed, region + 11 * BLOCK));
      for (let at = 0; at < BLOCK; at += 4) view.setUint32(at, sum, true);
    }
    for (const folder of this.exfatFolders) {
      const block = this.#block(changed, folder);
      for (let at = 0; at < BLOCK; at += 32) {
        const set = block.subarray(at, at + (1 + block[at + 1]!) * 32);
        if (block[at] === 0x85) viewOf(block).setUint16(at + 2, setChecksum(set), true);
      }
    }
  }
}

/** A content that counts what is read of it. */
export class CountedContent implements Content {
  readonly size: number;
  bytesRead = 0;

  constructor(readonly inner: Content) {
    this.size = inner.size;
  }

  async read(position: number, into: Uint8Array): Promise<void> {
    checkRange(this, position, into.byteLength);
    this.bytesRead += into.byteLength;
    await this.inner.read(position, into);
  }
}
