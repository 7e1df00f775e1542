import { viewOf } from '../../../bytes/view.js';
import type { Place } from '../../../errors.js';
import type { Run } from '../fid-walk.js';
import { BLOCK_SIZE, FILE_TYPE, MAX_EXTENT_LENGTH, TAG } from '../structures/constants.js';
import { EXTENT_TYPE, readShortAd, SHORT_AD_LENGTH } from '../structures/extents.js';
import {
  type BlockRun,
  FILE_ENTRY_FIELDS,
  type FoundFileEntry,
  readFileEntry,
  writeFileEntry,
} from '../structures/file-entry.js';
import type { CheckContext, StructureRules } from './check-context.js';

/** A partition of the image, in sectors. */
export interface PartitionPlace {
  readonly start: number;
  readonly length: number;
}

/** A File Entry that was read, with its extents as bytes of the image; those that lie elsewhere are left out. */
export interface CheckedEntry extends FoundFileEntry {
  /** its own, in the partition */
  readonly block: number;
  readonly runs: readonly (Run & { readonly offset: number })[];
}

const AT = FILE_ENTRY_FIELDS;
const MAX_DESCRIPTORS_LENGTH = BLOCK_SIZE - AT.allocationDescriptors;

/** A File Entry and the extents its descriptors name. */
type EntryWithExtents = FoundFileEntry & { readonly extents: readonly BlockRun[] };

const RULES: StructureRules<EntryWithExtents> = {
  name: 'FileEntry',
  identifier: TAG.fileEntry,
  fields: FILE_ENTRY_FIELDS,
  code: 'UDF_FILE_ENTRY',
  length: ({ extents }) => AT.allocationDescriptors + extents.length * SHORT_AD_LENGTH,
  read: (bytes) => ({ ...readFileEntry(bytes), extents: rawExtents(bytes) }),
  write: (into, { extents, ...entry }, location) => writeFileEntry(into, entry, extents, location),
};

/** The descriptors with their types in the length, so that an expected File Entry can be written from them. */
function rawExtents(bytes: Uint8Array): BlockRun[] {
  const view = viewOf(bytes);
  const length = Math.min(view.getUint32(AT.lengthOfAllocationDescriptors, true), MAX_DESCRIPTORS_LENGTH);
  const extents: BlockRun[] = [];
  for (
    let at = AT.allocationDescriptors;
    at + SHORT_AD_LENGTH <= AT.allocationDescriptors + length;
    at += SHORT_AD_LENGTH
  ) {
    extents.push({ length: view.getUint32(at, true), block: view.getUint32(at + 4, true) });
  }
  return extents;
}

/**
 * The File Entry in a block of the partition.
 * @param path for messages
 * @param limit the most extents the whole tree may have
 */
export async function checkEntry(
  context: CheckContext,
  partition: PartitionPlace,
  block: number,
  path: string,
  limit: { left: number },
): Promise<CheckedEntry | undefined> {
  const offset = (partition.start + block) * BLOCK_SIZE;
  const bytes = block < partition.length ? await context.sector(partition.start + block) : undefined;
  if (!bytes) {
    const field = 'FileIdentifierDescriptor.icb';
    context.add('UDF_EXTENT', `The File Entry in block ${block} lies behind the partition's end`, {
      path,
      offset,
      field,
    });
    return undefined;
  }
  const entry = context.structure(RULES, bytes, block, { path, offset });
  if (!entry) return undefined;
  if (entry.fileType !== FILE_TYPE.file && entry.fileType !== FILE_TYPE.directory) {
    const where = { path, offset: offset + 27, field: 'FileEntry.icbTag.fileType' };
    context.add('UDF_FILE_ENTRY', `The file type is ${entry.fileType}, expected 4 or 5`, where);
  }
  const { extents: _, ...found } = entry;
  return { ...found, block, runs: checkExtents(context, partition, entry, bytes, { path, offset }, limit) };
}

function checkExtents(
  context: CheckContext,
  partition: PartitionPlace,
  entry: EntryWithExtents,
  bytes: Uint8Array,
  where: Place & { offset: number },
  limit: { left: number },
): CheckedEntry['runs'] {
  const runs: { offset: number; length: number }[] = [];
  let total = 0;
  entry.extents.forEach((_, index) => {
    const at = AT.allocationDescriptors + index * SHORT_AD_LENGTH;
    const { type, length, block } = readShortAd(viewOf(bytes), at);
    const last = index === entry.extents.length - 1;
    const sectors = Math.ceil(length / BLOCK_SIZE);
    const inside = block + sectors <= partition.length && partition.start + block + sectors <= context.sectors;
    const problem =
      (type !== EXTENT_TYPE.recorded && `is of type ${type}, expected 0 (recorded and allocated)`) ||
      (length === 0 && 'has no bytes') ||
      (length > MAX_EXTENT_LENGTH && `has ${length} bytes, at most ${MAX_EXTENT_LENGTH} are written`) ||
      (!last && length % BLOCK_SIZE !== 0 && `has ${length} bytes; all but the last fill whole blocks`) ||
      (!inside && `of ${length} bytes in block ${block} reaches beyond the partition`);
    const place = { ...where, offset: where.offset + at, field: `FileEntry.allocationDescriptors[${index}]` };
    if (problem) context.add('UDF_EXTENT', `The extent ${problem}`, place);
    total += length;
    if (inside && length > 0 && --limit.left >= 0)
      runs.push({ offset: (partition.start + block) * BLOCK_SIZE, length });
  });
  if (total !== entry.informationLength) {
    const place = { ...where, offset: where.offset + AT.informationLength, field: 'FileEntry.informationLength' };
    context.add('UDF_FILE_ENTRY', `The file has ${entry.informationLength} bytes, its extents hold ${total}`, place);
  }
  return runs;
}
