/** Ways to name a run of bytes: ECMA-167 3/7.1, 4/7.1, 4/14.14. */

/** extent_ad, ECMA-167 3/7.1: a run of sectors of the volume. */
export interface ExtentAd {
  /** bytes */
  readonly length: number;
  /** sector of the volume */
  readonly location: number;
}

export function writeExtentAd(view: DataView, at: number, extent: ExtentAd): void {
  view.setUint32(at, extent.length, true);
  view.setUint32(at + 4, extent.location, true);
}

export function readExtentAd(view: DataView, at: number): ExtentAd {
  return { length: view.getUint32(at, true), location: view.getUint32(at + 4, true) };
}

/** What an allocation descriptor says of its extent: the two highest bits of its length (ECMA-167 4/14.14.1.1). */
export const EXTENT_TYPE = { recorded: 0, allocated: 1, unallocated: 2, continuation: 3 } as const;

/** the other 30 bits */
const LENGTH = 0x3fff_ffff;

/** One allocation descriptor of any kind. */
export interface AllocationDescriptor {
  /** a value of EXTENT_TYPE */
  readonly type: number;
  /** bytes */
  readonly length: number;
  /** logical block in the partition */
  readonly block: number;
  /** index into the partition maps; short_ads lie in the partition of their ICB and have none */
  readonly partition?: number;
}

/** Bytes of each kind of allocation descriptor: ECMA-167 4/14.14.1, 4/14.14.2, 4/14.14.3. */
export const SHORT_AD_LENGTH = 8;
export const LONG_AD_LENGTH = 16;
export const EXTENDED_AD_LENGTH = 20;

/** short_ad, ECMA-167 4/14.14.1. `length` with the type in its two highest bits. */
export function writeShortAd(view: DataView, at: number, length: number, block: number): void {
  view.setUint32(at, length, true);
  view.setUint32(at + 4, block, true);
}

export function readShortAd(view: DataView, at: number): AllocationDescriptor {
  const word = view.getUint32(at, true);
  return { type: word >>> 30, length: word & LENGTH, block: view.getUint32(at + 4, true) };
}

/** long_ad, ECMA-167 4/14.14.2, of a recorded extent in partition 0; UDF 1.02 2.3.10.1 leaves its last six bytes zero. */
export function writeLongAd(view: DataView, at: number, length: number, block: number): void {
  view.setUint32(at, length, true);
  view.setUint32(at + 4, block, true);
}

export function readLongAd(view: DataView, at: number): AllocationDescriptor & { readonly partition: number } {
  const word = view.getUint32(at, true);
  return {
    type: word >>> 30,
    length: word & LENGTH,
    block: view.getUint32(at + 4, true),
    partition: view.getUint16(at + 8, true),
  };
}

/** ext_ad, ECMA-167 4/14.14.3; undefined when the extent is compressed, so that its bytes are not those of the file. */
export function readExtendedAd(view: DataView, at: number): AllocationDescriptor | undefined {
  const word = view.getUint32(at, true);
  const [type, length] = [word >>> 30, word & LENGTH];
  const recorded = view.getUint32(at + 4, true) & LENGTH;
  const information = view.getUint32(at + 8, true);
  if (type === EXTENT_TYPE.recorded && recorded !== information) return undefined;
  const bytes = type === EXTENT_TYPE.continuation ? length : information;
  return { type, length: bytes, block: view.getUint32(at + 12, true), partition: view.getUint16(at + 16, true) };
}
