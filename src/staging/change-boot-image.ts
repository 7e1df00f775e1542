/** Puts files into the image of a boot.wim that starts, as a view: what the boot menu and its drivers need. */
import type { Content } from '../content/content.js';
import { InplaceError } from '../errors.js';
import { changeWim, type WimChange } from '../formats/wim/change.js';
import { openWim, type Wim, type WimFile } from '../formats/wim/wim.js';

export type { WimChange } from '../formats/wim/change.js';

/**
 * The image that a machine starts: the one that the header names. On Windows media that is Windows Setup, image 2 of two.
 * @throws InplaceError SOURCE_CORRUPT when none is marked
 */
export function bootingImage(wim: Wim): number {
  const { bootIndex } = wim.header;
  if (bootIndex > 0) return bootIndex;
  throw new InplaceError({
    code: 'SOURCE_CORRUPT',
    message: 'No image of the WIM is marked as the one that boots',
    where: { file: wim.file, field: 'WimHeader.bootIndex' },
    hint: 'Mark it, for example with "wimlib-imagex info boot.wim 2 --boot"',
  });
}

/**
 * boot.wim with files added, replaced or deleted in the image that boots. Nothing of it is copied or compressed anew.
 * @param file boot.wim, and how messages call it
 * @param modified time of the change, by the media's rule
 * @throws InplaceError WIM_CHANGE, SOURCE_CORRUPT, SOURCE_UNSUPPORTED
 */
export async function changeBootImage(file: WimFile, changes: readonly WimChange[], modified: Date): Promise<Content> {
  const wim = await openWim([file]);
  return await changeWim(wim, changes, { image: bootingImage(wim), modified });
}
