/** How a record's name is read in each of the three trees an ISO 9660 image can hold. */
import { quote } from '../../bytes/quote.js';
import { decodeName, decodeUcs2 } from './characters.js';
import type { DirectoryRecord } from './directory-record.js';
import type { WalkLimits } from './limits.js';
import { ROCK_RIDGE_SIGNATURES, readRockRidge } from './rock-ridge.js';
import type { SystemUseReader } from './system-use.js';
import type { VolumeSource } from './volume.js';

/** A record as the tree shows it. */
export interface NamedRecord {
  readonly name: string;
  readonly modified: Date | undefined;
  /** directory of a CL entry, in logical blocks: the record stands for it */
  readonly childLinkLba?: number;
  /** shown elsewhere through a CL entry */
  readonly relocated?: boolean;
  /** neither a file nor a directory: what it is */
  readonly special?: string;
}

/** @param limits of the walk that asks */
export type Naming = (record: DirectoryRecord, limits: WalkLimits) => NamedRecord | Promise<NamedRecord>;

/** Joliet: UCS-2 names. Some writers add the version `;1` there too. */
export const jolietNaming: Naming = (record) => ({
  name: withoutVersion(decodeUcs2(record.identifier)),
  modified: record.modified,
});

/** Plain ISO 9660: without the version, and without the dot of an empty extension (ECMA-119 7.5.1). */
export const plainNaming: Naming = (record) => ({
  name: plainName(record.identifier),
  modified: record.modified,
});

function plainName(identifier: Uint8Array): string {
  const name = withoutVersion(decodeName(identifier));
  return name.length > 1 && name.endsWith('.') ? name.slice(0, -1) : name;
}

function withoutVersion(name: string): string {
  return name.replace(/;\d{1,5}$/, '');
}

/** Rock Ridge: the NM name where there is one, else the plain one. */
export function rockRidgeNaming(source: VolumeSource, systemUse: SystemUseReader): Naming {
  return async (record, limits) => {
    const fieldOffset = record.offset + 33 + record.identifier.length + ((record.identifier.length + 1) % 2);
    const entries = await systemUse.entries(record.systemUse, fieldOffset, ROCK_RIDGE_SIGNATURES, limits);
    const facts = readRockRidge(source, entries);
    return {
      name: facts.name ?? plainName(record.identifier),
      modified: facts.modified ?? record.modified,
      relocated: facts.relocated,
      ...(facts.special === undefined ? {} : { special: facts.special }),
      ...(facts.childLinkLba === undefined ? {} : { childLinkLba: facts.childLinkLba }),
    };
  };
}

/** Why a name cannot be one step of a path; undefined when it can. */
export function badName(name: string): string | undefined {
  if (name === '') return 'An empty name';
  if (name === '.' || name === '..') return `The name ${quote(name)} stands for a directory itself or its parent`;
  const bad = [...name].find((character) => character === '/' || character === '\0');
  return bad === undefined ? undefined : `The name ${quote(name)} holds ${quote(bad)}`;
}
