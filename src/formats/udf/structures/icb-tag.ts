import { viewOf } from '../../../bytes/view.js';

/** ICB tag, ECMA-167 4/14.6, UDF 1.02 2.3.5. */
const ICB_TAG_FIELDS = {
  priorRecordedNumberOfDirectEntries: 0,
  strategyType: 4,
  strategyParameter: 6,
  maximumNumberOfEntries: 8,
  reserved: 10,
  fileType: 11,
  parentIcbLocation: 12,
  flags: 18,
} as const;

/** Which allocation descriptors follow: bits 0 to 2 of the flags (ECMA-167 4/14.6.8). */
export const ALLOCATION = { short: 0, long: 1, extended: 2, embedded: 3 } as const;

export interface IcbTag {
  readonly strategyType: number;
  readonly fileType: number;
  readonly flags: number;
}

/** Strategy 4 with one direct entry, short allocation descriptors (UDF 1.02 2.3.5.1, 2.3.5.4). */
export function writeIcbTag(view: DataView, at: number, fileType: number): void {
  view.setUint16(at + ICB_TAG_FIELDS.strategyType, 4, true);
  view.setUint16(at + ICB_TAG_FIELDS.maximumNumberOfEntries, 1, true);
  view.setUint8(at + ICB_TAG_FIELDS.fileType, fileType);
  view.setUint16(at + ICB_TAG_FIELDS.flags, ALLOCATION.short, true);
}

export function readIcbTag(bytes: Uint8Array, at: number): IcbTag {
  const view = viewOf(bytes);
  return {
    strategyType: view.getUint16(at + ICB_TAG_FIELDS.strategyType, true),
    fileType: view.getUint8(at + ICB_TAG_FIELDS.fileType),
    flags: view.getUint16(at + ICB_TAG_FIELDS.flags, true),
  };
}
