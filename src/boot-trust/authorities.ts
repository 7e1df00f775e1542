/**
 * Microsoft's certificate authorities that firmware trusts for Secure Boot ("Windows Secure Boot Key Creation and Management Guidance" and
 * KB5025885). A certificate counts by its thumbprint, never by its name, which anybody can give to theirs.
 */
import type { AuthenticodeSignature } from '../formats/authenticode/read.js';

export interface Authority {
  readonly name: string;
  /** of the generation of keys: those of 2011 are being replaced, and one of them revoked */
  readonly year: 2011 | 2023;
  /** SHA-1 of the certificate, lower-case hex */
  readonly thumbprint: string;
  /** its certificate goes onto the list of forbidden ones when 2011 is revoked (CVE-2023-24932) */
  readonly revocable: boolean;
}

export const MICROSOFT_AUTHORITIES: readonly Authority[] = [
  {
    name: 'Microsoft Windows Production PCA 2011',
    year: 2011,
    thumbprint: '580a6f4cc4e4b669b9ebdc1b2b3e087b80d0678d',
    revocable: true,
  },
  {
    name: 'Microsoft Corporation UEFI CA 2011',
    year: 2011,
    thumbprint: '46def63b5ce61cf8ba0de2e6639c1019d0ed14f3',
    revocable: false,
  },
  {
    name: 'Windows UEFI CA 2023',
    year: 2023,
    thumbprint: '45a0fa32604773c82433c3b7d59e7466b3ac0c67',
    revocable: false,
  },
  {
    name: 'Microsoft UEFI CA 2023',
    year: 2023,
    thumbprint: 'b5eeb4a6706048073f0ed296e7f580a790b59eaa',
    revocable: false,
  },
];

/** The authority that the chain of a signature leads to; undefined when it is none of these. */
export function authorityOf(
  signature: AuthenticodeSignature,
  authorities: readonly Authority[],
): Authority | undefined {
  for (const { thumbprint } of signature.chain) {
    const found = authorities.find((authority) => authority.thumbprint === thumbprint);
    if (found !== undefined) return found;
  }
  return undefined;
}
