/** Finds the Primary Volume Descriptor and the Joliet one in an image (ECMA-119 6.7.1, Joliet specification). */
import { corrupt } from '../../bytes/corrupt.js';
import { viewOf } from '../../bytes/view.js';
import { type Content, readBytes } from '../../content/content.js';
import type { Place } from '../../errors.js';
import { decodeName, decodeUcs2 } from './characters.js';
import { type DirectoryRecord, readDirectoryRecord } from './directory-record.js';
import { DESCRIPTOR_TYPES, FIRST_DESCRIPTOR_LBA, isVolumeDescriptor, SECTOR_BYTES, VD } from './volume-descriptor.js';

/** Descriptors looked at before the set is called endless. */
const MAX_DESCRIPTORS = 64;

/** The image with what every read of it needs. */
export interface VolumeSource {
  readonly image: Content;
  /** host path for messages */
  readonly file: string;
  /** bytes of a logical block: 512, 1024 or 2048 */
  readonly blockBytes: number;
}

/** One tree of directories: that of the Primary Volume Descriptor or that of Joliet. */
export interface VolumeDescriptor extends VolumeSource {
  readonly joliet: boolean;
  readonly label: string;
  readonly root: DirectoryRecord;
}

/** Place of a problem in the image. */
export function placeAt(source: { readonly file: string }, offset: number, field: string): Place {
  return { file: source.file, offset, field };
}

/**
 * The descriptors of the trees in the image; undefined when it has no Primary Volume Descriptor at sector 16.
 * @throws InplaceError SOURCE_CORRUPT
 */
export async function readVolumeDescriptors(
  image: Content,
  file: string,
): Promise<{ primary: VolumeDescriptor; joliet: VolumeDescriptor | undefined } | undefined> {
  let primary: VolumeDescriptor | undefined;
  let joliet: VolumeDescriptor | undefined;
  for (let index = 0; index < MAX_DESCRIPTORS; index++) {
    const offset = (FIRST_DESCRIPTOR_LBA + index) * SECTOR_BYTES;
    if (offset + SECTOR_BYTES > image.size) break;
    const sector = await readBytes(image, offset, SECTOR_BYTES);
    // a set without terminator ends where something else begins; UDF's recognition sequence may follow it
    if (!isVolumeDescriptor(sector) || sector[VD.type] === DESCRIPTOR_TYPES.terminator) break;
    if (sector[VD.type] === DESCRIPTOR_TYPES.primary) primary ??= readDescriptor(image, file, sector, offset, false);
    const supplementary = sector[VD.type] === DESCRIPTOR_TYPES.supplementary;
    if (supplementary && isJoliet(sector)) joliet ??= readDescriptor(image, file, sector, offset, true);
  }
  return primary === undefined ? undefined : { primary, joliet };
}

/** Escape sequences of UCS-2 levels 1, 2 and 3: `%/@`, `%/C`, `%/E`. */
function isJoliet(sector: Uint8Array): boolean {
  const [first, second, third] = sector.subarray(VD.escapeSequences);
  return first === 0x25 && second === 0x2f && (third === 0x40 || third === 0x43 || third === 0x45);
}

function readDescriptor(
  image: Content,
  file: string,
  sector: Uint8Array,
  offset: number,
  joliet: boolean,
): VolumeDescriptor {
  const name = joliet ? 'SupplementaryVolumeDescriptor' : 'PrimaryVolumeDescriptor';
  const blockBytes = viewOf(sector).getUint16(VD.logicalBlockSize, true);
  if (blockBytes !== 512 && blockBytes !== 1024 && blockBytes !== 2048) {
    throw corrupt(
      `A logical block size of ${blockBytes}; expected 512, 1024 or 2048`,
      placeAt({ file }, offset + VD.logicalBlockSize, `${name}.logicalBlockSize`),
    );
  }
  const rootOffset = offset + VD.rootDirectoryRecord;
  const root = readDirectoryRecord(sector.subarray(0, VD.rootDirectoryRecord + 34), VD.rootDirectoryRecord, rootOffset);
  if (typeof root === 'string') throw corrupt(root, placeAt({ file }, rootOffset, `${name}.rootDirectoryRecord`));
  const label = sector.subarray(VD.volumeIdentifier, VD.volumeIdentifier + 32);
  return {
    image,
    file,
    blockBytes,
    joliet,
    label: (joliet ? decodeUcs2(label) : decodeName(label)).replace(/[\0 ]+$/, ''),
    root,
  };
}
