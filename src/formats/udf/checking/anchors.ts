import {
  ANCHOR_FIELDS,
  ANCHOR_SECTOR,
  type AnchorVolumeDescriptorPointer,
  readAnchor,
  writeAnchor,
} from '../structures/anchor-volume-descriptor-pointer.js';
import { BLOCK_SIZE, SEQUENCE_SECTORS, TAG } from '../structures/constants.js';
import { readTag } from '../structures/tag.js';
import type { CheckContext, StructureRules } from './check-context.js';

const RULES: StructureRules<AnchorVolumeDescriptorPointer> = {
  name: 'AnchorVolumeDescriptorPointer',
  identifier: TAG.anchorVolumeDescriptorPointer,
  fields: ANCHOR_FIELDS,
  code: 'UDF_ANCHOR',
  length: () => ANCHOR_FIELDS.unused,
  read: readAnchor,
  write: writeAnchor,
};

/** What both anchors say, and where the second one is. */
export interface CheckedAnchors extends AnchorVolumeDescriptorPointer {
  readonly lastSector: number;
}

/**
 * Anchors at 256 and at the end, equal but for their locations: in the last sector N, or at N - 256 where something else
 * has the last sector (ECMA-167 3/8.4.2.1, UDF 1.02 2.2.3).
 */
export async function checkAnchors(context: CheckContext): Promise<CheckedAnchors | undefined> {
  if (context.image.size % BLOCK_SIZE !== 0) {
    const message = `The image has ${context.image.size} bytes, which is no whole number of sectors`;
    context.add('UDF_ANCHOR', message, { offset: context.image.size });
  }
  const first = await checkAnchor(context, ANCHOR_SECTOR);
  const lastSector = await findLastAnchor(context);
  const last = lastSector > ANCHOR_SECTOR ? await checkAnchor(context, lastSector) : undefined;
  if (first && last && JSON.stringify(first) !== JSON.stringify(last)) {
    context.add('UDF_ANCHOR', 'The two anchors name different extents', { offset: lastSector * BLOCK_SIZE });
  }
  const found = first ?? last;
  return found && { ...found, lastSector };
}

async function findLastAnchor(context: CheckContext): Promise<number> {
  const last = context.sectors - 1;
  for (const sector of [last, last - ANCHOR_SECTOR]) {
    const bytes = sector > ANCHOR_SECTOR ? await context.sector(sector) : undefined;
    if (bytes && readTag(bytes).identifier === TAG.anchorVolumeDescriptorPointer) return sector;
  }
  return last;
}

async function checkAnchor(context: CheckContext, sector: number): Promise<AnchorVolumeDescriptorPointer | undefined> {
  const offset = sector * BLOCK_SIZE;
  const bytes = await context.sector(sector);
  if (!bytes || readTag(bytes).identifier !== TAG.anchorVolumeDescriptorPointer) {
    context.add('UDF_ANCHOR', `There is no anchor in sector ${sector}`, { offset, field: RULES.name });
    return undefined;
  }
  const anchor = context.structure(RULES, bytes, sector, { offset });
  for (const [name, extent] of Object.entries(anchor ?? {})) {
    if (extent.length === SEQUENCE_SECTORS * BLOCK_SIZE) continue;
    const field = `${RULES.name}.${name}VolumeDescriptorSequenceExtent`;
    const message = `The extent has ${extent.length} bytes, expected ${SEQUENCE_SECTORS * BLOCK_SIZE}`;
    context.add('UDF_ANCHOR', message, { offset: offset + (name === 'main' ? 16 : 24), field });
  }
  return anchor;
}
