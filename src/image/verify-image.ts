import type { Content } from '../content/content.js';
import { openDisk } from './disk.js';
import type { Verification, VerifyOptions } from './verification.js';
import { verifyDisk } from './verify-disk.js';
import { verifyOptical } from './verify-optical.js';

/** Checks a whole image: as a disk when it is one, on its optical side too when it has one, or as an ISO. */
export async function verifyImage(image: Content, options: VerifyOptions = {}): Promise<Verification> {
  const disk = await openDisk(image, '');
  return disk ? await verifyDisk(image, disk, options) : await verifyOptical(image, options);
}
