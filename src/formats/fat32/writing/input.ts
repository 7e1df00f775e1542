/** What the caller gives: a tree of names. */

/** A file; the same object under two names is a mistake, for FAT files share nothing. */
export interface FatFile {
  /** bytes */
  readonly size: number;
  readonly modified: Date;
}

export interface FatDirectory {
  /** '' for the root */
  readonly name: string;
  readonly modified: Date;
  readonly directories: readonly FatDirectory[];
  readonly files: readonly { readonly name: string; readonly file: FatFile }[];
}
