/** Path Table, ECMA-119 6.9 and 9.4, of a volume whose only directory is the root. */
import { viewOf } from '../../bytes/view.js';

/** Bytes of the one record; the path table size of the Primary Volume Descriptor. */
export const ROOT_PATH_TABLE_BYTES = 10;

/**
 * One sector: the record of the root.
 * @param littleEndian true for the type L table, false for type M
 */
export function rootPathTable(rootLba: number, littleEndian: boolean): Uint8Array {
  const sector = new Uint8Array(2048);
  const view = viewOf(sector);
  sector[0] = 1; // length of the identifier, which is the byte 0
  view.setUint32(2, rootLba, littleEndian);
  view.setUint16(6, 1, littleEndian); // the root is its own parent
  return sector;
}
