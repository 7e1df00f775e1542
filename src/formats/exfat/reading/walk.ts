import { unsupported } from '../../../bytes/corrupt.js';
import { type Content, readBytes } from '../../../content/content.js';
import { concatContent, rangeContent, ZeroContent } from '../../../content/views.js';
import { bitmapBytes } from '../geometry.js';
import { MAX_DIRECTORY_BYTES } from '../limits.js';
import type { Run } from '../run.js';
import type { BootRegion } from '../structures/boot-region.js';
import { checksum32, nameHash } from '../structures/checksums.js';
import { MAX_TABLE_BYTES, readUpCaseTable, type UpCase, upperCase } from '../up-case/up-case-table.js';
import { Clusters } from './clusters.js';
import { BrokenEntry, type FoundEntry, type NameEntry, readDirectory, type TableEntry } from './directory.js';
import type { FoundDirectory, FoundFile, FoundVolume } from './found.js';

/** Media of inplace have far fewer; what has more is not read to its end. */
const MAX_ENTRIES = 2_000_000;
/** All directories are in memory; those of two million names have less. */
const MAX_DIRECTORIES_BYTES = 1024 * 1024 * 1024;
const MAX_PATH_LENGTH = 4096;
/** A bit for each is in memory, twice: 64 MiB. A stick of 2 TB has a sixteenth of them. */
const MAX_CLUSTERS_READ = 2 ** 28;

/** Walks the whole tree. @throws InplaceError SOURCE_CORRUPT */
export async function walkVolume(image: Content, boot: BootRegion, file: string): Promise<FoundVolume> {
  const { clusters } = boot.geometry;
  if (clusters > MAX_CLUSTERS_READ) throw unsupported(`The exFAT volume has ${clusters} clusters`, { file });
  const walker = new Walker(image, boot, file);
  await walker.walk();
  return walker;
}

class Walker implements FoundVolume {
  label = '';
  bitmap: readonly Run[] = [];
  upCaseTable: readonly Run[] = [];
  readonly files: FoundFile[] = [];
  readonly directories: FoundDirectory[] = [];
  readonly geometry;
  readonly serial;
  readonly #clusters: Clusters;
  #upCase: UpCase = new Uint16Array();
  #entriesLeft = MAX_ENTRIES;
  #bytesLeft = MAX_DIRECTORIES_BYTES;

  constructor(
    image: Content,
    readonly boot: BootRegion,
    file: string,
  ) {
    this.geometry = boot.geometry;
    this.serial = boot.serial;
    this.#clusters = new Clusters(image, boot.geometry, file);
  }

  async walk(): Promise<void> {
    await this.#clusters.checkFirstEntries();
    await this.#addDirectory('', await this.#clusters.chain(this.boot.rootCluster, ''));
    const { entries } = this.directories[0]!;
    const bits = await this.#readBitmap(this.#only(entries, 'bitmap'));
    await this.#readUpCaseTable(this.#only(entries, 'upCase'));
    // directories grow while they are walked
    for (const directory of this.directories) await this.#addEntries(directory);
    const missing = this.#clusters.missingIn(bits);
    if (missing !== undefined) throw this.#corrupt(`Cluster ${missing} is in use and the bitmap calls it free`, '');
  }

  #only(entries: readonly FoundEntry[], kind: TableEntry['kind']): TableEntry {
    const found = entries.filter((entry): entry is TableEntry => entry.kind === kind);
    if (found.length === 1) return found[0]!;
    const what = kind === 'bitmap' ? 'allocation bitmaps' : 'up-case tables';
    throw this.#corrupt(`The root has ${found.length} ${what}, expected one`, '');
  }

  async #readBitmap({ firstCluster, dataLength }: TableEntry): Promise<Uint8Array> {
    const bytes = bitmapBytes(this.geometry);
    if (dataLength !== bytes) throw this.#corrupt(`The allocation bitmap has ${dataLength} bytes, not ${bytes}`, '');
    this.bitmap = await this.#clusters.chain(firstCluster, '', this.#count(bytes));
    return await readBytes(this.#content(this.bitmap, bytes, ''));
  }

  async #readUpCaseTable({ firstCluster, dataLength, checksum }: TableEntry): Promise<void> {
    if (dataLength > MAX_TABLE_BYTES) throw this.#corrupt(`The up-case table has ${dataLength} bytes`, '');
    this.upCaseTable = await this.#clusters.chain(firstCluster, '', this.#count(dataLength));
    const bytes = await readBytes(this.#content(this.upCaseTable, dataLength, ''));
    if (checksum32(bytes) !== checksum) throw this.#corrupt('The up-case table does not have its TableChecksum', '');
    const upCase = readUpCaseTable(bytes);
    if (typeof upCase === 'string') throw this.#corrupt(`The up-case table ${upCase}`, '');
    this.#upCase = upCase;
  }

  async #addDirectory(path: string, runs: readonly Run[]): Promise<void> {
    const size = runs.reduce((sum, { clusters }) => sum + clusters, 0) * this.geometry.clusterBytes;
    if (size > MAX_DIRECTORY_BYTES) throw this.#corrupt('The folder is larger than exFAT allows', path);
    this.#bytesLeft -= size;
    if (this.#bytesLeft < 0) throw this.#corrupt('The volume has too many folders', path);
    const bytes = await readBytes(this.#content(runs, size, path));
    try {
      const { entries, end } = readDirectory(bytes, path === '');
      this.#entriesLeft -= entries.length;
      if (this.#entriesLeft < 0) throw this.#corrupt('The volume has too many files', path);
      this.directories.push({ path, runs, bytes, entries, end });
    } catch (error) {
      if (!(error instanceof BrokenEntry)) throw error;
      throw this.#corrupt(`${error.message} (byte ${error.at} of the folder)`, path);
    }
  }

  async #addEntries({ path: parent, entries }: FoundDirectory): Promise<void> {
    const taken = new Set<string>();
    for (const entry of entries) {
      if (entry.kind === 'label') this.label = entry.label;
      if (entry.kind !== 'name') continue;
      const { name } = entry;
      const path = parent === '' ? name : `${parent}/${name}`;
      if (path.length > MAX_PATH_LENGTH) throw this.#corrupt('Folders are nested too deep', parent);
      const upper = upperCase(name, this.#upCase);
      if (nameHash(upper) !== entry.nameHash) throw this.#corrupt('NameHash does not fit the name', path);
      if (taken.has(upper)) throw this.#corrupt('The name is there twice', path);
      taken.add(upper);
      const runs = await this.#runsOf(entry, path);
      if (entry.folder) await this.#addDirectory(path, runs);
      else this.files.push(this.#file(path, entry, runs));
    }
  }

  async #runsOf(entry: NameEntry, path: string): Promise<Run[]> {
    const { firstCluster, dataLength, validDataLength, noFatChain, folder } = entry;
    if (validDataLength > dataLength) throw this.#corrupt('ValidDataLength is more than DataLength', path);
    if (folder && (validDataLength !== dataLength || dataLength % this.geometry.clusterBytes !== 0)) {
      throw this.#corrupt(`The folder has ${validDataLength} valid bytes of ${dataLength}`, path);
    }
    if ((firstCluster === 0) !== (dataLength === 0)) {
      throw this.#corrupt(`FirstCluster is ${firstCluster} and DataLength ${dataLength}`, path);
    }
    if (dataLength === 0) return [];
    const count = this.#count(dataLength);
    if (count > this.geometry.clusters) throw this.#corrupt(`DataLength is ${dataLength}, more than the volume`, path);
    return noFatChain
      ? this.#clusters.run(firstCluster, count, path)
      : await this.#clusters.chain(firstCluster, path, count);
  }

  /** What lies behind ValidDataLength was never written, and reads as zeros (7.6.5). */
  #file(path: string, { dataLength, validDataLength, modified }: NameEntry, runs: readonly Run[]): FoundFile {
    const stored = this.#content(runs, dataLength, path);
    const content =
      validDataLength === dataLength
        ? stored
        : concatContent([rangeContent(stored, 0, validDataLength), new ZeroContent(dataLength - validDataLength)]);
    return { path, runs, ranges: this.#clusters.ranges(runs, dataLength), content, modified };
  }

  #count(bytes: number): number {
    return Math.ceil(bytes / this.geometry.clusterBytes);
  }

  #content(runs: readonly Run[], length: number, path: string): Content {
    return this.#clusters.content(this.#clusters.ranges(runs, length), path);
  }

  #corrupt(message: string, path: string): Error {
    return this.#clusters.corrupt(message, path);
  }
}
