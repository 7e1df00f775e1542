import { quote } from '../../../bytes/quote.js';
import { byCodeUnit } from '../../../content/tree.js';
import type { Finding } from '../../../errors.js';
import { checkUdfName, checkUdfPathBytes, pathBytes } from '../names.js';
import { BLOCK_SIZE } from '../structures/constants.js';
import { MAX_FILE_SIZE, MAX_LINKS } from '../structures/file-entry.js';
import { fidLength } from '../structures/file-identifier-descriptor.js';
import { MAX_ENTRIES, MAX_PATHS_LENGTH } from '../tree-limits.js';
import type { UdfDirectory, UdfFile } from './input.js';
import { FIRST_ENTRY_BLOCK, type PlannedDirectory, type PlannedFile, type PlannedTree } from './planned-tree.js';

/** Numbers every File Entry and places every FID. Problems go into `findings`; the plan is good when there are none. */
export function planTree(root: UdfDirectory, findings: Finding[]): PlannedTree {
  const planner = new TreePlanner(findings);
  planner.addRoot(root);
  // directories grow while they are walked: each File Entry lies near those of its siblings
  for (const directory of planner.directories) planner.addChildren(directory);
  planner.checkSize();
  planner.placeDirectories();
  return planner;
}

class TreePlanner implements PlannedTree {
  readonly entries: (PlannedDirectory | PlannedFile)[] = [];
  readonly directories: PlannedDirectory[] = [];
  readonly files: PlannedFile[] = [];
  fileNames = 0;
  metadataBlocks = 0;
  /** UTF-16 code units of all paths */
  #pathsLength = 0;
  readonly #byFile = new Map<UdfFile, PlannedFile>();

  constructor(readonly findings: Finding[]) {}

  addRoot(root: UdfDirectory): void {
    this.#addDirectory(root, '', 0, FIRST_ENTRY_BLOCK);
  }

  addChildren(parent: PlannedDirectory): void {
    let previous: string | undefined;
    for (const entry of sortedEntries(parent.directory)) {
      const path = parent.path === '' ? entry.name : `${parent.path}/${entry.name}`;
      const bytes = parent.pathBytes + pathBytes(entry.name);
      this.#pathsLength += path.length;
      this.#checkName(entry.name, path, previous);
      this.#checkPath(path, bytes, parent.pathBytes);
      previous = entry.name;
      const directory = 'directory' in entry;
      const child = directory
        ? this.#addDirectory(entry.directory, path, bytes, parent.block)
        : this.#addFileName(entry.file, path);
      if (directory) this.#addLink(parent, path);
      addFid(parent, entry.name, child.block, directory);
    }
  }

  /** What reader and checker refuse for its size is not written. */
  checkSize(): void {
    const names = this.directories.reduce((sum, directory) => sum + directory.names.length, 0);
    if (names > MAX_ENTRIES) {
      const message = `The media would have ${names} files and folders (a folder counts twice); at most ${MAX_ENTRIES} can be verified`;
      this.findings.push({ code: 'LAYOUT_LIMIT', message, hint: 'Pack collections of small files into archives' });
    }
    if (this.#pathsLength > MAX_PATHS_LENGTH) {
      const message = `All paths together have ${this.#pathsLength} characters; at most ${MAX_PATHS_LENGTH} can be verified`;
      this.findings.push({ code: 'LAYOUT_LIMIT', message, hint: 'Give folders shorter names, or nest them less' });
    }
  }

  placeDirectories(): void {
    let block = FIRST_ENTRY_BLOCK + this.entries.length;
    for (const directory of this.directories) {
      directory.dataBlock = block;
      block += Math.ceil(directory.size / BLOCK_SIZE);
    }
    this.metadataBlocks = block;
  }

  #addDirectory(directory: UdfDirectory, path: string, bytes: number, parentBlock: number): PlannedDirectory {
    const block = FIRST_ENTRY_BLOCK + this.entries.length;
    const planned: PlannedDirectory = {
      directory,
      path,
      pathBytes: bytes,
      parentBlock,
      block,
      linkCount: 1,
      names: [],
      icbBlocks: [],
      isDirectory: [],
      fidOffsets: [],
      size: 0,
      dataBlock: 0,
    };
    this.entries.push(planned);
    this.directories.push(planned);
    addFid(planned, '', parentBlock, true);
    return planned;
  }

  #addFileName(file: UdfFile, path: string): PlannedFile {
    this.fileNames += 1;
    const known = this.#byFile.get(file);
    if (known) {
      this.#addLink(known, path);
      return known;
    }
    const planned = { file, block: FIRST_ENTRY_BLOCK + this.entries.length, linkCount: 1 };
    this.#byFile.set(file, planned);
    this.entries.push(planned);
    this.files.push(planned);
    if (file.size > MAX_FILE_SIZE) this.findings.push(tooLarge(file, path));
    return planned;
  }

  #addLink(target: PlannedDirectory | PlannedFile, path: string): void {
    target.linkCount += 1;
    if (target.linkCount !== MAX_LINKS + 1) return;
    this.findings.push({
      code: 'LAYOUT_LIMIT',
      message: `More than ${MAX_LINKS} names or subdirectories refer to one File Entry, whose link count has 16 bits (ECMA-167 4/14.9.6)`,
      where: { path },
      hint: 'Spread the folders over several parent folders',
    });
  }

  #checkName(name: string, path: string, previous: string | undefined): void {
    const reason =
      checkUdfName(name) ?? (name === previous ? 'occurs twice in its folder (ECMA-167 4/8.6)' : undefined);
    if (reason === undefined) return;
    const message = `The name ${quote(name)} ${reason}`;
    this.findings.push({ code: 'MEDIA_NAME', message, where: { path }, hint: 'Give it another name' });
  }

  /** Only the first path on a branch that is too long is reported. */
  #checkPath(path: string, bytes: number, parentBytes: number): void {
    const reason = checkUdfPathBytes(bytes);
    if (reason === undefined || checkUdfPathBytes(parentBytes) !== undefined) return;
    const message = `The path ${reason}`;
    this.findings.push({ code: 'MEDIA_NAME', message, where: { path }, hint: 'Give its folders shorter names' });
  }
}

type Entry = { name: string; directory: UdfDirectory } | { name: string; file: UdfFile };

function sortedEntries(directory: UdfDirectory): Entry[] {
  const entries: Entry[] = [
    ...directory.directories.map((child) => ({ name: child.name, directory: child })),
    ...directory.files,
  ];
  return entries.sort((a, b) => byCodeUnit(a.name, b.name));
}

function addFid(directory: PlannedDirectory, name: string, icbBlock: number, isDirectory: boolean): void {
  directory.names.push(name);
  directory.icbBlocks.push(icbBlock);
  directory.isDirectory.push(isDirectory);
  directory.fidOffsets.push(directory.size);
  directory.size += fidLength(name);
}

function tooLarge(file: UdfFile, path: string): Finding {
  return {
    code: 'LAYOUT_LIMIT',
    message: `The file has ${file.size} bytes; the allocation descriptors of one File Entry reach ${MAX_FILE_SIZE} (ECMA-167 4/14.14.1.1, UDF 1.02 2.3.6)`,
    where: { path },
    hint: 'Leave it out, or split it',
  };
}
