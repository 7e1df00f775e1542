/** Blobs that a view takes over as they are stored. */
import { InplaceError } from '../../errors.js';
import type { Blob } from './blobs.js';
import type { ResourceHeader } from './resource-header.js';
import type { Wim } from './wim.js';

export type StoredBlob = Blob & { readonly resource: ResourceHeader };

export function isStored(blob: Blob): blob is StoredBlob {
  return blob.resource !== undefined;
}

/**
 * What a solid WIM cannot do: its blobs are compressed together, and taking some out would mean compressing them anew.
 * @param what could not be done: "split", "trimmed"
 */
export function refuseSolid(wim: Wim, what: string): void {
  if (!wim.hasSolid) return;
  throw new InplaceError({
    code: 'SOURCE_UNSUPPORTED',
    message: `The images are compressed together (solid, as an ESD is), so they cannot be ${what} without compressing them again`,
    where: { file: wim.file },
    hint:
      'Make a WIM of it first: "wimlib-imagex export install.esd all install.wim --compress=LZX", or on Windows ' +
      '"DISM /Export-Image /SourceImageFile:install.esd /SourceIndex:1 /DestinationImageFile:install.wim /Compress:max"',
  });
}
