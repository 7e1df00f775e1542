import type { Content } from './content.js';

/** A file as an ISO, a folder or a zip holds it. */
export interface TreeFile {
  /** path with `/` between names and none in front, names exactly as stored */
  readonly path: string;
  readonly content: Content;
  /** modification time, UTC, whole seconds */
  readonly modified: Date;
}

/** A tree that somebody made: an ISO, a folder, a zip. Files are sorted by path, by UTF-16 code unit. */
export interface FileTree {
  readonly files: readonly TreeFile[];
  /** paths of all directories, without the root, sorted */
  readonly directories: readonly string[];
}

/** The order of everything on the media: by UTF-16 code unit, never by locale. */
export function byCodeUnit(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
