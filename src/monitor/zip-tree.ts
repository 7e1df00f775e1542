/** A zip that somebody packed by any program: its entries may be compressed. The format is left to yauzl. */
import { type Entry, openPromise, type ZipFile } from 'yauzl';
import { type Content, checkRange } from '../content/content.js';
import { openFile } from '../content/file.js';
import { byCodeUnit, type FileTree } from '../content/tree.js';
import { InplaceError } from '../errors.js';
import { LARGEST_FILE } from './parse.js';

/** Far more than any number of runs leaves. */
const MOST_ENTRIES = 1_000_000;

export interface PackedTree extends FileTree {
  close(): void;
}

/**
 * Lists a zip; files are unpacked when they are read, each as a whole.
 * @throws InplaceError SOURCE_MISSING, SOURCE_UNREADABLE, SOURCE_CORRUPT
 */
export async function openPackedTree(path: string): Promise<PackedTree> {
  // says in plain words when the file is not there or may not be read
  await (await openFile(path)).close();
  try {
    const zip = await openPromise(path, { autoClose: false, strictFileNames: false, validateEntrySizes: true });
    if (zip.entryCount > MOST_ENTRIES) throw new Error(`it claims ${zip.entryCount} entries`);
    const files: { path: string; content: Content; modified: Date }[] = [];
    for await (const entry of zip.eachEntry()) {
      if (entry.fileName.endsWith('/')) continue;
      const modified = entry.getLastModDate({ timezone: 'UTC' });
      files.push({ path: entry.fileName, content: new PackedContent(zip, entry, path), modified });
    }
    files.sort((a, b) => byCodeUnit(a.path, b.path));
    return { files, directories: [], close: () => zip.close() };
  } catch (error) {
    throw corrupt(path, undefined, error);
  }
}

/** A file in a zip; nothing of it stays in memory, so each read unpacks it anew. */
class PackedContent implements Content {
  readonly size: number;

  constructor(
    readonly zip: ZipFile,
    readonly entry: Entry,
    readonly file: string,
  ) {
    this.size = entry.uncompressedSize;
  }

  async read(position: number, into: Uint8Array): Promise<void> {
    checkRange(this, position, into.length);
    into.set((await this.#unpack()).subarray(position, position + into.length));
  }

  /** yauzl ends the stream with an error when there are more or fewer bytes than the directory says. */
  async #unpack(): Promise<Uint8Array> {
    if (this.size > LARGEST_FILE) throw new RangeError(`${this.entry.fileName} has ${this.size} bytes`);
    try {
      const chunks: Buffer[] = [];
      for await (const chunk of await this.zip.openReadStreamPromise(this.entry)) chunks.push(chunk as Buffer);
      return Buffer.concat(chunks);
    } catch (error) {
      throw corrupt(this.file, this.entry.fileName, error);
    }
  }
}

function corrupt(file: string, path: string | undefined, error: unknown): InplaceError {
  return new InplaceError(
    {
      code: 'SOURCE_CORRUPT',
      message: `The zip is damaged: ${error instanceof Error ? error.message : String(error)}`,
      where: { file, ...(path === undefined ? {} : { path }) },
      hint: 'Pack it again',
    },
    { cause: error },
  );
}
