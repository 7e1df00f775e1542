/** The up-case table (7.2): what each UTF-16 unit is in upper case, with runs of units that stay themselves left out. */
import { viewOf } from '../../../bytes/view.js';
import { checksum32 } from '../structures/checksums.js';
import { UPPER_CASE_LETTERS } from './upper-case-letters.js';

const UNITS = 0x1_0000;
/** 7.2.5.1: stands for a run of units that stay themselves; the next unit is their number */
const RUN = 0xffff;
/** Runs that are shorter stand in the table as they are; so it is in the recommended table. */
const SHORTEST_RUN = 512;
/** 7.2.5: a table that leaves nothing out has two bytes for each unit */
export const MAX_TABLE_BYTES = UNITS * 2;

/** The upper case of every unit. */
export type UpCase = Uint16Array;

let ours: { readonly upCase: UpCase; readonly bytes: Uint8Array; readonly checksum: number } | undefined;

/** The table that we write: the mapping, its bytes on disk and their checksum. */
export function ourUpCaseTable(): NonNullable<typeof ours> {
  if (ours === undefined) {
    const upCase = upCaseOf(UPPER_CASE_LETTERS);
    const bytes = compress(upCase);
    ours = { upCase, bytes, checksum: checksum32(bytes) };
  }
  return ours;
}

function upCaseOf(letters: string): UpCase {
  const upCase = Uint16Array.from({ length: UNITS }, (_, unit) => unit);
  for (const range of letters.trim().split(/\s+/)) {
    const match = /^([0-9A-F]+)(?:-([0-9A-F]+))?(\/2)?([+-]\d+)$/.exec(range)!;
    const [first, last] = [match[1]!, match[2] ?? match[1]!].map((hex) => Number.parseInt(hex, 16)) as [number, number];
    const step = match[3] === undefined ? 1 : 2;
    for (let unit = first; unit <= last; unit += step) upCase[unit] = unit + Number(match[4]);
  }
  return upCase;
}

function compress(upCase: UpCase): Uint8Array {
  const units: number[] = [];
  for (let unit = 0; unit < UNITS; ) {
    let end = unit;
    while (end < UNITS && upCase[end] === end) end += 1;
    if (end - unit >= SHORTEST_RUN) {
      units.push(RUN, end - unit);
      unit = end;
    } else {
      units.push(upCase[unit]!);
      unit += 1;
    }
  }
  const bytes = new Uint8Array(units.length * 2);
  units.forEach((unit, index) => {
    viewOf(bytes).setUint16(index * 2, unit, true);
  });
  return bytes;
}

/** The mapping that a table on disk holds, or why it cannot be one. Units behind its end stay themselves. */
export function readUpCaseTable(bytes: Uint8Array): UpCase | string {
  if (bytes.length === 0 || bytes.length % 2 !== 0 || bytes.length > MAX_TABLE_BYTES)
    return `has ${bytes.length} bytes`;
  const view = viewOf(bytes);
  const upCase = Uint16Array.from({ length: UNITS }, (_, unit) => unit);
  let unit = 0;
  for (let at = 0; at < bytes.length; at += 2) {
    const value = view.getUint16(at, true);
    // the last unit of a table that leaves nothing out is FFFF itself
    if (value === RUN && at + 2 < bytes.length) {
      at += 2;
      unit += view.getUint16(at, true);
    } else {
      if (unit < UNITS) upCase[unit] = value;
      unit += 1;
    }
    if (unit > UNITS) return 'says more than there are characters';
  }
  // 7.2.5: these must be so in every table
  for (let ascii = 0; ascii < 128; ascii++) {
    if (upCase[ascii] !== (ascii >= 0x61 && ascii <= 0x7a ? ascii - 32 : ascii))
      return 'changes ASCII otherwise than exFAT';
  }
  return upCase;
}

/** The name with every unit in upper case: names with the same one cannot stand in one directory. */
export function upperCase(name: string, upCase: UpCase): string {
  let upper = '';
  for (let i = 0; i < name.length; i++) upper += String.fromCharCode(upCase[name.charCodeAt(i)]!);
  return upper;
}
