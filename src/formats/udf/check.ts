/**
 * Checking: whether a volume keeps every rule of ECMA-167 and OSTA UDF 1.02 for a read-only volume as we write it.
 * Nothing is tolerated: each byte of each structure is either compared or part of a value that is.
 */
import type { Content } from '../../content/content.js';
import { byCodeUnit } from '../../content/tree.js';
import type { Finding } from '../../errors.js';
import { type CheckedAnchors, checkAnchors } from './checking/anchors.js';
import { CheckContext } from './checking/check-context.js';
import { Claims } from './checking/claims.js';
import { checkFileSet } from './checking/file-set.js';
import { checkIntegrity } from './checking/integrity.js';
import { checkRecognition } from './checking/recognition.js';
import { type CheckedSequence, checkSequences } from './checking/sequences.js';
import { TreeChecker, type UdfCheckedFile } from './checking/tree.js';
import { ANCHOR_SECTOR } from './structures/anchor-volume-descriptor-pointer.js';
import { BLOCK_SIZE } from './structures/constants.js';

export type { UdfCheckedFile };

export interface UdfCheck {
  /** every problem, in the order of the structures; some hundreds at most */
  readonly findings: readonly Finding[];
  /** sorted by path; as far as the tree could be read */
  readonly files: readonly UdfCheckedFile[];
  /** sorted, without the root */
  readonly directories: readonly string[];
  readonly label: string;
}

/**
 * Checks a whole volume. Never throws for what is on the image; findings have byte offset and field.
 * @param signal stops the check
 * @throws InplaceError SOURCE_UNREADABLE, SOURCE_CHANGED when the image cannot be read; INTERRUPTED
 */
export async function checkUdf(image: Content, signal?: AbortSignal): Promise<UdfCheck> {
  const context = new CheckContext(image, signal);
  await context.step();
  await checkRecognition(context);
  const anchor = await checkAnchors(context);
  const sequence = anchor && (await checkSequences(context, anchor));
  const tree = anchor && sequence && (await checkVolume(context, anchor, sequence));
  context.close();
  return {
    findings: context.findings,
    files: tree?.list.sort((a, b) => byCodeUnit(a.path, b.path)) ?? [],
    directories: tree?.directoryPaths.sort(byCodeUnit) ?? [],
    label: sequence?.logical.logicalVolumeIdentifier ?? '',
  };
}

async function checkVolume(
  context: CheckContext,
  anchor: CheckedAnchors,
  sequence: CheckedSequence,
): Promise<TreeChecker> {
  const { logical, partition } = sequence;
  checkPartitionPlace(context, sequence);
  checkVolumeSpace(context, anchor, sequence);
  const claims = new Claims();
  claims.add(partition.start + logical.fileSet.block, 2, 'the File Set Descriptor');
  const tree = new TreeChecker(context, partition, claims);
  const fileSet = await checkFileSet(context, sequence);
  if (fileSet) await tree.check(fileSet.rootDirectoryIcb.block);
  claims.check(context);
  await checkIntegrity(context, logical.integrity, partition.length, tree);
  return tree;
}

function checkPartitionPlace(context: CheckContext, { partition }: CheckedSequence): void {
  const end = partition.start + partition.length;
  if (end <= context.sectors) return;
  const message = `The partition ends at sector ${end}, but the image has ${context.sectors}`;
  const where = { offset: partition.start * BLOCK_SIZE, field: 'PartitionDescriptor.partitionLength' };
  context.add('UDF_DESCRIPTOR', message, where);
}

/** Anchors, sequences and the partition share no sector. */
function checkVolumeSpace(
  context: CheckContext,
  { main, reserve, lastSector }: CheckedAnchors,
  { logical, partition }: CheckedSequence,
): void {
  const space = new Claims();
  space.add(ANCHOR_SECTOR, 1, 'the anchor');
  space.add(lastSector, 1, 'the last anchor');
  space.add(main.location, Math.ceil(main.length / BLOCK_SIZE), 'the main volume descriptor sequence');
  space.add(reserve.location, Math.ceil(reserve.length / BLOCK_SIZE), 'the reserve volume descriptor sequence');
  const { location, length } = logical.integrity;
  space.add(location, Math.ceil(length / BLOCK_SIZE), 'the integrity sequence');
  space.add(partition.start, partition.length, 'the partition');
  space.check(context);
}
