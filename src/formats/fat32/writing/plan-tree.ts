import { sizeText } from '../../../bytes/size-text.js';
import { byCodeUnit } from '../../../content/tree.js';
import type { Finding } from '../../../errors.js';
import { INSTEAD_OF_FAT32, MAX_DIRECTORY_BYTES, MAX_FILE_SIZE } from '../limits.js';
import { isShortName, shortNames } from '../short-names.js';
import { ENTRY_BYTES, longNameEntries } from '../structures/directory-entry.js';
import type { FatDirectory, FatFile } from './input.js';
import type { PlannedDirectory } from './planned-tree.js';

/** The label in the root; `.` and `..` in every other directory. */
const ROOT_ENTRIES = 1;
const DOT_ENTRIES = 2;

/** Gives every name its entries. Problems go into `findings`; the root is the first, each directory before what is in it. */
export function planTree(root: FatDirectory, findings: Finding[]): PlannedDirectory[] {
  const directories: PlannedDirectory[] = [{ directory: root, path: '', names: [], bytes: ROOT_ENTRIES * ENTRY_BYTES }];
  // directories grow while they are walked
  for (const directory of directories) addNames(directory, directories, findings);
  return directories;
}

function addNames(parent: PlannedDirectory, directories: PlannedDirectory[], findings: Finding[]): void {
  const { directory } = parent;
  const targets = [
    ...directory.directories.map((child) => ({ name: child.name, child })),
    ...directory.files.map(({ name, file }) => ({ name, file })),
  ].sort((a, b) => byCodeUnit(a.name, b.name));
  const shorts = shortNames(targets.map(({ name }) => name));
  targets.forEach((entry, index) => {
    const { name } = entry;
    const path = parent.path === '' ? name : `${parent.path}/${name}`;
    const long = !isShortName(name);
    const target = 'child' in entry ? addDirectory(entry.child, path, parent, directories) : entry.file;
    parent.names.push({ name, shortName: shorts[index]!, offset: parent.bytes, long, target });
    parent.bytes += (1 + (long ? longNameEntries(name) : 0)) * ENTRY_BYTES;
    if ('file' in entry && entry.file.size > MAX_FILE_SIZE) findings.push(tooLarge(entry.file, path));
  });
  if (parent.bytes > MAX_DIRECTORY_BYTES) findings.push(tooMany(parent));
}

function addDirectory(
  directory: FatDirectory,
  path: string,
  parent: PlannedDirectory,
  directories: PlannedDirectory[],
): PlannedDirectory {
  const planned = { directory, path, parent, names: [], bytes: DOT_ENTRIES * ENTRY_BYTES };
  directories.push(planned);
  return planned;
}

function tooLarge({ size }: FatFile, path: string): Finding {
  return {
    code: 'LAYOUT_LIMIT',
    message: `The file has ${sizeText(size)}; on FAT32 a file has less than 4 GiB`,
    where: { path },
    hint: INSTEAD_OF_FAT32,
  };
}

function tooMany({ path, bytes, names }: PlannedDirectory): Finding {
  return {
    code: 'LAYOUT_LIMIT',
    message: `The ${names.length} names of the folder take ${bytes} bytes; on FAT32 a folder has at most ${MAX_DIRECTORY_BYTES}`,
    where: { path },
    hint: 'Spread the files over several folders, or give them shorter names',
  };
}
