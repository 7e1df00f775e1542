/** Rock Ridge Interchange Protocol (IEEE P1282, RRIP 1.12): what a record's system use entries say of a file. */
import { corrupt, unsupported } from '../../bytes/corrupt.js';
import { viewOf } from '../../bytes/view.js';
import { decodeName } from './characters.js';
import { readDescriptorDate, readRecordingDate } from './dates.js';
import type { SystemUseEntry } from './system-use.js';
import { placeAt, type VolumeSource } from './volume.js';

export interface RockRidgeFacts {
  /** alternate name (NM); undefined when there is none */
  readonly name: string | undefined;
  /** block of the directory that was moved away because it lay too deep (CL) */
  readonly childLinkLba: number | undefined;
  /** this record is where such a directory was moved to (RE); it is not shown there */
  readonly relocated: boolean;
  readonly modified: Date | undefined;
  /** `a symbolic link`, `a FIFO` …: neither a file nor a directory (SL, PX) */
  readonly special: string | undefined;
}

/** The entries that are read; a record may have any number of others. */
export const ROCK_RIDGE_SIGNATURES: ReadonlySet<string> = new Set(['NM', 'CL', 'RE', 'TF', 'PX', 'SL', 'ZF']);

const NM_FLAGS = { continue: 0x01, current: 0x02, parent: 0x04 } as const;
/** RRIP 4.1.4 sets no limit; no file system of a target holds more. */
const MAX_NAME_BYTES = 4096;

/** @throws InplaceError SOURCE_CORRUPT; SOURCE_UNSUPPORTED for compressed files */
export function readRockRidge(source: VolumeSource, entries: readonly SystemUseEntry[]): RockRidgeFacts {
  refuseCompressed(source, entries);
  return {
    name: alternateName(source, entries),
    childLinkLba: childLink(source, entries),
    relocated: entries.some((entry) => entry.signature === 'RE'),
    modified: modification(entries),
    special: specialKind(entries),
  };
}

/** POSIX file types in the mode of PX (4.1.1); 0 is a careless writer's plain file. */
const FILE_TYPE_MASK = 0o170000;
const PLAIN_TYPES: readonly number[] = [0, 0o100000, 0o040000];
const SPECIAL_TYPES: Readonly<Record<number, string>> = {
  [0o120000]: 'a symbolic link',
  [0o060000]: 'a block device',
  [0o020000]: 'a character device',
  [0o010000]: 'a FIFO',
  [0o140000]: 'a socket',
};

function specialKind(entries: readonly SystemUseEntry[]): string | undefined {
  if (entries.some((entry) => entry.signature === 'SL')) return SPECIAL_TYPES[0o120000];
  const px = entries.find((entry) => entry.signature === 'PX' && entry.data.length >= 4);
  const type = px === undefined ? 0 : viewOf(px.data).getUint32(0, true) & FILE_TYPE_MASK;
  return PLAIN_TYPES.includes(type) ? undefined : (SPECIAL_TYPES[type] ?? 'of an unknown type');
}

function refuseCompressed(source: VolumeSource, entries: readonly SystemUseEntry[]): void {
  const entry = entries.find((candidate) => candidate.signature === 'ZF');
  if (entry === undefined) return;
  throw unsupported('A compressed file (zisofs) in the image, which is not read', placeAt(source, entry.offset, 'ZF'));
}

/** NM, 4.1.4: parts of the name, each but the last with the CONTINUE flag. */
function alternateName(source: VolumeSource, entries: readonly SystemUseEntry[]): string | undefined {
  const parts = entries.filter((entry) => entry.signature === 'NM');
  if (parts.length === 0) return undefined;
  const bytes: number[] = [];
  for (const part of parts) {
    const flags = part.data[0] ?? 0;
    if (flags & (NM_FLAGS.current | NM_FLAGS.parent)) {
      throw corrupt(
        'A name that stands for the directory itself or its parent',
        placeAt(source, part.offset, 'NM.flags'),
      );
    }
    bytes.push(...part.data.subarray(1));
    if (bytes.length > MAX_NAME_BYTES) {
      throw corrupt(`A name of more than ${MAX_NAME_BYTES} bytes`, placeAt(source, part.offset, 'NM'));
    }
    if ((flags & NM_FLAGS.continue) === 0) break;
  }
  return decodeName(Uint8Array.from(bytes));
}

/** CL, 4.1.5.1. */
function childLink(source: VolumeSource, entries: readonly SystemUseEntry[]): number | undefined {
  const entry = entries.find((candidate) => candidate.signature === 'CL');
  if (entry === undefined) return undefined;
  if (entry.data.length < 8) {
    throw corrupt(`A CL entry of ${entry.data.length + 4} bytes, expected 12`, placeAt(source, entry.offset, 'CL'));
  }
  return viewOf(entry.data).getUint32(0, true);
}

/** TF, 4.1.6: time stamps in the order of the flag bits, 7 bytes each or 17 in the long form. */
function modification(entries: readonly SystemUseEntry[]): Date | undefined {
  const entry = entries.find((candidate) => candidate.signature === 'TF' && ((candidate.data[0] ?? 0) & 0x02) !== 0);
  if (entry === undefined) return undefined;
  const flags = entry.data[0]!;
  const long = (flags & 0x80) !== 0;
  const offset = 1 + (flags & 0x01 ? (long ? 17 : 7) : 0); // creation stands first
  if (offset + (long ? 17 : 7) > entry.data.length) return undefined;
  return long ? readDescriptorDate(entry.data, offset) : readRecordingDate(entry.data, offset);
}
