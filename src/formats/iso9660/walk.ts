/** Walks one tree of directories of an image, bounded against everything a hostile image can claim. */
import { corrupt } from '../../bytes/corrupt.js';
import { quote } from '../../bytes/quote.js';
import type { Content } from '../../content/content.js';
import { byCodeUnit, type FileTree, type TreeFile } from '../../content/tree.js';
import { concatContent } from '../../content/views.js';
import { type DirectoryRecord, FILE_FLAGS } from './directory-record.js';
import { type DirectoryExtent, directoryExtent, directoryRecords, sectionContent } from './extents.js';
import { WalkLimits } from './limits.js';
import { badName, type NamedRecord, type Naming } from './naming.js';
import { placeAt, type VolumeDescriptor } from './volume.js';

interface PendingDirectory {
  readonly path: string;
  readonly depth: number;
  readonly extent: DirectoryExtent;
  /** where the record that names it lies, for messages */
  readonly namedAt: number;
}

/** Sections of a file that goes on in the next record (ECMA-119 9.1.6, multi-extent). */
interface PendingFile {
  readonly named: NamedRecord;
  readonly identifier: string;
  readonly sections: Content[];
}

/** Something that is neither a file nor a directory and is left out of the tree. */
export interface SkippedEntry {
  readonly path: string;
  /** `a symbolic link`, `a FIFO` … */
  readonly reason: string;
}

/** All files and directories, sorted. @throws InplaceError SOURCE_CORRUPT, SOURCE_UNSUPPORTED */
export async function walkTree(
  volume: VolumeDescriptor,
  naming: Naming,
): Promise<{ tree: FileTree; skipped: SkippedEntry[] }> {
  const walk = new Walk(volume, naming);
  await walk.run();
  walk.files.sort((a, b) => byCodeUnit(a.path, b.path));
  walk.directories.sort(byCodeUnit);
  return { tree: { files: walk.files, directories: walk.directories }, skipped: walk.skipped };
}

class Walk {
  readonly files: TreeFile[] = [];
  readonly directories: string[] = [];
  readonly skipped: SkippedEntry[] = [];
  readonly #limits: WalkLimits;
  readonly #pending: PendingDirectory[] = [];
  /** offsets of the directories entered so far: none is entered twice */
  readonly #seen = new Set<number>();

  constructor(
    readonly volume: VolumeDescriptor,
    readonly naming: Naming,
  ) {
    this.#limits = new WalkLimits(volume.image.size);
  }

  async run(): Promise<void> {
    const { root } = this.volume;
    this.#enter('', 0, directoryExtent(this.volume, root), root.offset);
    for (let next = this.#pending.pop(); next !== undefined; next = this.#pending.pop()) await this.#read(next);
  }

  #enter(path: string, depth: number, extent: DirectoryExtent, namedAt: number): void {
    const where = placeAt(this.volume, namedAt, 'DirectoryRecord');
    if (this.#seen.has(extent.offset)) {
      throw corrupt(`The directory at ${extent.offset} is reached a second time, as ${quote(path)}`, where);
    }
    this.#seen.add(extent.offset);
    this.#limits.directory(depth, extent.sizeBytes, where);
    this.#pending.push({ path, depth, extent, namedAt });
  }

  async #read(directory: PendingDirectory): Promise<void> {
    const names = new Set<string>();
    let file: PendingFile | undefined;
    let relocated = 0;
    for await (const records of directoryRecords(this.volume, directory.extent)) {
      for (const record of records) {
        if (isSelfOrParent(record) || record.flags & FILE_FLAGS.associated) continue;
        if (file !== undefined) {
          file = this.#nextSection(directory, record, file);
          continue;
        }
        const named = await this.naming(record, this.#limits);
        if (named.relocated) relocated += 1;
        else {
          this.#checkName(record, named.name, names);
          file = await this.#add(directory, record, named);
        }
      }
    }
    if (file !== undefined) {
      throw corrupt(
        `The directory ends before the last section of ${quote(file.named.name)}`,
        placeAt(this.volume, directory.extent.offset, 'DirectoryRecord.fileFlags'),
      );
    }
    // the place writers invent for directories that lie too deep is no directory of the tree
    if (relocated > 0 && names.size === 0 && /^\.?rr_moved$/i.test(directory.path)) {
      this.directories.splice(this.directories.indexOf(directory.path), 1);
    }
  }

  #checkName(record: DirectoryRecord, name: string, names: Set<string>): void {
    const reason =
      badName(name) ?? (names.has(name) ? `The name ${quote(name)} stands twice in its directory` : undefined);
    if (reason !== undefined)
      throw corrupt(reason, placeAt(this.volume, record.offset, 'DirectoryRecord.fileIdentifier'));
    names.add(name);
  }

  async #add(
    directory: PendingDirectory,
    record: DirectoryRecord,
    named: NamedRecord,
  ): Promise<PendingFile | undefined> {
    const path = directory.path === '' ? named.name : `${directory.path}/${named.name}`;
    this.#limits.entry(path, placeAt(this.volume, record.offset, 'DirectoryRecord'));
    if (named.special !== undefined) {
      this.skipped.push({ path, reason: named.special });
      return undefined;
    }
    if (record.flags & FILE_FLAGS.directory || named.childLinkLba !== undefined) {
      const extent =
        named.childLinkLba === undefined
          ? directoryExtent(this.volume, record)
          : await this.#relocatedExtent(named.childLinkLba, record);
      this.directories.push(path);
      this.#enter(path, directory.depth + 1, extent, record.offset);
      return undefined;
    }
    const content = sectionContent(this.volume, record);
    if (record.flags & FILE_FLAGS.multiExtent) {
      return { named: { ...named, name: path }, identifier: key(record), sections: [content] };
    }
    this.#addFile(path, named, content);
    return undefined;
  }

  /** Takes another record of the file; returns it while it goes on. */
  #nextSection(directory: PendingDirectory, record: DirectoryRecord, file: PendingFile): PendingFile | undefined {
    if (key(record) !== file.identifier || record.flags & FILE_FLAGS.directory) {
      throw corrupt(
        `Another record stands where the next section of ${quote(file.named.name)} is expected`,
        placeAt(this.volume, record.offset, 'DirectoryRecord.fileIdentifier'),
      );
    }
    this.#limits.entry('', placeAt(this.volume, directory.namedAt, 'DirectoryRecord'));
    file.sections.push(sectionContent(this.volume, record));
    if (record.flags & FILE_FLAGS.multiExtent) return file;
    this.#addFile(file.named.name, file.named, concatContent(file.sections));
    return undefined;
  }

  #addFile(path: string, named: NamedRecord, content: Content): void {
    // a time that is no time reads as the epoch, on every system alike
    this.files.push({ path, content, modified: named.modified ?? new Date(0) });
  }

  /** A CL entry gives a block only; the size stands in the directory's own first record (RRIP 4.1.5.1). */
  async #relocatedExtent(lba: number, record: DirectoryRecord): Promise<DirectoryExtent> {
    const offset = lba * this.volume.blockBytes;
    const where = placeAt(this.volume, record.offset, 'CL');
    const sizeBytes = Math.min(2048, this.volume.image.size - offset);
    if (sizeBytes <= 0) throw corrupt(`A relocated directory at ${offset} lies outside the image`, where);
    for await (const [self] of directoryRecords(this.volume, { offset, sizeBytes })) {
      if (self?.lba === lba && isSelfOrParent(self)) return directoryExtent(this.volume, self);
    }
    throw corrupt(`There is no directory at ${offset}, where a CL entry says one is`, where);
  }
}

function isSelfOrParent(record: DirectoryRecord): boolean {
  return record.identifier.length === 1 && record.identifier[0]! <= 1;
}

function key(record: DirectoryRecord): string {
  return Buffer.from(record.identifier).toString('latin1');
}
