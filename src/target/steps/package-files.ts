/** What lies in a package, in an order that every computer agrees on. */
import type { Machine } from '../machine.js';

/** A package deeper than this is not ours: a loop of junctions. */
const DEEPEST = 32;

/**
 * Paths of the files below a folder whose name fits, in the order of their names, those of a folder before its sub-folders.
 * @param fits tested against the name in lower case
 */
export function filesBelow(machine: Machine, folder: string, fits: RegExp, depth = 0): string[] {
  const files: string[] = [];
  const folders: string[] = [];
  for (const name of machine.files.list(folder).slice().sort(byName)) {
    const path = `${folder}\\${name}`;
    if (machine.files.stat(path)?.folder === true) folders.push(path);
    else if (fits.test(name.toLowerCase())) files.push(path);
  }
  if (depth >= DEEPEST) return files;
  for (const below of folders) for (const path of filesBelow(machine, below, fits, depth + 1)) files.push(path);
  return files;
}

/** By lower-case code units: no locale of a computer changes it. */
function byName(a: string, b: string): number {
  const left = a.toLowerCase();
  const right = b.toLowerCase();
  if (left === right) return 0;
  return left < right ? -1 : 1;
}

/** The last name of a path. */
export function nameOf(path: string): string {
  return path.substring(path.lastIndexOf('\\') + 1);
}
