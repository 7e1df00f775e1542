/** One program that firmware or the boot manager starts: who signed it, and what firmware with Secure Boot makes of it. */
import { InplaceError } from '../errors.js';
import { type AuthenticodeSignature, readAuthenticode } from '../formats/authenticode/read.js';
import { readPeImage } from '../formats/pe/image.js';
import { readFileVersion } from '../formats/pe/version-resource.js';
import { type Authority, authorityOf } from './authorities.js';

/** Whether it starts, with Secure Boot on, by what the firmware trusts. */
export interface Boots {
  /** the authorities of 2011 only: a computer that never got the new ones */
  readonly only2011: boolean;
  readonly both: boolean;
  /** the authorities of 2023 only, or Windows Production PCA 2011 revoked */
  readonly only2023: boolean;
}

export interface BootSignature {
  /** the authority when it is a known one, else who the last certificate of the chain says issued it */
  readonly signedBy: string;
  readonly year?: 2011 | 2023;
  /** why it does not count */
  readonly problem?: string;
}

export interface BootFile {
  /** on the media; what lies in a boot image has that in front: `sources/boot.wim:Windows/Boot/EFI/bootmgfw.efi` */
  readonly path: string;
  /** file version of its version resource */
  readonly version?: string;
  readonly architecture?: string;
  readonly signatures: readonly BootSignature[];
  readonly boots: Boots;
  /** what keeps it from being read at all */
  readonly problem?: string;
}

const NEVER: Boots = { only2011: false, both: false, only2023: false };

/** Looks at a program. What is wrong with it is said in the result, never thrown. */
export function examineBootFile(path: string, bytes: Uint8Array, authorities: readonly Authority[]): BootFile {
  try {
    const image = readPeImage(bytes, { path });
    const signatures = readAuthenticode(image, { path });
    const version = readFileVersion(image);
    return {
      path,
      ...(version === undefined ? {} : { version }),
      ...(image.architecture === undefined ? {} : { architecture: image.architecture }),
      signatures: signatures.map((signature) => describe(signature, authorities)),
      boots: judge(signatures, authorities),
    };
  } catch (error) {
    if (!(error instanceof InplaceError)) throw error;
    return { path, signatures: [], boots: NEVER, problem: error.findings[0]!.message };
  }
}

/**
 * UEFI, Secure Boot, image authorization: one valid signature that is trusted is enough, and one that is forbidden is too much. Firmware looks
 * at the signatures of the certificate table only (EDK2, DxeImageVerificationLib).
 */
function judge(signatures: readonly AuthenticodeSignature[], authorities: readonly Authority[]): Boots {
  const valid = signatures.filter(({ nested, problem }) => !nested && problem === undefined);
  const by = valid.flatMap((signature) => authorityOf(signature, authorities) ?? []);
  const only2011 = by.some(({ year }) => year === 2011);
  const has2023 = by.some(({ year }) => year === 2023);
  const forbidden = by.some(({ revocable }) => revocable);
  return { only2011, both: only2011 || has2023, only2023: has2023 && !forbidden };
}

function describe(signature: AuthenticodeSignature, authorities: readonly Authority[]): BootSignature {
  const authority = authorityOf(signature, authorities);
  const problem = signature.problem ?? (signature.nested ? 'firmware does not look at a nested signature' : undefined);
  return {
    signedBy: authority?.name ?? signature.chain.at(-1)?.issuer ?? 'an unknown signer',
    ...(authority === undefined ? {} : { year: authority.year }),
    ...(problem === undefined ? {} : { problem }),
  };
}

/** What holds for all of them; undefined when there are none. */
export function allBoot(files: readonly BootFile[]): Boots | undefined {
  if (files.length === 0) return undefined;
  const every = (key: keyof Boots): boolean => files.every(({ boots }) => boots[key]);
  return { only2011: every('only2011'), both: every('both'), only2023: every('only2023') };
}
