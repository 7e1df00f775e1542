import { viewOf } from '../../../bytes/view.js';
import { TAG } from './constants.js';
import { type ExtentAd, readExtentAd, writeExtentAd } from './extents.js';
import { sealTag } from './tag.js';

/** Anchor Volume Descriptor Pointer, ECMA-167 3/10.2, UDF 1.02 2.2.3. */
export const ANCHOR_FIELDS = {
  tag: 0,
  mainVolumeDescriptorSequenceExtent: 16,
  reserveVolumeDescriptorSequenceExtent: 24,
  reserved: 32,
  unused: 512,
} as const;

/** Sector of the first anchor (ECMA-167 3/8.4.2.1). */
export const ANCHOR_SECTOR = 256;

export interface AnchorVolumeDescriptorPointer {
  readonly main: ExtentAd;
  readonly reserve: ExtentAd;
}

/** @param into a zeroed block @param location sector of the volume */
export function writeAnchor(into: Uint8Array, anchor: AnchorVolumeDescriptorPointer, location: number): void {
  const view = viewOf(into);
  writeExtentAd(view, ANCHOR_FIELDS.mainVolumeDescriptorSequenceExtent, anchor.main);
  writeExtentAd(view, ANCHOR_FIELDS.reserveVolumeDescriptorSequenceExtent, anchor.reserve);
  sealTag(into, TAG.anchorVolumeDescriptorPointer, location, ANCHOR_FIELDS.unused);
}

export function readAnchor(bytes: Uint8Array): AnchorVolumeDescriptorPointer {
  const view = viewOf(bytes);
  return {
    main: readExtentAd(view, ANCHOR_FIELDS.mainVolumeDescriptorSequenceExtent),
    reserve: readExtentAd(view, ANCHOR_FIELDS.reserveVolumeDescriptorSequenceExtent),
  };
}
