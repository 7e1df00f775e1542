import { quote } from '../../../bytes/quote.js';
import { readBytes } from '../../../content/content.js';
import type { AnchorVolumeDescriptorPointer } from '../structures/anchor-volume-descriptor-pointer.js';
import { BLOCK_SIZE, SEQUENCE_SECTORS } from '../structures/constants.js';
import type { ExtentAd } from '../structures/extents.js';
import { fieldAt } from '../structures/fields.js';
import type { FoundLogicalVolume } from '../structures/logical-volume-descriptor.js';
import type { FoundPartition } from '../structures/partition-descriptor.js';
import type { PrimaryVolumeDescriptor } from '../structures/primary-volume-descriptor.js';
import { readTag, TAG_LENGTH } from '../structures/tag.js';
import type { CheckContext, StructureRules } from './check-context.js';
import {
  IMPLEMENTATION_USE,
  LOGICAL_VOLUME,
  PARTITION,
  PRIMARY_VOLUME,
  TERMINATING,
  UNALLOCATED_SPACE,
} from './volume-rules.js';

/** What the rest of the check needs of a sequence. */
export interface CheckedSequence {
  readonly logical: FoundLogicalVolume;
  readonly partition: FoundPartition;
}

/** The order in which we write them; a sequence number is the place in it. */
const ORDER: readonly StructureRules<unknown>[] = [
  PRIMARY_VOLUME,
  IMPLEMENTATION_USE,
  LOGICAL_VOLUME,
  PARTITION,
  UNALLOCATED_SPACE,
  TERMINATING,
];

/** Checks main and reserve, and that they are equal but for their locations (ECMA-167 3/8.4.2.2). */
export async function checkSequences(
  context: CheckContext,
  anchor: AnchorVolumeDescriptorPointer,
): Promise<CheckedSequence | undefined> {
  const main = await sequenceBytes(context, anchor.main, 'main');
  const reserve = await sequenceBytes(context, anchor.reserve, 'reserve');
  const checked = main && checkSequence(context, main, anchor.main.location);
  const checkedReserve = reserve && checkSequence(context, reserve, anchor.reserve.location);
  if (main && reserve) compareSequences(context, main, reserve, anchor.reserve.location);
  return checked ?? checkedReserve;
}

async function sequenceBytes(context: CheckContext, extent: ExtentAd, name: string): Promise<Uint8Array | undefined> {
  const offset = extent.location * BLOCK_SIZE;
  if (extent.location + SEQUENCE_SECTORS <= context.sectors) {
    return readBytes(context.cached, offset, SEQUENCE_SECTORS * BLOCK_SIZE);
  }
  context.add('UDF_SEQUENCE', `The ${name} volume descriptor sequence lies behind the end of the image`, { offset });
  return undefined;
}

function checkSequence(context: CheckContext, bytes: Uint8Array, lba: number): CheckedSequence | undefined {
  const values = ORDER.map((rules, index) => {
    const block = bytes.subarray(index * BLOCK_SIZE, (index + 1) * BLOCK_SIZE);
    return checkDescriptor(context, rules, block, lba + index, index);
  });
  const end = ORDER.length * BLOCK_SIZE;
  const stray = bytes.subarray(end).findIndex((byte) => byte !== 0);
  if (stray !== -1) {
    const offset = lba * BLOCK_SIZE + end + stray;
    context.add('UDF_SEQUENCE', 'Bytes behind the terminator of a volume descriptor sequence are not zero', { offset });
  }
  const [primary, lvInformation, logical, partition] = values as [
    PrimaryVolumeDescriptor?,
    { logicalVolumeIdentifier: string }?,
    FoundLogicalVolume?,
    FoundPartition?,
  ];
  if (primary) checkVolumeSet(context, primary, lba * BLOCK_SIZE);
  const label = logical?.logicalVolumeIdentifier;
  const labels = [primary?.volumeIdentifier, lvInformation?.logicalVolumeIdentifier];
  if (label === '' || labels.some((other) => other !== undefined && other !== label)) {
    const where = { offset: (lba + 2) * BLOCK_SIZE + 84, field: 'LogicalVolumeDescriptor.logicalVolumeIdentifier' };
    context.add(
      'UDF_DESCRIPTOR',
      `The labels ${[label, ...labels].map((text = '') => quote(text)).join(', ')} are not one label`,
      where,
    );
  }
  return logical && partition ? { logical, partition } : undefined;
}

function checkDescriptor(
  context: CheckContext,
  rules: StructureRules<unknown>,
  block: Uint8Array,
  sector: number,
  index: number,
): unknown {
  const offset = sector * BLOCK_SIZE;
  const { identifier } = readTag(block);
  if (identifier !== rules.identifier) {
    const message = `Descriptor ${index} of the sequence has the tag identifier ${identifier}, expected ${rules.identifier}`;
    context.add('UDF_SEQUENCE', message, { offset, field: `${rules.name}.tag.tagIdentifier` });
    return undefined;
  }
  const value = context.structure(rules, block, sector, { offset }) as { sequenceNumber?: number };
  if (value.sequenceNumber !== undefined && value.sequenceNumber !== index) {
    const field = `${rules.name}.volumeDescriptorSequenceNumber`;
    context.add('UDF_SEQUENCE', `The number is ${value.sequenceNumber}, expected ${index}`, {
      offset: offset + 16,
      field,
    });
  }
  return value;
}

/** The first 16 characters are unique, for us hexadecimal digits (UDF 1.02 2.2.2.5). */
function checkVolumeSet(context: CheckContext, { volumeSetIdentifier }: PrimaryVolumeDescriptor, offset: number): void {
  if (/^[0-9a-f]{16}/i.test(volumeSetIdentifier)) return;
  const message = `The identifier ${quote(volumeSetIdentifier)} does not begin with 16 hexadecimal digits`;
  const field = 'PrimaryVolumeDescriptor.volumeSetIdentifier';
  context.add('UDF_DESCRIPTOR', message, { offset: offset + 72, field });
}

function compareSequences(context: CheckContext, main: Uint8Array, reserve: Uint8Array, lba: number): void {
  for (const [index, rules] of ORDER.entries()) {
    for (let at = TAG_LENGTH; at < BLOCK_SIZE; at++) {
      const position = index * BLOCK_SIZE + at;
      if (main[position] === reserve[position]) continue;
      const where = { offset: lba * BLOCK_SIZE + position, field: `${rules.name}.${fieldAt(rules.fields, at)}` };
      context.add('UDF_SEQUENCE', 'The reserve volume descriptor sequence differs from the main one', where);
      break;
    }
  }
}
