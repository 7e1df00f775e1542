import {
  ATTRIBUTE,
  DELETED,
  ENTRY,
  ENTRY_BYTES,
  type LongPart,
  NEVER_USED,
  readLongPart,
  readShortEntry,
  type ShortEntry,
  shortNameChecksum,
} from '../structures/directory-entry.js';

/** A name in a directory. */
export interface FoundEntry extends ShortEntry {
  /** the long name, or the short one with its case */
  readonly longName: string;
  /** bytes of the directory that its entries take: long name first, short entry last */
  readonly from: number;
  readonly to: number;
}

/** Case of a short name that has no long one: Windows NT notes it here. */
const LOWER_BASE = 0x08;
const LOWER_EXTENSION = 0x10;

/**
 * Everything in a directory that is not deleted: label, `.`, `..` and names, in their order. A long name that does not
 * fit the short entry behind it is left alone, as Windows does: the short name counts. `end` is the byte behind the last
 * entry that was ever used.
 */
export function readDirectory(bytes: Uint8Array): { entries: FoundEntry[]; end: number } {
  const entries: FoundEntry[] = [];
  let parts: LongPart[] = [];
  let at = 0;
  for (; at + ENTRY_BYTES <= bytes.length; at += ENTRY_BYTES) {
    const entry = bytes.subarray(at, at + ENTRY_BYTES);
    if (entry[0] === NEVER_USED) break;
    if (entry[0] === DELETED) parts = [];
    else if ((entry[ENTRY.attributes]! & ATTRIBUTE.longName) === ATTRIBUTE.longName) {
      const part = readLongPart(entry);
      parts = part.last ? [part] : [...parts, part];
    } else {
      const short = readShortEntry(entry);
      const long = joinParts(parts, short.name);
      const from = long === undefined ? at : at - parts.length * ENTRY_BYTES;
      entries.push({ ...short, longName: long ?? shortText(entry), from, to: at + ENTRY_BYTES });
      parts = [];
    }
  }
  return { entries, end: at };
}

/** The long name whose parts stand in front of a short entry; undefined when they do not belong to it. */
function joinParts(parts: readonly LongPart[], shortName: Uint8Array): string | undefined {
  const checksum = shortNameChecksum(shortName);
  const whole =
    parts.length > 0 &&
    parts[0]!.last &&
    parts.every((part, index) => part.ordinal === parts.length - index && part.checksum === checksum);
  if (!whole) return undefined;
  const units = [...parts]
    .reverse()
    .map((part) => part.units)
    .join('');
  const end = units.indexOf('\0');
  return end === -1 ? units : units.slice(0, end);
}

/** Bytes above 127 depend on a code page that nothing names: they are read as ISO 8859-1. */
function shortText(entry: Uint8Array): string {
  const text = (from: number, to: number, lower: number): string => {
    const part = String.fromCharCode(...entry.subarray(from, to)).trimEnd();
    return (entry[ENTRY.caseFlags]! & lower) === 0 ? part : part.toLowerCase();
  };
  const base = text(0, 8, LOWER_BASE);
  const extension = text(8, 11, LOWER_EXTENSION);
  return extension === '' ? base : `${base}.${extension}`;
}
