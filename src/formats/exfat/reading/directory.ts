/** The entries of a directory (6, 7), checked set by set. */
import { quote } from '../../../bytes/quote.js';
import { readUint64, viewOf } from '../../../bytes/view.js';
import { setChecksum } from '../structures/checksums.js';
import {
  ATTRIBUTE,
  ENTRY_BYTES,
  FILE,
  FLAG,
  LABEL,
  NAME,
  STREAM,
  TABLE,
  TYPE,
  TYPE_BIT,
} from '../structures/directory-entry.js';
import { dateOf } from '../structures/times.js';

/** Bytes of a directory that one entry, or one set of them, takes. */
interface Place {
  readonly from: number;
  readonly to: number;
}

/** A file or folder. */
export interface NameEntry extends Place {
  readonly kind: 'name';
  readonly name: string;
  /** as stored */
  readonly nameHash: number;
  readonly folder: boolean;
  readonly modified: Date;
  readonly noFatChain: boolean;
  readonly firstCluster: number;
  readonly dataLength: number;
  readonly validDataLength: number;
}

/** Where the bitmap or the up-case table lies. */
export interface TableEntry extends Place {
  readonly kind: 'bitmap' | 'upCase';
  readonly checksum: number;
  readonly firstCluster: number;
  readonly dataLength: number;
}

export interface LabelEntry extends Place {
  readonly kind: 'label';
  readonly label: string;
}

/** What may be left alone by who does not know it (6.2.1.3). */
interface BenignEntry extends Place {
  readonly kind: 'benign';
}

export type FoundEntry = NameEntry | TableEntry | LabelEntry | BenignEntry;

/**
 * Everything in a directory that is in use, in its order, and the byte behind the last entry that was ever used.
 * @throws BrokenEntry
 */
export function readDirectory(bytes: Uint8Array, isRoot: boolean): { entries: FoundEntry[]; end: number } {
  const entries: FoundEntry[] = [];
  let at = 0;
  while (at + ENTRY_BYTES <= bytes.length && bytes[at] !== TYPE.endOfDirectory) {
    if ((bytes[at]! & TYPE_BIT.inUse) === 0) {
      at += ENTRY_BYTES;
      continue;
    }
    const entry = readEntry(bytes, at, isRoot);
    entries.push(entry);
    at = entry.to;
  }
  return { entries, end: at };
}

/** A rule that an entry breaks. */
export class BrokenEntry extends Error {
  constructor(
    message: string,
    /** bytes from the start of the directory */
    readonly at: number,
  ) {
    super(message);
  }
}

function readEntry(bytes: Uint8Array, at: number, isRoot: boolean): FoundEntry {
  const type = bytes[at]!;
  const place = { from: at, to: at + ENTRY_BYTES };
  if (type === TYPE.file) return readFileSet(bytes, at);
  if ((type & TYPE_BIT.secondary) !== 0) throw new BrokenEntry(`An entry ${hex(type)} belongs to no file`, at);
  if ((type & TYPE_BIT.benign) !== 0) return { kind: 'benign', from: at, to: setEnd(bytes, at) };
  if (isRoot && type === TYPE.volumeLabel) return { ...place, kind: 'label', label: readLabel(bytes, at) };
  if (isRoot && type === TYPE.allocationBitmap) return { ...place, kind: 'bitmap', ...readTable(bytes, at) };
  if (isRoot && type === TYPE.upCaseTable) return { ...place, kind: 'upCase', ...readTable(bytes, at) };
  // 6.2.1.3: whoever does not know a critical entry may not go on
  throw new BrokenEntry(`An entry of the type ${hex(type)} cannot stand here`, at);
}

function hex(byte: number): string {
  return byte.toString(16).toUpperCase().padStart(2, '0');
}

/** Byte behind a primary entry and its secondary ones. */
function setEnd(bytes: Uint8Array, at: number): number {
  const end = at + (1 + bytes[at + FILE.secondaryCount]!) * ENTRY_BYTES;
  if (end > bytes.length) throw new BrokenEntry('The entries go on behind the end of the directory', at);
  return end;
}

function readLabel(bytes: Uint8Array, at: number): string {
  const count = bytes[at + LABEL.count]!;
  if (count > 11) throw new BrokenEntry(`The volume label has ${count} characters`, at);
  return readText(bytes, at + LABEL.text, count);
}

function readTable(bytes: Uint8Array, at: number): Omit<TableEntry, 'kind' | 'from' | 'to'> {
  const view = viewOf(bytes);
  // a second bitmap belongs to TexFAT (7.1.2.1)
  if (bytes[at] === TYPE.allocationBitmap && bytes[at + TABLE.flags] !== 0) {
    throw new BrokenEntry('The allocation bitmap is that of a second FAT', at);
  }
  return {
    checksum: view.getUint32(at + TABLE.checksum, true),
    firstCluster: view.getUint32(at + TABLE.firstCluster, true),
    dataLength: readUint64(view, at + TABLE.dataLength),
  };
}

/** File, Stream Extension, File Names, and what else is benign. */
function readFileSet(bytes: Uint8Array, from: number): NameEntry {
  const to = setEnd(bytes, from);
  const set = bytes.subarray(from, to);
  const view = viewOf(set);
  if (view.getUint16(FILE.setChecksum, true) !== setChecksum(set)) {
    throw new BrokenEntry('SetChecksum does not fit the entries', from);
  }
  const stream = ENTRY_BYTES;
  if (set.length <= stream || set[stream] !== TYPE.streamExtension) {
    throw new BrokenEntry('No Stream Extension entry follows the File entry', from);
  }
  const name = readName(set, from);
  const flags = set[stream + STREAM.flags]!;
  if ((flags & FLAG.allocationPossible) === 0) throw new BrokenEntry('AllocationPossible is not set', from);
  const folder = (view.getUint16(FILE.attributes, true) & ATTRIBUTE.directory) !== 0;
  return {
    kind: 'name',
    from,
    to,
    name,
    nameHash: view.getUint16(stream + STREAM.nameHash, true),
    folder,
    modified: dateOf({
      timestamp: view.getUint32(FILE.modified, true),
      tens: set[FILE.modifiedTens]!,
      utcOffset: set[FILE.modifiedUtcOffset]!,
    }),
    noFatChain: (flags & FLAG.noFatChain) !== 0,
    firstCluster: view.getUint32(stream + STREAM.firstCluster, true),
    dataLength: readUint64(view, stream + STREAM.dataLength),
    validDataLength: readUint64(view, stream + STREAM.validDataLength),
  };
}

/** 7.7.3: what no name may hold */
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
const FORBIDDEN = /[\u0000-\u001f"*/:<>?\\|]/;

function readName(set: Uint8Array, from: number): string {
  const length = set[ENTRY_BYTES + STREAM.nameLength]!;
  const parts = Math.ceil(length / NAME.units);
  let name = '';
  for (let part = 0; part < parts; part++) {
    const at = (part + 2) * ENTRY_BYTES;
    if (set[at] !== TYPE.fileName) throw new BrokenEntry(`The name has fewer than ${parts} File Name entries`, from);
    name += readText(set, at + NAME.text, Math.min(NAME.units, length - part * NAME.units));
  }
  for (let at = (parts + 2) * ENTRY_BYTES; at < set.length; at += ENTRY_BYTES) {
    const benign = TYPE_BIT.inUse | TYPE_BIT.secondary | TYPE_BIT.benign;
    if ((set[at]! & benign) !== benign) {
      throw new BrokenEntry(`An entry of the type ${hex(set[at]!)} cannot belong to a file`, from);
    }
  }
  if (/^\.{0,2}$/.test(name) || FORBIDDEN.test(name)) {
    throw new BrokenEntry(`${quote(name)} cannot be the name of a file`, from);
  }
  return name;
}

function readText(bytes: Uint8Array, at: number, units: number): string {
  const view = viewOf(bytes);
  return String.fromCharCode(...Array.from({ length: units }, (_, i) => view.getUint16(at + 2 * i, true)));
}
