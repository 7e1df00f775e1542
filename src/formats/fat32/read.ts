/** Reading FAT32 (fatgen103): what Windows, Linux and macOS leave on a stick they have written to is read as well. */
import { type Content, readBytes } from '../../content/content.js';
import type { FatGeometry } from './geometry.js';
import { SECTOR_BYTES } from './limits.js';
import { type FoundDirectory, type FoundFile, type FoundVolume, walkVolume } from './reading/walk.js';
import { BACKUP_BOOT_SECTOR, readBootSector } from './structures/boot-sector.js';

export type { FoundDirectory, FoundFile, FoundVolume };

export interface Fat32Volume {
  readonly geometry: FatGeometry;
  readonly serial: number;
  /** Reads the whole tree, once; later calls give the same. @throws InplaceError SOURCE_CORRUPT */
  walk(): Promise<FoundVolume>;
}

/**
 * Opens the FAT32 volume that begins at a byte of the disk; by the copy of its boot sector when the first one is damaged.
 * Undefined when there is none.
 * @param file host path of the image, for messages
 */
export async function openFat32(
  image: Content,
  partitionStart: number,
  file: string,
): Promise<Fat32Volume | undefined> {
  for (const sector of [0, BACKUP_BOOT_SECTOR]) {
    const offset = partitionStart + sector * SECTOR_BYTES;
    if (offset + SECTOR_BYTES > image.size) return undefined;
    const found = readBootSector(await readBytes(image, offset, SECTOR_BYTES), partitionStart);
    if (!found) continue;
    const { geometry, rootCluster, serial } = found;
    let walked: Promise<FoundVolume> | undefined;
    const walk = (): Promise<FoundVolume> => {
      walked ??= walkVolume(image, geometry, rootCluster, file);
      return walked;
    };
    return { geometry, serial, walk };
  }
  return undefined;
}
