import { corrupt } from '../../../bytes/corrupt.js';
import { quote } from '../../../bytes/quote.js';
import { type Content, readBytes } from '../../../content/content.js';
import { concatContent, rangeContent } from '../../../content/views.js';
import { clusterOffset, type FatGeometry } from '../geometry.js';
import { MAX_DIRECTORY_BYTES } from '../limits.js';
import { ATTRIBUTE } from '../structures/directory-entry.js';
import { type FoundEntry, readDirectory } from './directory.js';
import { FatTable, type Run } from './fat-table.js';

/** Bytes on the disk. */
export interface DiskRange {
  readonly offset: number;
  readonly size: number;
}

/** A file as the volume has it. */
export interface FoundFile {
  readonly path: string;
  /** its clusters; none for an empty file */
  readonly runs: readonly Run[];
  /** its bytes, without the rest of the last cluster */
  readonly ranges: readonly DiskRange[];
  readonly content: Content;
  readonly modified: Date;
}

export interface FoundDirectory {
  /** '' for the root */
  readonly path: string;
  readonly runs: readonly Run[];
  readonly bytes: Uint8Array;
  readonly entries: readonly FoundEntry[];
  /** byte behind the last entry that was ever used; no one looks further */
  readonly end: number;
}

export interface FoundVolume {
  readonly label: string;
  /** in the order of the directories */
  readonly files: readonly FoundFile[];
  /** the root is the first */
  readonly directories: readonly FoundDirectory[];
}

/** Media of inplace have far fewer; what has more is not read to its end. */
const MAX_ENTRIES = 2_000_000;
/** All directories are in memory; those of two million names have less. */
const MAX_DIRECTORIES_BYTES = 1024 * 1024 * 1024;
const MAX_PATH_LENGTH = 4096;

/** Walks the whole tree. @throws InplaceError SOURCE_CORRUPT */
export async function walkVolume(
  image: Content,
  geometry: FatGeometry,
  rootCluster: number,
  file: string,
): Promise<FoundVolume> {
  const walker = new Walker(image, geometry, file);
  await walker.walk(rootCluster);
  return walker;
}

class Walker implements FoundVolume {
  label = '';
  readonly files: FoundFile[] = [];
  readonly directories: FoundDirectory[] = [];
  readonly #fat: FatTable;
  #entriesLeft = MAX_ENTRIES;
  #bytesLeft = MAX_DIRECTORIES_BYTES;

  constructor(
    readonly image: Content,
    readonly geometry: FatGeometry,
    readonly file: string,
  ) {
    this.#fat = new FatTable(image, geometry, file);
  }

  async walk(rootCluster: number): Promise<void> {
    await this.#addDirectory('', rootCluster);
    // directories grow while they are walked
    for (const directory of this.directories) await this.#addEntries(directory);
  }

  async #addDirectory(path: string, firstCluster: number): Promise<void> {
    const runs = await this.#fat.chain(firstCluster, path);
    const ranges = this.#ranges(runs);
    const size = ranges.reduce((sum, range) => sum + range.size, 0);
    if (size > MAX_DIRECTORY_BYTES) throw this.#corrupt('The folder is larger than FAT32 allows', path);
    this.#bytesLeft -= size;
    if (this.#bytesLeft < 0) throw this.#corrupt('The volume has too many folders', path);
    const bytes = await readBytes(this.#content(ranges, path));
    const { entries, end } = readDirectory(bytes);
    this.#entriesLeft -= entries.length;
    if (this.#entriesLeft < 0) throw this.#corrupt('The volume has too many files', path);
    this.directories.push({ path, runs, bytes, entries, end });
  }

  async #addEntries({ path: parent, entries }: FoundDirectory): Promise<void> {
    const taken = new Set<string>();
    for (const entry of entries) {
      const { longName: name, attributes, firstCluster } = entry;
      if ((attributes & ATTRIBUTE.volumeId) !== 0) {
        if (parent === '') this.label = name.replace('.', '');
        continue;
      }
      const folder = (attributes & ATTRIBUTE.directory) !== 0;
      if (folder && parent !== '' && (name === '.' || name === '..')) continue;
      const path = this.#pathOf(parent, name);
      if (taken.has(name)) throw this.#corrupt('The name is there twice', path);
      taken.add(name);
      if (folder) await this.#addDirectory(path, firstCluster);
      else this.files.push(await this.#file(path, entry));
    }
  }

  #pathOf(parent: string, name: string): string {
    const path = parent === '' ? name : `${parent}/${name}`;
    if (/^\.{0,2}$|[/\0]/.test(name)) throw this.#corrupt(`${quote(name)} cannot be the name of a file`, parent);
    if (path.length > MAX_PATH_LENGTH) throw this.#corrupt('Folders are nested too deep', parent);
    return path;
  }

  async #file(path: string, { firstCluster, size, modified }: FoundEntry): Promise<FoundFile> {
    const runs = firstCluster === 0 ? [] : await this.#fat.chain(firstCluster, path);
    const ranges: DiskRange[] = [];
    let left = size;
    for (const range of this.#ranges(runs)) {
      const part = Math.min(left, range.size);
      if (part > 0) ranges.push({ offset: range.offset, size: part });
      left -= part;
    }
    if (left > 0) throw this.#corrupt(`The file has ${size} bytes and clusters for ${size - left}`, path);
    return { path, runs, ranges, content: this.#content(ranges, path), modified };
  }

  #ranges(runs: readonly Run[]): DiskRange[] {
    const { clusterBytes } = this.geometry;
    return runs.map(({ first, clusters }) => ({
      offset: clusterOffset(this.geometry, first),
      size: clusters * clusterBytes,
    }));
  }

  #content(ranges: readonly DiskRange[], path: string): Content {
    const last = ranges.find(({ offset, size }) => offset + size > this.image.size);
    if (last) throw this.#corrupt('The image ends before it', path);
    return concatContent(ranges.map(({ offset, size }) => rangeContent(this.image, offset, size)));
  }

  #corrupt(message: string, path: string): Error {
    return corrupt(message, { file: this.file, path });
  }
}
