import { BLOCK_SIZE, TAG } from '../structures/constants.js';
import type { ExtentAd } from '../structures/extents.js';
import {
  INTEGRITY_FIELDS,
  type LogicalVolumeIntegrityDescriptor,
  readIntegrity,
  writeIntegrity,
} from '../structures/logical-volume-integrity-descriptor.js';
import { INTEGRITY_SECTORS } from '../writing/sequences.js';
import type { CheckContext, StructureRules } from './check-context.js';
import { TERMINATING } from './volume-rules.js';

const RULES: StructureRules<LogicalVolumeIntegrityDescriptor> = {
  name: 'LogicalVolumeIntegrityDescriptor',
  identifier: TAG.logicalVolumeIntegrityDescriptor,
  fields: INTEGRITY_FIELDS,
  code: 'UDF_INTEGRITY',
  length: () => INTEGRITY_FIELDS.unused,
  read: readIntegrity,
  write: writeIntegrity,
};

/** What the tree turned out to hold. */
export interface TreeCounts {
  readonly files: number;
  readonly directories: number;
  readonly greatestUniqueId: number;
}

/** The Logical Volume Integrity Sequence: closed, terminated, right about the volume (ECMA-167 3/10.10). */
export async function checkIntegrity(
  context: CheckContext,
  extent: ExtentAd,
  partitionBlocks: number,
  counts: TreeCounts,
): Promise<void> {
  const offset = extent.location * BLOCK_SIZE;
  const descriptor = await context.sector(extent.location);
  const terminator = await context.sector(extent.location + 1);
  if (extent.length !== INTEGRITY_SECTORS * BLOCK_SIZE || !descriptor || !terminator) {
    const message = `The integrity sequence has ${extent.length} bytes at sector ${extent.location}, expected two sectors inside the image`;
    context.add('UDF_INTEGRITY', message, { offset, field: 'LogicalVolumeDescriptor.integritySequenceExtent' });
  }
  if (terminator) context.structure(TERMINATING, terminator, extent.location + 1, { offset: offset + BLOCK_SIZE });
  const integrity = descriptor && context.structure(RULES, descriptor, extent.location, { offset });
  if (!integrity) return;
  const rule = (field: keyof typeof INTEGRITY_FIELDS, holds: boolean, message: string): void => {
    const where = { offset: offset + INTEGRITY_FIELDS[field], field: `${RULES.name}.${field}` };
    if (!holds) context.add('UDF_INTEGRITY', message, where);
  };
  const { files, directories, nextUniqueId } = integrity;
  rule('numberOfFiles', files === counts.files, `The volume says ${files} files, but has ${counts.files}`);
  rule(
    'numberOfDirectories',
    directories === counts.directories,
    `The volume says ${directories} directories, but has ${counts.directories}`,
  );
  rule(
    'sizeTable',
    integrity.partitionBlocks === partitionBlocks,
    `The size table says ${integrity.partitionBlocks} blocks, the partition has ${partitionBlocks}`,
  );
  rule(
    'uniqueId',
    Number.isSafeInteger(nextUniqueId) && nextUniqueId >= 16 && nextUniqueId > counts.greatestUniqueId,
    `The next unique id is ${nextUniqueId}, but ${counts.greatestUniqueId} is in use and ids below 16 are reserved`,
  );
}
