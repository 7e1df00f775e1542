/** What the caller gives: a tree of names, the volume's identity, and where it has laid things out. */

/** One File Entry: the same object under several names is one file with hard links. */
export interface UdfFile {
  /** bytes */
  readonly size: number;
  readonly modified: Date;
}

export interface UdfDirectory {
  /** '' for the root */
  readonly name: string;
  readonly modified: Date;
  readonly directories: UdfDirectory[];
  readonly files: { readonly name: string; readonly file: UdfFile }[];
}

export interface UdfOptions {
  /** see `checkUdfLabel` */
  readonly label: string;
  /** 16 to 126 hexadecimal digits; no other volume has the first 16 (UDF 1.02 2.2.2.5) */
  readonly volumeSetId: string;
  readonly recorded: Date;
}

/** Where the caller has laid things out. */
export interface UdfPlace {
  /** sector of the volume */
  readonly partitionStart: number;
  /** blocks, metadata included */
  readonly partitionBlocks: number;
  /** sectors of the volume; each sequence has 16, the integrity sequence 2 */
  readonly mainVdsLba: number;
  readonly reserveVdsLba: number;
  readonly integrityLba: number;
  /** first block of a file in the partition; asked once for each file of at least one byte */
  dataBlock(file: UdfFile): number;
}
