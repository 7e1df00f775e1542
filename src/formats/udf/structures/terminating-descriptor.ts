import { TAG } from './constants.js';
import { sealTag } from './tag.js';

/** Terminating Descriptor, ECMA-167 3/10.9 and 4/14.2: a tag and zero bytes. */
export const TERMINATING_FIELDS = { tag: 0, reserved: 16, unused: 512 } as const;

/** @param into a zeroed block @param location sector of the volume, or logical block behind a File Set Descriptor */
export function writeTerminating(into: Uint8Array, location: number): void {
  sealTag(into, TAG.terminatingDescriptor, location, TERMINATING_FIELDS.unused);
}
