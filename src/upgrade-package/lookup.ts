/** Finds files by a path in any case, as Windows does. */
import type { FileTree, TreeFile } from '../content/tree.js';

export type Find = (path: string) => TreeFile | undefined;

/** @returns a function that takes `/` or `\` between names; of two paths that differ in case only the first counts */
export function lookup(tree: FileTree): Find {
  const files = new Map<string, TreeFile>();
  for (const file of tree.files) {
    const key = fold(file.path);
    if (!files.has(key)) files.set(key, file);
  }
  return (path) => files.get(fold(path.replaceAll('\\', '/')));
}

function fold(path: string): string {
  return path.toLowerCase();
}
