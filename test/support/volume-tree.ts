import type { Content } from '../../src/content/content.js';
import { byCodeUnit } from '../../src/content/tree.js';

interface Found<F> {
  readonly files: readonly F[];
  readonly directories: readonly { readonly path: string }[];
}

/** The files and folders that the reader of FAT32 or exFAT found, sorted; without the root. */
export function treeOf<F extends { readonly path: string; readonly content: Content }>({
  files,
  directories,
}: Found<F>) {
  return {
    files: [...files].sort((a, b) => byCodeUnit(a.path, b.path)),
    directories: directories
      .map(({ path }) => path)
      .filter((path) => path !== '')
      .sort(byCodeUnit),
  };
}
