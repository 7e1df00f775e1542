/**
 * Authenticode signatures of a PE image: those in the certificate table, which firmware looks at, and those nested inside them, which only
 * Windows does.
 */
import type { Place } from '../../errors.js';
import { readCertificateTable } from '../pe/certificate-table.js';
import type { PeImage } from '../pe/image.js';
import { authenticodeDigest } from './digest.js';
import { readSignedData, type SignerCertificate } from './signed-data.js';

/** Signatures of one file that are looked at; real ones have one to three. */
const MOST_SIGNATURES = 16;

export interface AuthenticodeSignature {
  /** inside another signature: firmware does not see it */
  readonly nested: boolean;
  readonly digestAlgorithm: string;
  /** the signer first, then who issued its certificate, as far as the signature has them */
  readonly chain: readonly SignerCertificate[];
  /** why it is not valid: the file was changed, or the signature was; undefined when it is */
  readonly problem: string | undefined;
}

/** Every signature of the image, checked against its bytes. @throws InplaceError SOURCE_CORRUPT */
export function readAuthenticode(image: PeImage, where: Place): AuthenticodeSignature[] {
  const found: AuthenticodeSignature[] = [];
  let open = readCertificateTable(image, where).map((der) => ({ der, nested: false }));
  while (open.length > 0 && found.length < MOST_SIGNATURES) {
    const inside: typeof open = [];
    for (const { der, nested } of open.slice(0, MOST_SIGNATURES - found.length)) {
      const { digestAlgorithm, digest, chain, problem, nested: more } = readSignedData(der, where);
      const changed = authenticodeDigest(image, digestAlgorithm, where) === digest ? undefined : CHANGED;
      found.push({ nested, digestAlgorithm, chain, problem: changed ?? problem });
      inside.push(...more.map((each) => ({ der: each, nested: true })));
    }
    open = inside;
  }
  return found;
}

const CHANGED = 'the file was changed after it was signed';
