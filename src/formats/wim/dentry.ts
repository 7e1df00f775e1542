/**
 * Directory entry ("dentry") of an image's metadata:
 *
 * | offset | bytes | field |
 * | 0 | 8 | length, without the streams that follow; 0 ends a list of entries |
 * | 8 | 4 | FILE_ATTRIBUTE_… |
 * | 12 | 4 | number of the security descriptor, -1 for none |
 * | 16 | 8 | offset of the list of its children in the metadata, 0 for none |
 * | 40, 48, 56 | 8 each | created, accessed, written: FILETIME |
 * | 64 | 20 | SHA-1 of the unnamed stream, zero for none |
 * | 88 | 4 | reparse tag, when it is a reparse point |
 * | 88 | 8 | number of its hard link group, when it is none; 0 for a group of its own |
 * | 96 | 2 | number of stream entries that follow |
 * | 98 | 2 | bytes of the short name |
 * | 100 | 2 | bytes of the name |
 * | 102 | | name and short name, each followed by a zero when it is there; then items that only Windows knows |
 *
 * A stream entry: length (8), unused (8), SHA-1 (20), bytes of the name (2), name. Entries begin at multiples of eight.
 */
import { corrupt } from '../../bytes/corrupt.js';
import { readUint64, viewOf, writeUint64 } from '../../bytes/view.js';
import type { Place } from '../../errors.js';

export const DENTRY_BYTES = 102;
const STREAM_BYTES = 38;

export const DENTRY_FIELDS = {
  length: 0,
  attributes: 8,
  security: 12,
  children: 16,
  created: 40,
  accessed: 48,
  written: 56,
  sha1: 64,
  reparseTag: 88,
  linkGroup: 88,
  streams: 96,
  shortNameBytes: 98,
  nameBytes: 100,
} as const;

const STREAM_FIELDS = { length: 0, sha1: 16, nameBytes: 36, name: 38 } as const;

/** FILE_ATTRIBUTE_… of the Windows headers. */
export const ATTRIBUTES = {
  readOnly: 0x1,
  hidden: 0x2,
  system: 0x4,
  directory: 0x10,
  archive: 0x20,
  normal: 0x80,
  reparsePoint: 0x400,
  compressed: 0x800,
  encrypted: 0x4000,
} as const;

/** Security descriptor number of an entry that has none. */
export const NO_SECURITY = 0xffffffff;

/** SHA-1 field of a stream without bytes. */
export const NO_SHA1 = '0'.repeat(40);

export interface StreamEntry {
  /** '' for an unnamed stream */
  readonly name: string;
  /** 40 hex digits; zeros when it has no bytes */
  readonly sha1: string;
}

/** A file or directory of an image. */
export interface Dentry {
  readonly name: string;
  /** 8.3 name; '' for none */
  readonly shortName: string;
  readonly attributes: number;
  /** the entry and its stream entries, as stored, padded to a multiple of eight */
  readonly raw: Uint8Array;
  /** the stream of the entry itself, which is unnamed, and those behind it */
  readonly streams: readonly StreamEntry[];
  /** offset of the list of children; 0 for none */
  readonly childrenOffset: number;
  /** of a directory; filled by who reads the tree */
  readonly children: Dentry[];
}

export const isDirectory = ({ attributes }: Pick<Dentry, 'attributes'>): boolean =>
  (attributes & ATTRIBUTES.directory) !== 0;
export const isReparsePoint = ({ attributes }: Pick<Dentry, 'attributes'>): boolean =>
  (attributes & ATTRIBUTES.reparsePoint) !== 0;

/** Number of the security descriptor, or NO_SECURITY. */
export function securityOf({ raw }: Dentry): number {
  return viewOf(raw).getUint32(DENTRY_FIELDS.security, true);
}

/** Number of the hard link group; 0 when the entry has a file of its own. */
export function linkGroupOf(dentry: Dentry): bigint {
  return isReparsePoint(dentry) ? 0n : viewOf(dentry.raw).getBigUint64(DENTRY_FIELDS.linkGroup, true);
}

/** IO_REPARSE_TAG_…; undefined when it is no reparse point. */
export function reparseTagOf(dentry: Dentry): number | undefined {
  return isReparsePoint(dentry) ? viewOf(dentry.raw).getUint32(DENTRY_FIELDS.reparseTag, true) : undefined;
}

/** A time of the entry as FILETIME: units of 100 ns since 1601. */
export function fileTimeOf({ raw }: Dentry, which: 'created' | 'accessed' | 'written'): bigint {
  return viewOf(raw).getBigUint64(DENTRY_FIELDS[which], true);
}

/**
 * Reads the entry at a position; undefined for the end of the list.
 * @throws InplaceError SOURCE_CORRUPT
 */
export function readDentry(metadata: Uint8Array, position: number, where: Place): Dentry | undefined {
  const fail = (message: string): never => {
    throw corrupt(`Directory entry at ${position} of the metadata: ${message}`, { ...where, field: 'Dentry' });
  };
  const view = viewOf(metadata);
  if (position + 8 > metadata.length) fail('it lies behind the end');
  const length = readUint64(view, position);
  if (length === 0) return undefined;
  if (length < DENTRY_BYTES || position + length > metadata.length) fail(`it has ${length} bytes`);
  const at = (field: number): number => position + field;
  const nameBytes = view.getUint16(at(DENTRY_FIELDS.nameBytes), true);
  const shortBytes = view.getUint16(at(DENTRY_FIELDS.shortNameBytes), true);
  const shortStart = DENTRY_BYTES + (nameBytes === 0 ? 0 : nameBytes + 2);
  if (nameBytes % 2 || shortBytes % 2 || shortStart + shortBytes > length) {
    fail(`names of ${nameBytes} and ${shortBytes} bytes do not fit into ${length}`);
  }
  const count = view.getUint16(at(DENTRY_FIELDS.streams), true);
  const streams = [{ name: '', sha1: hexAt(metadata, at(DENTRY_FIELDS.sha1)) }];
  let end = position + padded(length);
  for (let i = 0; i < count; i++) end = readStream(metadata, end, streams, fail);
  if (end > metadata.length) fail('its padding lies behind the end');
  const childrenOffset = readUint64(view, at(DENTRY_FIELDS.children));
  return {
    name: utf16At(metadata, at(DENTRY_BYTES), nameBytes),
    shortName: utf16At(metadata, at(shortStart), shortBytes),
    attributes: view.getUint32(at(DENTRY_FIELDS.attributes), true),
    raw: metadata.subarray(position, end),
    streams,
    childrenOffset,
    children: [],
  };
}

/** @returns where the next entry begins */
function readStream(bytes: Uint8Array, at: number, streams: StreamEntry[], fail: (message: string) => never): number {
  if (at + STREAM_BYTES > bytes.length) fail('a stream lies behind the end');
  const view = viewOf(bytes);
  const length = readUint64(view, at + STREAM_FIELDS.length);
  const nameBytes = view.getUint16(at + STREAM_FIELDS.nameBytes, true);
  if (length < STREAM_BYTES + nameBytes || at + length > bytes.length || nameBytes % 2) {
    fail(`a stream of ${length} bytes with a name of ${nameBytes}`);
  }
  const name = utf16At(bytes, at + STREAM_FIELDS.name, nameBytes);
  streams.push({ name, sha1: hexAt(bytes, at + STREAM_FIELDS.sha1) });
  return at + padded(length);
}

export interface NewDentry {
  readonly name: string;
  readonly attributes: number;
  /** created, accessed and written */
  readonly time: bigint;
  /** left out for directories and empty files */
  readonly sha1?: string;
  /** an entry whose names, security descriptor and time of creation it takes over */
  readonly instead?: Dentry;
}

/** A new entry without extra streams. */
export function makeDentry({ name: wanted, attributes, time, sha1, instead }: NewDentry): Dentry {
  const name = instead?.name ?? wanted;
  const shortName = instead?.shortName ?? '';
  const nameBytes = Buffer.from(name, 'utf16le');
  const shortBytes = Buffer.from(shortName, 'utf16le');
  const shortStart = DENTRY_BYTES + (nameBytes.length === 0 ? 0 : nameBytes.length + 2);
  const length = padded(shortStart + (shortBytes.length === 0 ? 0 : shortBytes.length + 2));
  const raw = new Uint8Array(length);
  const view = viewOf(raw);
  writeUint64(view, DENTRY_FIELDS.length, length);
  view.setUint32(DENTRY_FIELDS.attributes, attributes, true);
  view.setUint32(DENTRY_FIELDS.security, instead ? securityOf(instead) : NO_SECURITY, true);
  view.setBigUint64(DENTRY_FIELDS.created, instead ? fileTimeOf(instead, 'created') : time, true);
  view.setBigUint64(DENTRY_FIELDS.accessed, time, true);
  view.setBigUint64(DENTRY_FIELDS.written, time, true);
  raw.set(Buffer.from(sha1 ?? NO_SHA1, 'hex'), DENTRY_FIELDS.sha1);
  view.setUint16(DENTRY_FIELDS.shortNameBytes, shortBytes.length, true);
  view.setUint16(DENTRY_FIELDS.nameBytes, nameBytes.length, true);
  raw.set(nameBytes, DENTRY_BYTES);
  raw.set(shortBytes, shortStart);
  const streams = [{ name: '', sha1: sha1 ?? NO_SHA1 }];
  return { name, shortName, attributes, raw, streams, childrenOffset: 0, children: [] };
}

function padded(length: number): number {
  return Math.ceil(length / 8) * 8;
}

function hexAt(bytes: Uint8Array, at: number): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset + at, 20).toString('hex');
}

function utf16At(bytes: Uint8Array, at: number, length: number): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset + at, length).toString('utf16le');
}
