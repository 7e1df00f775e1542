/** Images that would be written to a stick, and start nothing from it. */
import { type Content, readBytes } from '../content/content.js';
import type { Finding } from '../errors.js';
import { readMasterBootRecord, SECTOR_BYTES } from '../formats/mbr/master-boot-record.js';
import { readVolumeFacts } from '../image/volume-facts.js';

/**
 * A warning when an image has no partition table. Firmware may start El Torito from a stick all the same (facts/lab.md: OVMF
 * does), no BIOS does; so the person decides.
 */
export async function strangeImage(image: Content, path: string): Promise<Finding[]> {
  const head = image.size < SECTOR_BYTES ? undefined : await readBytes(image, 0, SECTOR_BYTES);
  if (head && readMasterBootRecord(head)?.partitions.some(({ sectors }) => sectors > 0)) return [];
  const disc = (await readVolumeFacts(image)) !== undefined;
  return [
    {
      code: 'IMAGE_NO_DISK',
      severity: 'warning',
      message: disc
        ? 'This is an image of a CD and not of a disk: a BIOS does not start from a stick with it, other computers may not'
        : 'This is no image of a disk: no partition table begins it, so that nothing starts from a stick with it',
      where: { file: path },
      hint: 'Name the media.yaml itself, or an image that "inplace build --format hybrid" made',
    },
  ];
}
