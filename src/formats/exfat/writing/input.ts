/** What the caller gives: a tree of names. */

/** A file; the same object under two names is a mistake, for exFAT files share nothing. */
export interface ExfatFile {
  /** bytes */
  readonly size: number;
  readonly modified: Date;
}

export interface ExfatDirectory {
  /** '' for the root */
  readonly name: string;
  readonly modified: Date;
  readonly directories: readonly ExfatDirectory[];
  readonly files: readonly { readonly name: string; readonly file: ExfatFile }[];
}
