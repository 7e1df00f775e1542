import { createHash } from 'node:crypto';
import type { Wim } from './wim.js';

/**
 * The GUID of a WIM that is made from another: the same input gives the same, and another blob table another.
 * @param how it is made
 */
export function derivedGuid(wim: Wim, how: string): string {
  const hash = createHash('sha256').update(`${how}\n${wim.header.guid}\n`);
  for (const blob of [...wim.metadata, ...wim.blobs.values()]) hash.update(`${blob.sha1} ${blob.order.join(' ')}\n`);
  return hash.digest('hex').slice(0, 32);
}
