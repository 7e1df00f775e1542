/**
 * WIM header, "Windows Imaging File Format (WIM)" (Microsoft, 2007), section "WIM File Header"; solid resources
 * (ESD) as Windows 8 added them.
 *
 * | offset | bytes | field |
 * | 0x00 | 8 | image tag `MSWIM\0\0\0` |
 * | 0x08 | 4 | header size, 208 |
 * | 0x0C | 4 | version: 0x10D00, or 0xE00 with solid resources |
 * | 0x10 | 4 | flags |
 * | 0x14 | 4 | chunk size of compressed resources, bytes |
 * | 0x18 | 16 | GUID, the same in every part of a split WIM |
 * | 0x28 | 2 | part number, from 1 |
 * | 0x2A | 2 | total parts |
 * | 0x2C | 4 | image count |
 * | 0x30 | 24 | resource header of the lookup table |
 * | 0x48 | 24 | resource header of the XML data |
 * | 0x60 | 24 | resource header of the boot metadata |
 * | 0x78 | 4 | boot index, 0 for none |
 * | 0x7C | 24 | resource header of the integrity table |
 * | 0x94 | 60 | unused |
 */
import { corrupt, unsupported } from '../../bytes/corrupt.js';
import { quote } from '../../bytes/quote.js';
import { type Content, readBytes } from '../../content/content.js';
import type { Place } from '../../errors.js';
import { type ResourceHeader, readResourceHeader } from './resource-header.js';

/** Bytes of the header; every known version has the same. */
export const WIM_HEADER_BYTES = 208;

/** Offsets of the fields, as in the table above. */
export const WIM_HEADER_FIELDS = {
  headerSize: 0x08,
  version: 0x0c,
  flags: 0x10,
  chunkSize: 0x14,
  guid: 0x18,
  partNumber: 0x28,
  totalParts: 0x2a,
  imageCount: 0x2c,
  blobTable: 0x30,
  xmlData: 0x48,
  bootMetadata: 0x60,
  bootIndex: 0x78,
  integrityTable: 0x7c,
} as const;

/** Offset of the standard identifier in an ISO. */
const ISO_IDENTIFIER = 16 * 2048 + 1;

const VERSION_DEFAULT = 0x10d00;
const VERSION_SOLID = 0xe00;

/** FLAG_HEADER_… of the format document. */
export const WIM_HEADER_FLAGS = {
  compressed: 0x2,
  spanned: 0x8,
  writeInProgress: 0x40,
  xpress: 0x20000,
  lzx: 0x40000,
  lzms: 0x80000,
  xpress2: 0x200000,
} as const;

export type WimCompression = 'none' | 'xpress' | 'lzx' | 'lzms' | 'unknown';

export interface WimHeader {
  /** version 0xE00: resources may be packed together, as in an ESD */
  readonly solid: boolean;
  readonly flags: number;
  readonly compression: WimCompression;
  /** bytes; 0 when not compressed */
  readonly chunkSizeBytes: number;
  /** 32 lower-case hex digits, in the order of the file's bytes */
  readonly guid: string;
  /** from 1 */
  readonly partNumber: number;
  readonly totalParts: number;
  readonly imageCount: number;
  /** image that boots, from 1; 0 for none */
  readonly bootIndex: number;
  /** a program was changing the file when it ended */
  readonly writeInProgress: boolean;
  /** Microsoft: lookup table or offset table */
  readonly blobTable: ResourceHeader;
  readonly xmlData: ResourceHeader;
  readonly bootMetadata: ResourceHeader;
  readonly integrityTable: ResourceHeader;
}

/**
 * Reads and checks the header.
 * @param file how messages call the content: a host path, or `Win.iso:sources/install.wim`
 * @throws InplaceError SOURCE_CORRUPT, SOURCE_UNSUPPORTED
 */
export async function readWimHeader(content: Content, file: string): Promise<WimHeader> {
  const at = (offset: number, field: string): Place => ({ file, offset, field: `WimHeader.${field}` });
  if (content.size === 0) throw corrupt('The file is empty, expected a WIM', at(0, 'imageTag'));
  if (content.size < WIM_HEADER_BYTES) {
    throw corrupt(`${content.size} bytes are too few for a WIM; its header has ${WIM_HEADER_BYTES}`, at(0, 'imageTag'));
  }
  const bytes = await readBytes(content, 0, WIM_HEADER_BYTES);
  const view = new DataView(bytes.buffer);
  if (await isIso(content, bytes)) throw unsupported('This is an ISO, expected a WIM', at(0, 'imageTag'));
  checkIdentity(bytes, view, at);
  const version = view.getUint32(WIM_HEADER_FIELDS.version, true);
  const flags = view.getUint32(WIM_HEADER_FIELDS.flags, true);
  const resource = (name: 'blobTable' | 'xmlData' | 'bootMetadata' | 'integrityTable') =>
    readResourceHeader(view, WIM_HEADER_FIELDS[name], content.size, at(WIM_HEADER_FIELDS[name], name));
  const header: WimHeader = {
    solid: version === VERSION_SOLID,
    flags,
    compression: compressionOf(flags),
    chunkSizeBytes: view.getUint32(WIM_HEADER_FIELDS.chunkSize, true),
    guid: Buffer.from(bytes.subarray(WIM_HEADER_FIELDS.guid, WIM_HEADER_FIELDS.guid + 16)).toString('hex'),
    partNumber: view.getUint16(WIM_HEADER_FIELDS.partNumber, true),
    totalParts: view.getUint16(WIM_HEADER_FIELDS.totalParts, true),
    imageCount: view.getUint32(WIM_HEADER_FIELDS.imageCount, true),
    bootIndex: view.getUint32(WIM_HEADER_FIELDS.bootIndex, true),
    writeInProgress: (flags & WIM_HEADER_FLAGS.writeInProgress) !== 0,
    blobTable: resource('blobTable'),
    xmlData: resource('xmlData'),
    bootMetadata: resource('bootMetadata'),
    integrityTable: resource('integrityTable'),
  };
  checkNumbers(header, at);
  return header;
}

type At = (offset: number, field: string) => Place;

/** ISO 9660 7.1.1 and ECMA-167 3/9.1: a standard identifier in sector 16, which people mistake the file for. */
async function isIso(content: Content, head: Uint8Array): Promise<boolean> {
  if (Buffer.from(head.subarray(0, 5)).toString('latin1') === 'MSWIM' || content.size < ISO_IDENTIFIER + 5)
    return false;
  const identifier = Buffer.from(await readBytes(content, ISO_IDENTIFIER, 5)).toString('latin1');
  return identifier === 'CD001' || identifier === 'BEA01';
}

function checkIdentity(bytes: Uint8Array, view: DataView, at: At): void {
  const tag = Buffer.from(bytes.subarray(0, 8)).toString('latin1');
  if (tag === 'WLPWM\0\0\0')
    throw unsupported('A pipable WIM of wimlib, which Windows Setup does not read', at(0, 'imageTag'));
  if (tag !== 'MSWIM\0\0\0')
    throw corrupt(`This is no WIM: it begins with ${quote(tag)}, expected "MSWIM"`, at(0, 'imageTag'));
  const headerSize = view.getUint32(WIM_HEADER_FIELDS.headerSize, true);
  if (headerSize !== WIM_HEADER_BYTES) {
    throw corrupt(
      `A header size of ${headerSize}, expected ${WIM_HEADER_BYTES}`,
      at(WIM_HEADER_FIELDS.headerSize, 'headerSize'),
    );
  }
  const version = view.getUint32(WIM_HEADER_FIELDS.version, true);
  if (version !== VERSION_DEFAULT && version !== VERSION_SOLID) {
    throw unsupported(
      `WIM version 0x${version.toString(16)}; 0x${VERSION_DEFAULT.toString(16)} and 0x${VERSION_SOLID.toString(16)} are read`,
      at(WIM_HEADER_FIELDS.version, 'version'),
    );
  }
}

function checkNumbers(header: WimHeader, at: At): void {
  const { partNumber, totalParts, bootIndex, imageCount } = header;
  if (partNumber === 0 || partNumber > totalParts) {
    throw corrupt(
      `Part ${partNumber} of ${totalParts}; parts count from 1`,
      at(WIM_HEADER_FIELDS.partNumber, 'partNumber'),
    );
  }
  if (bootIndex > imageCount) {
    throw corrupt(
      `Boot index ${bootIndex}, but there are ${imageCount} images`,
      at(WIM_HEADER_FIELDS.bootIndex, 'bootIndex'),
    );
  }
}

function compressionOf(flags: number): WimCompression {
  if ((flags & WIM_HEADER_FLAGS.compressed) === 0) return 'none';
  if (flags & WIM_HEADER_FLAGS.lzms) return 'lzms';
  if (flags & WIM_HEADER_FLAGS.lzx) return 'lzx';
  return flags & (WIM_HEADER_FLAGS.xpress | WIM_HEADER_FLAGS.xpress2) ? 'xpress' : 'unknown';
}
