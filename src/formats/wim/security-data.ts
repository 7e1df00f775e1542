/**
 * Security data of an image's metadata: total length (4 bytes), number of descriptors (4), their lengths (8 each), then the
 * descriptors. The root entry follows at the next multiple of eight.
 */
import { corrupt } from '../../bytes/corrupt.js';
import { readUint64, viewOf } from '../../bytes/view.js';
import type { Place } from '../../errors.js';

const HEAD_BYTES = 8;

export interface SecurityData {
  /** with the padding behind them: where the root entry begins */
  readonly bytes: Uint8Array;
  /** self-relative security descriptors; entries name them by their number */
  readonly descriptors: readonly Uint8Array[];
}

/** @param metadata the whole metadata resource @throws InplaceError SOURCE_CORRUPT */
export function readSecurityData(metadata: Uint8Array, where: Place): SecurityData {
  const place = { ...where, field: 'SecurityData' };
  if (metadata.length < HEAD_BYTES) throw corrupt(`Metadata of ${metadata.length} bytes`, place);
  const view = viewOf(metadata);
  const count = view.getUint32(4, true);
  // some programs write 0 for "nothing but these eight bytes"
  const length = view.getUint32(0, true) || HEAD_BYTES;
  if (length > metadata.length || HEAD_BYTES + count * 8 > length) {
    throw corrupt(`Security data of ${length} bytes with ${count} descriptors in ${metadata.length} bytes`, place);
  }
  const descriptors: Uint8Array[] = [];
  let at = HEAD_BYTES + count * 8;
  for (let i = 0; i < count; i++) {
    const size = readUint64(view, HEAD_BYTES + i * 8);
    if (at + size > length) throw corrupt(`Security descriptor ${i} has ${size} bytes, too many`, place);
    descriptors.push(metadata.subarray(at, at + size));
    at += size;
  }
  const end = Math.ceil(length / 8) * 8;
  if (end > metadata.length) throw corrupt('The metadata end with the security data', place);
  return { bytes: metadata.subarray(0, end), descriptors };
}
