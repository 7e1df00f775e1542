/**
 * Digest of a PE image, "Windows Authenticode Portable Executable Signature Format", Calculating the PE Image Hash: headers without the
 * checksum and the directory entry of the certificate table, the sections in the order of the file, then what lies behind them up to the
 * certificate table. Firmware (EDK2's DxeImageVerificationLib) reckons in the same way.
 */
import { createHash } from 'node:crypto';
import { corrupt } from '../../bytes/corrupt.js';
import type { Place } from '../../errors.js';
import type { PeImage } from '../pe/image.js';

const CHECKSUM_BYTES = 4;
const DIRECTORY_ENTRY_BYTES = 8;

/**
 * @param algorithm as node:crypto names it
 * @returns lower-case hex digits
 * @throws InplaceError SOURCE_CORRUPT when sections lead out of the file
 */
export function authenticodeDigest(image: PeImage, algorithm: string, where: Place): string {
  const { bytes, headerBytes, checksumAt, certificateEntryAt, certificates } = image;
  const hash = createHash(algorithm);
  const add = (start: number, end: number): void => {
    if (start > end || end > bytes.length) {
      throw corrupt(`Bytes ${start} to ${end} do not lie in the file of ${bytes.length} bytes`, {
        ...where,
        offset: start,
        field: 'PE.sections',
      });
    }
    hash.update(bytes.subarray(start, end));
  };
  add(0, checksumAt);
  add(checksumAt + CHECKSUM_BYTES, certificateEntryAt ?? headerBytes);
  if (certificateEntryAt !== undefined) add(certificateEntryAt + DIRECTORY_ENTRY_BYTES, headerBytes);
  let hashed = headerBytes;
  const sections = image.sections.filter(({ rawBytes }) => rawBytes > 0).sort((a, b) => a.rawOffset - b.rawOffset);
  for (const { rawOffset, rawBytes } of sections) {
    add(rawOffset, rawOffset + rawBytes);
    hashed += rawBytes;
  }
  // counted, and not where the last section ends: gaps between sections shift it, and the document and firmware do it like this
  if (bytes.length > hashed + certificates.sizeBytes) add(hashed, bytes.length - certificates.sizeBytes);
  return hash.digest('hex');
}
