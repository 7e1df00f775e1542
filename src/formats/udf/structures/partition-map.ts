import { viewOf } from '../../../bytes/view.js';
import { readEntityId } from './entity-id.js';

/** Partition maps, ECMA-167 3/10.7: what a partition reference number of the file system stands for. */
export type PartitionMap =
  | { readonly type: 1; readonly partitionNumber: number }
  /** `*UDF Virtual Partition`, `*UDF Sparable Partition`, `*UDF Metadata Partition` (UDF 2.50 2.2.8 to 2.2.10) */
  | { readonly type: 2; readonly identifier: string };

/** Bytes of a type 1 map (ECMA-167 3/10.7.2). */
export const TYPE_1_MAP_LENGTH = 6;
const TYPE_2_MAP_LENGTH = 64;

/** A type 1 map of partition number 0 on volume 1. */
export function writeType1Map(view: DataView, at: number): void {
  view.setUint8(at, 1);
  view.setUint8(at + 1, TYPE_1_MAP_LENGTH);
  view.setUint16(at + 2, 1, true);
  view.setUint16(at + 4, 0, true);
}

/** The maps of a table; undefined when they do not fit into it or are of a kind the standard does not know. */
export function readPartitionMaps(table: Uint8Array, count: number): PartitionMap[] | undefined {
  const maps: PartitionMap[] = [];
  let at = 0;
  while (maps.length < count) {
    const [type, length] = [table[at], table[at + 1]];
    if (type === undefined || length === undefined || at + length > table.length) return undefined;
    if (type === 1 && length === TYPE_1_MAP_LENGTH) {
      maps.push({ type, partitionNumber: viewOf(table).getUint16(at + 4, true) });
    } else if (type === 2 && length === TYPE_2_MAP_LENGTH) {
      maps.push({ type, identifier: readEntityId(table, at + 4).identifier });
    } else return undefined;
    at += length;
  }
  return maps;
}
