import { unsupported } from '../../../bytes/corrupt.js';
import type { Content } from '../../../content/content.js';
import { concatContent, rangeContent, ZeroContent } from '../../../content/views.js';
import type { Place } from '../../../errors.js';
import type { Run } from '../fid-walk.js';
import { TAG } from '../structures/constants.js';
import { readExtendedFileEntry } from '../structures/extended-file-entry.js';
import { type FoundFileEntry, readFileEntry } from '../structures/file-entry.js';
import { ALLOCATION } from '../structures/icb-tag.js';
import { readTag } from '../structures/tag.js';
import { type ExtentBudget, readExtents } from './extents.js';
import type { BlockAddress, LogicalVolume } from './logical-volume.js';

/** A file or directory: its File Entry and where its bytes are. */
export interface Entry {
  readonly fileType: number;
  readonly modified: Date;
  /** bytes */
  readonly size: number;
  /** in order; their lengths add up to `size`; extents that were never recorded read as zeros */
  readonly extents: readonly Run[];
  /** byte of the File Entry in the image */
  readonly offset: number;
}

/**
 * Reads the File Entry or Extended File Entry at an address, and its allocation descriptors.
 * @param from the field that holds the address
 * @throws InplaceError SOURCE_CORRUPT, SOURCE_UNSUPPORTED
 */
export async function readEntry(
  volume: LogicalVolume,
  icb: BlockAddress,
  from: Place,
  budget: ExtentBudget,
): Promise<Entry> {
  const { device, blockSize } = volume;
  const offset = volume.offsetOf(icb, from);
  const bytes = await device.bytes(offset, blockSize, 'FileEntry');
  const { identifier } = readTag(bytes);
  if (identifier === TAG.indirectEntry) throw strategyUnsupported(volume, offset, 4096);
  const extended = identifier === TAG.extendedFileEntry;
  const structure = extended ? 'ExtendedFileEntry' : 'FileEntry';
  device.checkTag(bytes, structure, extended ? identifier : TAG.fileEntry, offset, icb.block);
  const entry = extended ? readExtendedFileEntry(bytes) : readFileEntry(bytes);
  if (entry.icb.strategyType !== 4) throw strategyUnsupported(volume, offset, entry.icb.strategyType);
  const { allocationOffset, allocationLength, informationLength } = entry;
  const fail = (message: string, field: string): never => {
    throw device.corrupt(message, { offset, field: `${structure}.${field}` });
  };
  if (allocationOffset + allocationLength > blockSize) {
    fail('Allocation descriptors reach beyond the block of their File Entry', 'lengthOfAllocationDescriptors');
  }
  if (!Number.isSafeInteger(informationLength)) fail('A file has 2^53 bytes or more', 'informationLength');
  const descriptors = bytes.subarray(allocationOffset, allocationOffset + allocationLength);
  const extents = await entryExtents(volume, icb, entry, descriptors, offset, budget);
  const found = extents.reduce((sum, extent) => sum + extent.length, 0);
  if (found < informationLength) {
    fail(`A file has ${informationLength} bytes, but its extents hold ${found}`, 'informationLength');
  }
  return { fileType: entry.fileType, modified: entry.modified, size: informationLength, extents, offset };
}

async function entryExtents(
  volume: LogicalVolume,
  icb: BlockAddress,
  entry: FoundFileEntry,
  descriptors: Uint8Array,
  offset: number,
  budget: ExtentBudget,
): Promise<readonly Run[]> {
  const kind = entry.icb.flags & 7;
  if (kind === ALLOCATION.embedded) {
    const length = Math.min(descriptors.length, entry.informationLength);
    return length === 0 ? [] : [{ offset: offset + entry.allocationOffset, length }];
  }
  if (kind > ALLOCATION.embedded) {
    const message = `Allocation descriptors are of kind ${kind}, which ECMA-167 4/14.6.8 does not know`;
    throw volume.device.corrupt(message, { offset, field: 'FileEntry.icbTag.flags' });
  }
  const size = entry.informationLength;
  return readExtents(volume, { descriptors, kind, partition: icb.partition, entryOffset: offset, size, budget });
}

function strategyUnsupported(volume: LogicalVolume, offset: number, strategy: number): Error {
  const message = `A file uses ICB strategy ${strategy}; only strategy 4 is read, as install media have it`;
  return unsupported(message, { file: volume.device.file, offset, field: 'FileEntry.icbTag.strategyType' });
}

/** The bytes of a file as views of `base`: the image, or its cached form for directories. */
export function entryContent(entry: Entry, base: Content): Content {
  return concatContent(
    entry.extents.map(({ offset, length }) =>
      offset === undefined ? new ZeroContent(length) : rangeContent(base, offset, length),
    ),
  );
}
