import type { Content } from '../content/content.js';

/** A file of a folder or zip. */
export interface EmitFile {
  /** path with `/` between names and none in front */
  readonly path: string;
  readonly content: Content;
  readonly modified: Date;
  /** its bytes are known only when every other file is hashed; the last file of all */
  readonly late?: boolean;
}

/** Bytes of all the files. */
export function totalSize(files: readonly EmitFile[]): number {
  return files.reduce((sum, file) => sum + file.content.size, 0);
}
