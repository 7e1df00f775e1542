import { lastAtOrBefore, RenderedContent } from '../../../content/views.js';
import { BLOCK_SIZE, CHARACTERISTIC, FILE_TYPE } from '../structures/constants.js';
import { extentsOf, writeFileEntry } from '../structures/file-entry.js';
import { fidLength, writeFid } from '../structures/file-identifier-descriptor.js';
import { writeFileSet } from '../structures/file-set-descriptor.js';
import { writeTerminating } from '../structures/terminating-descriptor.js';
import type { UdfFile } from './input.js';
import { FIRST_ENTRY_BLOCK, type PlannedDirectory, type PlannedTree, uniqueIdOf } from './planned-tree.js';

/**
 * The start of the partition: File Set Descriptor, terminator, File Entries, directories. Blocks are rendered
 * when they are read, so that memory holds the names and numbers of 100,000 files but not their blocks.
 * @param dataBlock first block of a file's data in the partition; asked only for files that have bytes
 */
export function metadataContent(
  tree: PlannedTree,
  volume: { readonly label: string; readonly recorded: Date },
  dataBlock: (file: UdfFile) => number,
): RenderedContent {
  // asked once, here, so that reading cannot fail later
  const dataBlocks = new Map(tree.files.map(({ file, block }) => [block, file.size > 0 ? dataBlock(file) : 0]));
  const directoryStarts = tree.directories.map((directory) => directory.dataBlock);
  const entriesEnd = FIRST_ENTRY_BLOCK + tree.entries.length;

  return blockContent(tree.metadataBlocks, (block, into) => {
    if (block === 0) writeFileSetBlock(into, volume);
    else if (block < FIRST_ENTRY_BLOCK) writeTerminating(into, block);
    else if (block < entriesEnd) writeEntryBlock(into, tree, block, dataBlocks);
    else {
      const directory = tree.directories[lastAtOrBefore(directoryStarts, block)]!;
      writeDirectoryBlock(into, directory, block);
    }
  });
}

/** A content of whole blocks; `write` gets each block zeroed. Any range of it can be read. */
function blockContent(blocks: number, write: (block: number, into: Uint8Array) => void): RenderedContent {
  return new RenderedContent(blocks * BLOCK_SIZE, (position, into) => {
    into.fill(0);
    const end = position + into.length;
    for (let block = Math.floor(position / BLOCK_SIZE); block * BLOCK_SIZE < end; block++) {
      const from = block * BLOCK_SIZE - position;
      if (from >= 0 && from + BLOCK_SIZE <= into.length) {
        write(block, into.subarray(from, from + BLOCK_SIZE));
        continue;
      }
      const whole = new Uint8Array(BLOCK_SIZE);
      write(block, whole);
      copyPart(whole, from, into);
    }
  });
}

/** Copies what falls into `into` of `bytes` laid at `at`, which may begin before it and end behind it. */
function copyPart(bytes: Uint8Array, at: number, into: Uint8Array): void {
  const start = Math.max(0, -at);
  const end = Math.min(bytes.length, into.length - at);
  into.set(bytes.subarray(start, end), at + start);
}

function writeFileSetBlock(into: Uint8Array, volume: { readonly label: string; readonly recorded: Date }): void {
  const { label, recorded } = volume;
  const rootDirectoryIcb = { block: FIRST_ENTRY_BLOCK };
  writeFileSet(into, { recorded, logicalVolumeIdentifier: label, fileSetIdentifier: label, rootDirectoryIcb }, 0);
}

function writeEntryBlock(
  into: Uint8Array,
  tree: PlannedTree,
  block: number,
  dataBlocks: ReadonlyMap<number, number>,
): void {
  const entry = tree.entries[block - FIRST_ENTRY_BLOCK]!;
  const isFile = 'file' in entry;
  const size = isFile ? entry.file.size : entry.size;
  const data = isFile ? dataBlocks.get(block)! : entry.dataBlock;
  const fields = {
    fileType: isFile ? FILE_TYPE.file : FILE_TYPE.directory,
    linkCount: entry.linkCount,
    informationLength: size,
    uniqueId: uniqueIdOf(block),
    modified: isFile ? entry.file.modified : entry.directory.modified,
  };
  writeFileEntry(into, fields, extentsOf(data, size), block);
}

/** FIDs are packed without gaps, so the first and the last of a block may belong to its neighbours too. */
function writeDirectoryBlock(into: Uint8Array, directory: PlannedDirectory, block: number): void {
  const { names, fidOffsets, icbBlocks, isDirectory, dataBlock } = directory;
  const start = (block - dataBlock) * BLOCK_SIZE;
  for (let i = lastAtOrBefore(fidOffsets, start); i < names.length; i++) {
    const offset = fidOffsets[i]!;
    if (offset >= start + BLOCK_SIZE) break;
    const name = names[i]!;
    const bytes = new Uint8Array(fidLength(name));
    const characteristics = (isDirectory[i] ? CHARACTERISTIC.directory : 0) | (i === 0 ? CHARACTERISTIC.parent : 0);
    const location = dataBlock + Math.floor(offset / BLOCK_SIZE);
    writeFid(bytes, { characteristics, name, icbBlock: icbBlocks[i]! }, location);
    copyPart(bytes, offset - start, into);
  }
}
