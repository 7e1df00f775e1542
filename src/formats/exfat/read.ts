/**
 * Reading exFAT (Microsoft, "exFAT file system specification", revision 1.00), strictly: whatever Windows would refuse or
 * repair is an error. What Windows and Linux leave on a stick they have written to is read as well: chains in the FAT,
 * deleted entries, entries that may be left alone.
 */
import { corrupt } from '../../bytes/corrupt.js';
import { type Content, readBytes } from '../../content/content.js';
import type { FoundDirectory, FoundFile, FoundVolume } from './reading/found.js';
import { walkVolume } from './reading/walk.js';
import { type BootRegion, isExfat, REGION_BYTES, readBootRegion } from './structures/boot-region.js';

export type { FoundDirectory, FoundFile, FoundVolume };

export interface ExfatVolume {
  /** Reads the whole tree, once; later calls give the same. @throws InplaceError SOURCE_CORRUPT */
  walk(): Promise<FoundVolume>;
}

/**
 * Opens the exFAT volume that begins at a byte of the disk; by the copy of its boot region when the first one is damaged.
 * Undefined when neither claims to be one.
 * @param file host path of the image, for messages
 */
export async function openExfat(
  image: Content,
  partitionStart: number,
  file: string,
): Promise<ExfatVolume | undefined> {
  let found: BootRegion | string | undefined;
  for (const offset of [partitionStart, partitionStart + REGION_BYTES]) {
    if (offset + REGION_BYTES > image.size) break;
    const region = await readBytes(image, offset, REGION_BYTES);
    if (!isExfat(region)) continue;
    const read = readBootRegion(region, partitionStart);
    if (typeof read !== 'string') {
      found = read;
      break;
    }
    found ??= read;
  }
  if (found === undefined) return undefined;
  const boot = found;
  let walked: Promise<FoundVolume> | undefined;
  const walk = (): Promise<FoundVolume> => {
    walked ??= walkFrom(image, boot, partitionStart, file);
    return walked;
  };
  return { walk };
}

async function walkFrom(image: Content, boot: BootRegion | string, offset: number, file: string): Promise<FoundVolume> {
  if (typeof boot !== 'string') return await walkVolume(image, boot, file);
  throw corrupt(`${boot}, and the copy behind it is no better`, { file, offset, field: 'exFAT boot region' });
}
