import { quote } from '../../../bytes/quote.js';
import { byCodeUnit } from '../../../content/tree.js';
import type { Finding } from '../../../errors.js';
import { MAX_DIRECTORY_BYTES } from '../limits.js';
import { ENTRY_BYTES, entriesOf } from '../structures/directory-entry.js';
import { ourUpCaseTable, upperCase } from '../up-case/up-case-table.js';
import type { ExfatDirectory } from './input.js';
import type { PlannedDirectory } from './planned-tree.js';

/** In the root: the label, the place of the bitmap, the place of the up-case table. */
export const ROOT_ENTRIES = 3;

/** Gives every name its entries. Problems go into `findings`; the root is the first, each directory before what is in it. */
export function planTree(root: ExfatDirectory, findings: Finding[]): PlannedDirectory[] {
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
  const { upCase } = ourUpCaseTable();
  const taken = new Map<string, string>();
  for (const entry of targets) {
    const { name } = entry;
    const path = parent.path === '' ? name : `${parent.path}/${name}`;
    const upper = upperCase(name, upCase);
    const other = taken.get(upper);
    if (other !== undefined) findings.push(sameName(path, other));
    taken.set(upper, name);
    const target = 'child' in entry ? addDirectory(entry.child, path, directories) : entry.file;
    parent.names.push({ name, upper, offset: parent.bytes, target });
    parent.bytes += entriesOf(name) * ENTRY_BYTES;
  }
  if (parent.bytes > MAX_DIRECTORY_BYTES) findings.push(tooMany(parent));
}

function addDirectory(directory: ExfatDirectory, path: string, directories: PlannedDirectory[]): PlannedDirectory {
  const planned = { directory, path, names: [], bytes: 0 };
  directories.push(planned);
  return planned;
}

function sameName(path: string, other: string): Finding {
  return {
    code: 'MEDIA_NAME',
    message: `exFAT takes this name and ${quote(other, 255)} for the same one`,
    where: { path },
    hint: 'Rename one of the two',
  };
}

function tooMany({ path, bytes, names }: PlannedDirectory): Finding {
  return {
    code: 'LAYOUT_LIMIT',
    message: `The ${names.length} names of the folder take ${bytes} bytes; on exFAT a folder has at most ${MAX_DIRECTORY_BYTES}`,
    where: { path },
    hint: 'Spread the files over several folders, or give them shorter names',
  };
}
