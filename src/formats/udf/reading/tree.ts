import { quote } from '../../../bytes/quote.js';
import type { Content } from '../../../content/content.js';
import { byCodeUnit, type FileTree, type TreeFile } from '../../../content/tree.js';
import type { Place } from '../../../errors.js';
import { FILE_TYPE } from '../structures/constants.js';
import { MAX_ENTRIES, MAX_PATHS_LENGTH } from '../tree-limits.js';
import { readDirectory } from './directory.js';
import { type Entry, entryContent, readEntry } from './entry.js';
import { MAX_PATH_LENGTH, MAX_SPARE_EXTENTS } from './limits.js';
import type { BlockAddress, LogicalVolume } from './logical-volume.js';

/** Something in the tree that is neither a file nor a directory. */
export interface SkippedEntry {
  readonly path: string;
  readonly reason: string;
}

/** File types that Unix systems record: ECMA-167 4/14.6.6. */
const OTHER_TYPES: Readonly<Record<number, string>> = {
  6: 'a block device',
  7: 'a character device',
  9: 'a FIFO',
  10: 'a socket',
  12: 'a symbolic link',
};

/** Walks the whole tree. @throws InplaceError SOURCE_CORRUPT, SOURCE_UNSUPPORTED */
export async function readTree(volume: LogicalVolume): Promise<{ tree: FileTree; skipped: SkippedEntry[] }> {
  const walker = new TreeWalker(volume);
  await walker.walk();
  walker.files.sort((a, b) => byCodeUnit(a.path, b.path));
  walker.directories.sort(byCodeUnit);
  return { tree: walker, skipped: walker.skipped };
}

class TreeWalker implements FileTree {
  readonly files: TreeFile[] = [];
  readonly directories: string[] = [];
  readonly skipped: SkippedEntry[] = [];
  /** every File Entry once, by partition and block */
  readonly #seen = new Map<number, { entry: Entry; content?: Content }>();
  readonly #queue: { path: string; entry: Entry }[] = [];
  readonly #extents: { left: number };
  readonly #fids = { left: MAX_ENTRIES };
  #pathsLeft = MAX_PATHS_LENGTH;

  constructor(readonly volume: LogicalVolume) {
    this.#extents = { left: volume.device.image.size / volume.blockSize + MAX_SPARE_EXTENTS };
  }

  async walk(): Promise<void> {
    const { icb, from } = await this.volume.rootIcb();
    const root = await this.#entry(icb, from);
    if (root.entry.fileType !== FILE_TYPE.directory) {
      const { offset } = root.entry;
      throw this.volume.device.corrupt('The root is not a directory', { offset, field: 'FileEntry.icbTag.fileType' });
    }
    this.#queue.push({ path: '', entry: root.entry });
    // level by level: writers lay the File Entries of a directory side by side
    for (const { path, entry } of this.#queue) await this.#readDirectory(path, entry);
  }

  async #readDirectory(parent: string, directory: Entry): Promise<void> {
    const names = new Set<string>();
    for (const { name, icb, offset } of await readDirectory(this.volume, directory, this.#fids)) {
      const path = parent === '' ? name : `${parent}/${name}`;
      if (names.has(name)) throw this.#corruptDirectory(directory, `${quote(path)} occurs twice`);
      names.add(name);
      this.#checkLength(path, directory);
      await this.#take(path, icb, { offset, field: 'FileIdentifierDescriptor.icb' });
    }
  }

  async #take(path: string, icb: BlockAddress, from: Place): Promise<void> {
    const known = this.#seen.has(keyOf(icb));
    const node = await this.#entry(icb, from);
    const { entry } = node;
    if (entry.fileType === FILE_TYPE.directory) {
      // a directory has one parent; this is also what ends loops
      if (known)
        throw this.#corruptDirectory(entry, `The directory ${quote(path)} is also found elsewhere in the tree`);
      this.directories.push(path);
      this.#queue.push({ path, entry });
    } else if (isFile(entry.fileType)) {
      node.content ??= entryContent(entry, this.volume.device.image);
      this.files.push({ path, content: node.content, modified: entry.modified });
    } else {
      const what = OTHER_TYPES[entry.fileType] ?? `of ICB file type ${entry.fileType}`;
      this.skipped.push({ path, reason: `It is ${what}, not a file or directory` });
    }
  }

  async #entry(icb: BlockAddress, from: Place): Promise<{ entry: Entry; content?: Content }> {
    const key = keyOf(icb);
    let node = this.#seen.get(key);
    if (!node) {
      node = { entry: await readEntry(this.volume, icb, from, this.#extents) };
      this.#seen.set(key, node);
    }
    return node;
  }

  #checkLength(path: string, directory: Entry): void {
    this.#pathsLeft -= path.length;
    if (path.length > MAX_PATH_LENGTH) throw this.#corruptDirectory(directory, 'Directories are nested too deep');
    if (this.#pathsLeft < 0) throw this.#corruptDirectory(directory, 'The paths of the tree are too long');
  }

  #corruptDirectory(directory: Entry, message: string): Error {
    return this.volume.device.corrupt(message, { offset: directory.offset, field: 'FileEntry' });
  }
}

/** Plain files; type 0 leaves the interpretation open, and real-time files (UDF 2.01 2.2.14.1) are read as others. */
function isFile(fileType: number): boolean {
  return fileType === FILE_TYPE.file || fileType === FILE_TYPE.unspecified || fileType === FILE_TYPE.realTimeFile;
}

function keyOf({ partition, block }: BlockAddress): number {
  return partition * 2 ** 32 + block;
}
