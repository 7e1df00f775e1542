import { viewOf } from '../../../bytes/view.js';
import { compressedLength, writeCompressedUnicode } from './compressed-unicode.js';
import { BLOCK_SIZE, TAG } from './constants.js';
import { type AllocationDescriptor, readLongAd, writeLongAd } from './extents.js';
import { sealTag } from './tag.js';

/** File Identifier Descriptor (FID), ECMA-167 4/14.4, UDF 1.02 2.3.4. */
export const FILE_IDENTIFIER_FIELDS = {
  tag: 0,
  fileVersionNumber: 16,
  fileCharacteristics: 18,
  lengthOfFileIdentifier: 19,
  icb: 20,
  lengthOfImplementationUse: 36,
  fileIdentifier: 38,
} as const;

/** Bytes of a FID without implementation use and name. */
export const FID_HEADER_LENGTH = FILE_IDENTIFIER_FIELDS.fileIdentifier;

/** Bytes of the longest FID: L_IU is two bytes, L_FI is one. */
export const MAX_FID_LENGTH = paddedLength(FID_HEADER_LENGTH + 0xffff + 0xff);

/** FIDs are padded to a multiple of four bytes (ECMA-167 4/14.4.9). */
function paddedLength(bytes: number): number {
  return Math.ceil(bytes / 4) * 4;
}

/** Bytes of the FID we write for a name; '' is the parent's. */
export function fidLength(name: string): number {
  return paddedLength(FID_HEADER_LENGTH + compressedLength(name));
}

export interface FileIdentifierDescriptor {
  readonly characteristics: number;
  /** '' in the FID of the parent directory */
  readonly name: string;
  /** logical block of the File Entry */
  readonly icbBlock: number;
}

/** @param into zeroed, exactly the FID's length @param location logical block that holds its first byte */
export function writeFid(into: Uint8Array, fid: FileIdentifierDescriptor, location: number): void {
  const F = FILE_IDENTIFIER_FIELDS;
  const view = viewOf(into);
  // version 1: UDF 1.02 2.3.4.1
  view.setUint16(F.fileVersionNumber, 1, true);
  view.setUint8(F.fileCharacteristics, fid.characteristics);
  writeLongAd(view, F.icb, BLOCK_SIZE, fid.icbBlock);
  view.setUint8(F.lengthOfFileIdentifier, writeCompressedUnicode(into, F.fileIdentifier, fid.name));
  sealTag(into, TAG.fileIdentifierDescriptor, location, into.length);
}

/** A FID as somebody else may have recorded it. */
export interface FoundFid {
  readonly characteristics: number;
  readonly icb: AllocationDescriptor & { readonly partition: number };
  /** compressed Unicode, not judged */
  readonly identifier: Uint8Array;
  /** bytes without padding */
  readonly end: number;
  /** bytes, padding included */
  readonly length: number;
}

/** Bytes of the FID whose header this is. @param header at least 38 bytes */
export function foundFidLength(header: Uint8Array): number {
  const F = FILE_IDENTIFIER_FIELDS;
  const use = viewOf(header).getUint16(F.lengthOfImplementationUse, true);
  return paddedLength(FID_HEADER_LENGTH + use + header[F.lengthOfFileIdentifier]!);
}

/** @param bytes the whole FID, as long as `foundFidLength` says, or shorter by its padding */
export function readFid(bytes: Uint8Array): FoundFid {
  const F = FILE_IDENTIFIER_FIELDS;
  const view = viewOf(bytes);
  const nameAt = F.fileIdentifier + view.getUint16(F.lengthOfImplementationUse, true);
  const end = nameAt + bytes[F.lengthOfFileIdentifier]!;
  return {
    characteristics: bytes[F.fileCharacteristics]!,
    icb: readLongAd(view, F.icb),
    identifier: bytes.subarray(nameAt, end),
    end,
    length: paddedLength(end),
  };
}
