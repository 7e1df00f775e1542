/**
 * Writing: from a tree of names to the structures of a read-only UDF 1.02 volume (OSTA UDF 1.02, ECMA-167).
 * Data never moves: the caller lays files wherever it likes in the partition and says where.
 */
import { quote } from '../../bytes/quote.js';
import type { Content } from '../../content/content.js';
import { type Finding, throwFindings } from '../../errors.js';
import { checkUdfLabel } from './names.js';
import { BLOCK_SIZE } from './structures/constants.js';
import type { UdfDirectory, UdfFile, UdfOptions, UdfPlace } from './writing/input.js';
import { metadataContent } from './writing/metadata.js';
import { planTree } from './writing/plan-tree.js';
import { FIRST_ENTRY_BLOCK, type PlannedTree, uniqueIdOf } from './writing/planned-tree.js';
import { anchorContent, integrityContent, sequenceContent } from './writing/sequences.js';

// image/ writes the recognition sequence into the middle of the ISO 9660 stub and needs nothing else of structures/
export { udfRecognition } from './structures/recognition.js';

export type { UdfDirectory, UdfFile, UdfOptions, UdfPlace };

export interface UdfStructures {
  readonly mainVds: Content;
  readonly reserveVds: Content;
  readonly integrity: Content;
  /** to be laid at the start of the partition */
  readonly metadata: Content;
  /** the anchor for a sector of the volume */
  anchor(lba: number): Content;
}

export interface UdfPlan {
  /** one for each directory and each UdfFile */
  readonly fileEntries: number;
  /** blocks of 2048 bytes at the start of the partition */
  readonly metadataBlocks: number;
  render(place: UdfPlace): UdfStructures;
}

/** partition lengths and block numbers have 32 bits (ECMA-167 3/10.5.9, 4/7.1) */
const MAX_BLOCKS = 2 ** 32 - 1;

/**
 * Plans a volume: numbers File Entries, packs directories, checks every limit of the standard.
 * @throws InplaceError MEDIA_NAME, LAYOUT_LIMIT, every problem at once
 */
export function planUdf(root: UdfDirectory, options: UdfOptions): UdfPlan {
  if (!/^[0-9a-f]{16,126}$/i.test(options.volumeSetId)) {
    throw new RangeError(`Volume set id "${options.volumeSetId}" is not 16 to 126 hexadecimal digits`);
  }
  const findings = labelFindings(options.label);
  const tree = planTree(root, findings);
  findings.push(...sizeFindings(tree));
  throwFindings(findings);
  return {
    fileEntries: tree.entries.length,
    metadataBlocks: tree.metadataBlocks,
    render: (place) => renderVolume(tree, options, place),
  };
}

function renderVolume(tree: PlannedTree, options: UdfOptions, place: UdfPlace): UdfStructures {
  if (place.partitionBlocks < tree.metadataBlocks || place.partitionBlocks > MAX_BLOCKS) {
    throw new RangeError(`A partition of ${place.partitionBlocks} blocks does not hold the planned volume`);
  }
  const integrity = {
    recorded: options.recorded,
    nextUniqueId: uniqueIdOf(FIRST_ENTRY_BLOCK + tree.entries.length),
    partitionBlocks: place.partitionBlocks,
    files: tree.fileNames,
    directories: tree.directories.length,
  };
  return {
    mainVds: sequenceContent(options, place, place.mainVdsLba),
    reserveVds: sequenceContent(options, place, place.reserveVdsLba),
    integrity: integrityContent(integrity, place.integrityLba),
    metadata: metadataContent(tree, options, (file) => place.dataBlock(file)),
    anchor: (lba) => anchorContent(place, lba),
  };
}

function labelFindings(label: string): Finding[] {
  const reason = checkUdfLabel(label);
  if (reason === undefined) return [];
  return [{ code: 'MEDIA_NAME', message: `The label ${quote(label)} ${reason}`, where: { field: 'label' } }];
}

function sizeFindings(tree: PlannedTree): Finding[] {
  let blocks = tree.metadataBlocks;
  for (const { file } of tree.files) blocks += Math.ceil(file.size / BLOCK_SIZE);
  if (blocks <= MAX_BLOCKS) return [];
  const message = `The volume needs ${blocks} blocks; a partition has at most ${MAX_BLOCKS} (ECMA-167 3/10.5.9)`;
  return [{ code: 'LAYOUT_LIMIT', message, hint: 'Put less on the media' }];
}
