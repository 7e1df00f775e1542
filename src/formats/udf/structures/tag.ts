import { crc16 } from '../../../bytes/crc16.js';
import { viewOf } from '../../../bytes/view.js';

/** Descriptor tag, ECMA-167 3/7.2 and 4/7.2, UDF 1.02 2.2.1 and 2.3.1. */
export const TAG_FIELDS = {
  tagIdentifier: 0,
  descriptorVersion: 2,
  tagChecksum: 4,
  reserved: 5,
  tagSerialNumber: 6,
  descriptorCrc: 8,
  descriptorCrcLength: 10,
  tagLocation: 12,
} as const;

/** Bytes of a tag; the descriptor's own fields begin behind it. */
export const TAG_LENGTH = 16;

/** Descriptor version of ECMA-167 2nd edition, which UDF 1.02 builds on (3 is that of UDF 2.00 and later). */
const DESCRIPTOR_VERSION = 2;

/** The one tag serial number of our volumes: they are written once (UDF 1.02 2.2.1.1). */
export const TAG_SERIAL_NUMBER = 1;

export interface Tag {
  readonly identifier: number;
  readonly version: number;
  readonly checksum: number;
  readonly reserved: number;
  readonly serialNumber: number;
  readonly crc: number;
  /** bytes behind the tag that the CRC covers */
  readonly crcLength: number;
  /** logical block in the partition, or sector of the volume for volume descriptors */
  readonly location: number;
}

/** Writes the tag in front of a finished descriptor. `length` is that of the descriptor, tag included. */
export function sealTag(into: Uint8Array, identifier: number, location: number, length: number): void {
  const view = viewOf(into);
  view.setUint16(TAG_FIELDS.tagIdentifier, identifier, true);
  view.setUint16(TAG_FIELDS.descriptorVersion, DESCRIPTOR_VERSION, true);
  view.setUint16(TAG_FIELDS.tagSerialNumber, TAG_SERIAL_NUMBER, true);
  view.setUint16(TAG_FIELDS.descriptorCrc, crc16(into.subarray(TAG_LENGTH, length)), true);
  view.setUint16(TAG_FIELDS.descriptorCrcLength, length - TAG_LENGTH, true);
  view.setUint32(TAG_FIELDS.tagLocation, location, true);
  into[TAG_FIELDS.tagChecksum] = tagChecksum(into);
}

/** Sum of bytes 0-3 and 5-15 of the tag, modulo 256 (ECMA-167 3/7.2.3). */
export function tagChecksum(bytes: Uint8Array): number {
  let sum = 0;
  for (let i = 0; i < TAG_LENGTH; i++) if (i !== TAG_FIELDS.tagChecksum) sum += bytes[i]!;
  return sum & 0xff;
}

/** Reads the tag at the start of `bytes` (at least 16) without judging it. */
export function readTag(bytes: Uint8Array): Tag {
  const view = viewOf(bytes);
  return {
    identifier: view.getUint16(TAG_FIELDS.tagIdentifier, true),
    version: view.getUint16(TAG_FIELDS.descriptorVersion, true),
    checksum: bytes[TAG_FIELDS.tagChecksum]!,
    reserved: bytes[TAG_FIELDS.reserved]!,
    serialNumber: view.getUint16(TAG_FIELDS.tagSerialNumber, true),
    crc: view.getUint16(TAG_FIELDS.descriptorCrc, true),
    crcLength: view.getUint16(TAG_FIELDS.descriptorCrcLength, true),
    location: view.getUint32(TAG_FIELDS.tagLocation, true),
  };
}

/** A rule of the tag that does not hold. */
export interface TagProblem {
  readonly field: keyof typeof TAG_FIELDS;
  /** what is and what was expected, to stand behind the structure's name */
  readonly message: string;
}

/**
 * The rules that any reader may ask of any descriptor: identifier, checksum, version 2 or 3, CRC.
 * @param bytes the descriptor with its tag; the CRC is compared when all bytes it covers are there
 * @param location compared when given
 */
export function tagProblem(bytes: Uint8Array, identifier: number, location?: number): TagProblem | undefined {
  const tag = readTag(bytes);
  if (tag.identifier !== identifier) {
    return { field: 'tagIdentifier', message: `is ${tag.identifier}, expected ${identifier}` };
  }
  return tagIntegrityProblem(bytes, tag) ?? locationProblem(tag, location);
}

function locationProblem(tag: Tag, location: number | undefined): TagProblem | undefined {
  if (location === undefined || tag.location === location) return undefined;
  return { field: 'tagLocation', message: `is ${tag.location}, but the descriptor lies at ${location}` };
}

function tagIntegrityProblem(bytes: Uint8Array, tag: Tag): TagProblem | undefined {
  const sum = tagChecksum(bytes);
  if (tag.checksum !== sum) return { field: 'tagChecksum', message: `is ${tag.checksum}, the tag's bytes give ${sum}` };
  if (tag.version !== 2 && tag.version !== 3) {
    return { field: 'descriptorVersion', message: `is ${tag.version}, expected 2 or 3` };
  }
  return crcProblem(bytes, tag);
}

/** The CRC of a descriptor, when it has one and all its bytes are at hand. */
export function crcProblem(bytes: Uint8Array, tag: Tag): TagProblem | undefined {
  if (TAG_LENGTH + tag.crcLength > bytes.byteLength) return undefined;
  const crc = crc16(bytes.subarray(TAG_LENGTH, TAG_LENGTH + tag.crcLength));
  // a CRC length of zero means that no CRC was recorded (ECMA-167 3/7.2.7)
  if (tag.crcLength === 0 || crc === tag.crc) return undefined;
  return { field: 'descriptorCrc', message: `is ${hex(tag.crc)}, the descriptor's bytes give ${hex(crc)}` };
}

/** `0x` and four digits, as standards print sums. */
function hex(value: number): string {
  return `0x${value.toString(16).toUpperCase().padStart(4, '0')}`;
}
