import { viewOf } from '../bytes/view.js';
import { type Content, readBytes } from '../content/content.js';
import { SECTOR } from './placed-file.js';

/** The first volume descriptor of ISO 9660 (ECMA-119 8.4): sector, and fields by byte offset. */
const DESCRIPTOR_SECTOR = 16;
const AT = { type: 0, standardIdentifier: 1, volumeSpaceSize: 80, logicalBlockSize: 128, application: 574 } as const;
const PRIMARY = 1;

/** What the first volume descriptor says, which outlasts most damage: it lies at the very beginning. */
export interface VolumeFacts {
  /** bytes the volume should have */
  readonly size: number;
  /** whether it names inplace as the program that made it */
  readonly ours: boolean;
}

/** Reads the Primary Volume Descriptor; undefined where there is none. */
export async function readVolumeFacts(image: Content): Promise<VolumeFacts | undefined> {
  if (image.size < (DESCRIPTOR_SECTOR + 1) * SECTOR) return undefined;
  const bytes = await readBytes(image, DESCRIPTOR_SECTOR * SECTOR, SECTOR);
  const text = (from: number, length: number) => Buffer.from(bytes.subarray(from, from + length)).toString('latin1');
  if (bytes[AT.type] !== PRIMARY || text(AT.standardIdentifier, 5) !== 'CD001') return undefined;
  const view = viewOf(bytes);
  return {
    size: view.getUint32(AT.volumeSpaceSize, true) * view.getUint16(AT.logicalBlockSize, true),
    ours: text(AT.application, 8) === 'INPLACE ',
  };
}
