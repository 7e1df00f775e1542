/**
 * Attribute certificate table, "PE Format", The Attribute Certificate Table: WIN_CERTIFICATE structures, each at a multiple of eight.
 *
 * | offset | bytes | field |
 * | 0 | 4 | length with this header |
 * | 4 | 2 | revision: 0x200 |
 * | 6 | 2 | type: 2 for PKCS#7 SignedData |
 * | 8 | | certificate |
 */
import { corrupt } from '../../bytes/corrupt.js';
import { viewOf } from '../../bytes/view.js';
import type { Place } from '../../errors.js';
import type { PeImage } from './image.js';

const HEADER_BYTES = 8;
const TYPE_SIGNED_DATA = 2;

/** The PKCS#7 SignedData of every signature; other kinds of certificates are passed over. @throws InplaceError SOURCE_CORRUPT */
export function readCertificateTable(image: PeImage, where: Place): Uint8Array[] {
  const { offset, sizeBytes } = image.certificates;
  const view = viewOf(image.bytes);
  const end = offset + sizeBytes;
  const found: Uint8Array[] = [];
  for (let at = offset; at < end; ) {
    const length = at + HEADER_BYTES <= end ? view.getUint32(at, true) : 0;
    if (length < HEADER_BYTES || at + length > end) {
      const field = 'WIN_CERTIFICATE.dwLength';
      throw corrupt(`A certificate of ${length} bytes, where ${end - at} are left`, { ...where, offset: at, field });
    }
    if (view.getUint16(at + 6, true) === TYPE_SIGNED_DATA) {
      found.push(image.bytes.subarray(at + HEADER_BYTES, at + length));
    }
    at += Math.ceil(length / 8) * 8;
  }
  return found;
}
