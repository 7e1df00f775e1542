import { quote } from '../../../bytes/quote.js';
import { pathBytes } from '../names.js';
import { BLOCK_SIZE, FILE_TYPE } from '../structures/constants.js';
import { FILE_ENTRY_FIELDS } from '../structures/file-entry.js';
import { MAX_ENTRIES, MAX_EXTENTS, MAX_PATHS_LENGTH } from '../tree-limits.js';
import type { CheckContext } from './check-context.js';
import type { Claims } from './claims.js';
import { type CheckedDirectory, type CheckedName, checkDirectory } from './directory.js';
import { type CheckedEntry, checkEntry, type PartitionPlace } from './entry.js';
import type { TreeCounts } from './integrity.js';

/** A file as the strict checker found it: one for each name. */
export interface UdfCheckedFile {
  /** with `/` between names and none in front */
  readonly path: string;
  /** bytes */
  readonly size: number;
  /** bytes of the image; the names of one file share the array */
  readonly extents: readonly { readonly offset: number; readonly size: number }[];
  readonly modified: Date;
}

const ZEROS = new Uint8Array(BLOCK_SIZE);

/** A File Entry and all that leads to it. */
interface Node {
  readonly entry: CheckedEntry;
  /** what its names in the list share */
  readonly extents: UdfCheckedFile['extents'];
  /** the first path that led here */
  readonly path: string;
  /** FIDs that identify it */
  links: number;
}

/** Walks the tree of a volume and checks every File Entry, directory and extent in it. */
export class TreeChecker implements TreeCounts {
  readonly list: UdfCheckedFile[] = [];
  readonly directoryPaths: string[] = [];
  files = 0;
  directories = 0;
  greatestUniqueId = 0;
  /** by block; undefined when there is no File Entry in it */
  readonly #nodes = new Map<number, Node | undefined>();
  readonly #uniqueIds = new Map<number, string>();
  readonly #queue: CheckedDirectory[] = [];
  readonly #fids = { left: MAX_ENTRIES };
  readonly #extents = { left: MAX_EXTENTS };
  #pathsLeft = MAX_PATHS_LENGTH;

  constructor(
    readonly context: CheckContext,
    readonly partition: PartitionPlace,
    readonly claims: Claims,
  ) {}

  async check(rootBlock: number): Promise<void> {
    const root = await this.#node(rootBlock, '');
    if (!root) return;
    this.directories = 1;
    if (root.entry.fileType === FILE_TYPE.directory) {
      this.#queue.push({ path: '', pathBytes: 0, entry: root.entry, parentBlock: rootBlock });
    } else this.#add('UDF_FILE_ENTRY', 'The root is not a directory', root, 'icbTag');
    if (root.entry.uniqueId !== 0) {
      this.#add('UDF_UNIQUE_ID', `The root's unique id is ${root.entry.uniqueId}, expected 0`, root, 'uniqueId');
    }
    for (const directory of this.#queue) {
      await this.#checkDirectory(directory);
      if (this.#isTooLarge()) return;
    }
    for (const node of this.#nodes.values()) if (node) this.#checkLinks(node);
    await this.#checkTails();
  }

  /** Whether the tree is larger than any that we write; what lies behind is not looked at. */
  #isTooLarge(): boolean {
    const { context } = this;
    if (this.#fids.left < 0) context.add('UDF_FID', `The volume has over ${MAX_ENTRIES} names`, {});
    else if (this.#extents.left < 0) context.add('UDF_EXTENT', `The volume has over ${MAX_EXTENTS} extents`, {});
    else if (this.#pathsLeft < 0) {
      context.add('UDF_NAME', `The paths of the volume have over ${MAX_PATHS_LENGTH} characters`, {});
    } else return false;
    return true;
  }

  async #checkDirectory(directory: CheckedDirectory): Promise<void> {
    const { context, partition } = this;
    const { names, parentIcb } = await checkDirectory(context, partition, directory, this.#fids);
    const parent = parentIcb === undefined ? undefined : this.#nodes.get(parentIcb);
    if (parent) parent.links += 1;
    for (const name of names) {
      await context.step();
      if (this.#pathsLeft < 0 || this.#extents.left < 0) return;
      await this.#checkName(directory, name);
    }
  }

  async #checkName(directory: CheckedDirectory, found: CheckedName): Promise<void> {
    const { name, icbBlock, isDirectory, offset } = found;
    const path = directory.path === '' ? name : `${directory.path}/${name}`;
    const where = { path, offset, field: 'FileIdentifierDescriptor' };
    this.#pathsLeft -= path.length;
    if (this.#pathsLeft < 0) return;
    if (isDirectory) this.directories += 1;
    else this.files += 1;
    const known = this.#nodes.has(icbBlock);
    const node = await this.#node(icbBlock, path);
    if (!node) return;
    node.links += 1;
    const { entry } = node;
    if (isDirectory !== (entry.fileType === FILE_TYPE.directory)) {
      const message = 'The directory bit is not what the File Entry says';
      this.context.add('UDF_FID', message, { ...where, field: `${where.field}.fileCharacteristics` });
    } else if (!isDirectory) {
      this.list.push({ path, size: entry.informationLength, extents: node.extents, modified: entry.modified });
    } else if (known) {
      this.context.add('UDF_FID', 'The directory is also found elsewhere in the tree', where);
    } else {
      this.directoryPaths.push(path);
      const bytes = directory.pathBytes + pathBytes(name);
      this.#queue.push({ path, pathBytes: bytes, entry, parentBlock: directory.entry.block });
    }
  }

  /** The File Entry in a block, read once. */
  async #node(block: number, path: string): Promise<Node | undefined> {
    if (this.#nodes.has(block)) return this.#nodes.get(block);
    const entry = await checkEntry(this.context, this.partition, block, path, this.#extents);
    const extents = entry?.runs.map(({ offset, length }) => ({ offset, size: length })) ?? [];
    const node = entry && { entry, extents, path, links: 0 };
    this.#nodes.set(block, node);
    if (!node) return undefined;
    this.claims.add(this.partition.start + block, 1, node, 'the File Entry of ');
    for (const { offset, length } of node.entry.runs) {
      this.claims.add(offset / BLOCK_SIZE, Math.ceil(length / BLOCK_SIZE), node);
    }
    this.#checkUniqueId(node);
    return node;
  }

  #checkUniqueId(node: Node): void {
    const { uniqueId } = node.entry;
    const other = this.#uniqueIds.get(uniqueId);
    if (other !== undefined) {
      this.#add('UDF_UNIQUE_ID', `The unique id ${uniqueId} is also that of ${quote(other)}`, node, 'uniqueId');
    } else if (this.#nodes.size > 1 && (uniqueId < 16 || !Number.isSafeInteger(uniqueId))) {
      this.#add('UDF_UNIQUE_ID', `The unique id is ${uniqueId}, expected 16 or more`, node, 'uniqueId');
    }
    this.#uniqueIds.set(uniqueId, node.path);
    this.greatestUniqueId = Math.max(this.greatestUniqueId, uniqueId);
  }

  #checkLinks(node: Node): void {
    const { linkCount } = node.entry;
    if (linkCount === node.links) return;
    const message = `The link count is ${linkCount}, but ${node.links} descriptors lead here`;
    this.#add('UDF_LINK_COUNT', message, node, 'fileLinkCount');
  }

  /** The rest of the last block of every file and directory is zero. */
  async #checkTails(): Promise<void> {
    const ends: { offset: number; path: string }[] = [];
    for (const node of this.#nodes.values()) {
      for (const { offset, length } of node?.entry.runs ?? []) {
        if (length % BLOCK_SIZE !== 0) ends.push({ offset: offset + length, path: node!.path });
      }
    }
    ends.sort((a, b) => a.offset - b.offset);
    for (const { offset, path } of ends) {
      await this.context.step();
      const tail = await this.context.cached.view(offset, BLOCK_SIZE - (offset % BLOCK_SIZE));
      if (Buffer.compare(tail, ZEROS.subarray(0, tail.length)) === 0) continue;
      const stray = tail.findIndex((byte) => byte !== 0);
      const message = 'Bytes between the end of the file and the end of its block are not zero';
      this.context.add('UDF_EXTENT', message, { path, offset: offset + stray });
    }
  }

  #add(
    code: 'UDF_FILE_ENTRY' | 'UDF_UNIQUE_ID' | 'UDF_LINK_COUNT',
    message: string,
    node: Node,
    field: keyof typeof FILE_ENTRY_FIELDS,
  ): void {
    const offset = (this.partition.start + node.entry.block) * BLOCK_SIZE + FILE_ENTRY_FIELDS[field];
    this.context.add(code, message, { path: node.path, offset, field: `FileEntry.${field}` });
  }
}
