import { quote } from '../../../bytes/quote.js';
import { RunCursor, walkFids } from '../fid-walk.js';
import { readCompressedUnicode } from '../structures/compressed-unicode.js';
import { CHARACTERISTIC, TAG } from '../structures/constants.js';
import { FID_HEADER_LENGTH, type FoundFid, foundFidLength, readFid } from '../structures/file-identifier-descriptor.js';
import { type Entry, entryContent } from './entry.js';
import type { BlockAddress, LogicalVolume } from './logical-volume.js';

/** A name in a directory and the File Entry it identifies. */
export interface DirectoryEntry {
  readonly name: string;
  readonly icb: BlockAddress;
  /** byte of its FID in the image */
  readonly offset: number;
}

const STRUCTURE = 'FileIdentifierDescriptor';
/** parent, deleted and metadata FIDs name no file of the tree */
const SKIPPED = CHARACTERISTIC.deleted | CHARACTERISTIC.parent | CHARACTERISTIC.metadata;

/**
 * Names in a directory, without its parent and without deleted ones.
 * @param limit the most FIDs it may have
 * @throws InplaceError SOURCE_CORRUPT
 */
export async function readDirectory(
  volume: LogicalVolume,
  directory: Entry,
  limit: { left: number },
): Promise<DirectoryEntry[]> {
  const entries: DirectoryEntry[] = [];
  const cursor = new RunCursor(directory.extents);
  await walkFids(entryContent(directory, volume.device.cached), (bytes, position) => {
    const offset = cursor.offsetOf(position) ?? directory.offset;
    const fid = checkedFid(volume, bytes, offset);
    if (--limit.left < 0) throw volume.device.corrupt('The volume has too many files', { offset, field: STRUCTURE });
    if ((fid.characteristics & SKIPPED) === 0)
      entries.push({ name: checkedName(volume, fid, offset), icb: fid.icb, offset });
    return fid.length;
  });
  return entries;
}

/** @param bytes of the directory from the FID on */
function checkedFid(volume: LogicalVolume, bytes: Uint8Array, offset: number): FoundFid {
  const { device } = volume;
  const cutOff = (): Error => device.corrupt('A directory ends within a descriptor', { offset, field: STRUCTURE });
  if (bytes.length < FID_HEADER_LENGTH) throw cutOff();
  const whole = bytes.subarray(0, foundFidLength(bytes));
  device.checkTag(whole, STRUCTURE, TAG.fileIdentifierDescriptor, offset);
  const fid = readFid(whole);
  // the padding may be missing at the end of a directory, nothing else
  if (fid.end > whole.length) throw cutOff();
  return fid;
}

function checkedName(volume: LogicalVolume, fid: FoundFid, offset: number): string {
  const name = readCompressedUnicode(fid.identifier);
  if (name !== undefined && name !== '' && name !== '.' && name !== '..' && !/[/\0]/.test(name)) return name;
  const message =
    name === undefined ? 'A name is not OSTA Compressed Unicode' : `${quote(name)} cannot be the name of a file`;
  throw volume.device.corrupt(message, { offset, field: `${STRUCTURE}.fileIdentifier` });
}
