import { quote } from '../../../bytes/quote.js';
import { BLOCK_SIZE, TAG } from '../structures/constants.js';
import { FILE_SET_FIELDS, type FoundFileSet, readFileSet, writeFileSet } from '../structures/file-set-descriptor.js';
import type { CheckContext, StructureRules } from './check-context.js';
import type { CheckedSequence } from './sequences.js';
import { TERMINATING } from './volume-rules.js';

const RULES: StructureRules<FoundFileSet> = {
  name: 'FileSetDescriptor',
  identifier: TAG.fileSetDescriptor,
  fields: FILE_SET_FIELDS,
  code: 'UDF_DESCRIPTOR',
  length: () => FILE_SET_FIELDS.unused,
  read: readFileSet,
  write: writeFileSet,
};

/** The File Set Descriptor Sequence: one descriptor and its terminator (ECMA-167 4/8.3.1). */
export async function checkFileSet(
  context: CheckContext,
  { logical, partition }: CheckedSequence,
): Promise<FoundFileSet | undefined> {
  const { block, length } = logical.fileSet;
  const sector = partition.start + block;
  const offset = sector * BLOCK_SIZE;
  const descriptor = await context.sector(sector);
  const terminator = await context.sector(sector + 1);
  if (length !== 2 * BLOCK_SIZE || block + 2 > partition.length || !descriptor || !terminator) {
    const message = `The file set has ${length} bytes in block ${block}, expected two blocks inside the partition`;
    context.add('UDF_DESCRIPTOR', message, { offset, field: 'LogicalVolumeDescriptor.logicalVolumeContentsUse' });
  }
  if (terminator) context.structure(TERMINATING, terminator, block + 1, { offset: offset + BLOCK_SIZE });
  const fileSet = descriptor && context.structure(RULES, descriptor, block, { offset });
  const label = logical.logicalVolumeIdentifier;
  if (fileSet && fileSet.logicalVolumeIdentifier !== label) {
    const where = {
      offset: offset + FILE_SET_FIELDS.logicalVolumeIdentifier,
      field: `${RULES.name}.logicalVolumeIdentifier`,
    };
    context.add(
      'UDF_DESCRIPTOR',
      `The label is ${quote(fileSet.logicalVolumeIdentifier)}, expected ${quote(label)}`,
      where,
    );
  }
  return fileSet;
}
