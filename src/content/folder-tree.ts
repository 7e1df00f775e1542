/** Reads a folder of this computer as a tree of contents: upgrade packages, packages, finished folders. */
import { isUtf8 } from 'node:buffer';
import { closeSync, type Dirent, lstatSync, openSync, readdirSync, realpathSync, type Stats, statSync } from 'node:fs';
import { join, sep } from 'node:path';
import { setImmediate as otherWork } from 'node:timers/promises';
import { quote } from '../bytes/quote.js';
import type { Finding } from '../errors.js';
import { describeSystemError, FileContent, sourceUnreadable } from './file.js';
import { byCodeUnit, type FileTree, type TreeFile } from './tree.js';

export interface FolderTreeOptions {
  /** files and directories that are listed before the folder is called endless; default two million */
  readonly maximumEntries?: number;
  /** Whether an entry is left out, whatever it is: it is not opened, followed or descended into. */
  skip?(path: string): boolean;
  /** `refuse`: every symbolic link is a finding, even one that stays inside; default `follow` */
  readonly links?: 'follow' | 'refuse';
}

export interface FolderTree {
  readonly tree: FileTree;
  /** everything that cannot be taken along: links that lead out, special files, unreadable files, names that are no text */
  readonly findings: readonly Finding[];
  /** paths that `skip` left out, sorted; what lies below them is not listed */
  readonly skipped: readonly string[];
}

/** Entries between two pauses for other work, such as drawing progress. */
const ENTRIES_PER_TURN = 500;
/** Links can multiply a folder: two links to the parent's sibling on each of 30 levels are a milliard paths. */
const MAXIMUM_ENTRIES = 2_000_000;

/**
 * Lists a folder with all that is in it. Symbolic links are followed as long as they stay inside the folder,
 * unless the options say otherwise.
 * Modification times are cut to whole seconds. Problems with single files are findings, all of them at once.
 * @throws InplaceError SOURCE_MISSING, SOURCE_UNREADABLE when the folder itself cannot be read
 */
export async function readFolderTree(root: string, options: FolderTreeOptions = {}): Promise<FolderTree> {
  const realRoot = openRoot(root);
  const reader = new FolderReader(root, realRoot, options);
  await reader.run();
  reader.files.sort((a, b) => byCodeUnit(a.path, b.path));
  reader.directories.sort(byCodeUnit);
  reader.findings.sort((a, b) => byCodeUnit(a.where?.path ?? '', b.where?.path ?? ''));
  reader.skipped.sort(byCodeUnit);
  const { files, directories, findings, skipped } = reader;
  return { tree: { files, directories }, findings, skipped };
}

function openRoot(root: string): string {
  try {
    readdirSync(root);
    return realpathSync(root);
  } catch (error) {
    throw sourceUnreadable(root, error);
  }
}

interface PendingFolder {
  /** path in the tree, '' for the root */
  readonly path: string;
  /** where it really is */
  readonly real: string;
  /** the folder it was reached from; the chain up to the root shows whether a link leads back */
  readonly parent: PendingFolder | undefined;
}

/** Synchronous calls: 100,000 files took 0.7 s on two cores; a promise for each call costs several times that. */
class FolderReader {
  readonly files: TreeFile[] = [];
  readonly directories: string[] = [];
  readonly findings: Finding[] = [];
  readonly skipped: string[] = [];
  readonly maximumEntries: number;
  readonly #pending: PendingFolder[] = [];
  #entries = 0;

  constructor(
    readonly root: string,
    readonly realRoot: string,
    readonly options: FolderTreeOptions,
  ) {
    this.maximumEntries = options.maximumEntries ?? MAXIMUM_ENTRIES;
  }

  async run(): Promise<void> {
    this.#pending.push({ path: '', real: this.realRoot, parent: undefined });
    for (let folder = this.#pending.pop(); folder !== undefined; folder = this.#pending.pop()) {
      for (const entry of this.#list(folder)) {
        this.#entries += 1;
        if (this.#entries > this.maximumEntries) {
          this.#tooMany(folder);
          return;
        }
        if (this.#entries % ENTRIES_PER_TURN === 0) await otherWork();
        this.#take(folder, entry);
      }
    }
  }

  #tooMany(folder: PendingFolder): void {
    this.#pending.length = 0;
    const message = `The folder lists more than ${this.maximumEntries} files`;
    this.#report('PACKAGE_LINK', folder, message, 'Look for symbolic links that show the same folders many times');
  }

  /** Entries whose names are text; the others are reported. */
  #list(folder: PendingFolder): Dirent[] {
    try {
      const entries = readdirSync(folder.real, { withFileTypes: true });
      // Node puts U+FFFD for what is not UTF-8; a name may also really hold that character
      if (!entries.some((entry) => entry.name.includes('\ufffd'))) return entries;
      const good = new Set(this.#goodNames(folder));
      return entries.filter((entry) => good.has(entry.name));
    } catch (error) {
      this.#report('SOURCE_UNREADABLE', folder, `Cannot read the folder: ${describeSystemError(error)}`);
      return [];
    }
  }

  #goodNames(folder: PendingFolder): string[] {
    const names = readdirSync(folder.real, { encoding: 'buffer' });
    const bad = names.filter((name) => !isUtf8(name)).sort(Buffer.compare);
    for (const name of bad) {
      const shown = name.toString('latin1').replace(/[^\x20-\x7e]/g, (byte) => `\\x${byte.charCodeAt(0).toString(16)}`);
      this.#report('MEDIA_NAME', folder, `The name "${shown}" is not valid UTF-8`, 'Rename the file');
    }
    return names.filter((name) => isUtf8(name)).map((name) => name.toString('utf8'));
  }

  #take(folder: PendingFolder, entry: Dirent): void {
    const place = {
      path: folder.path === '' ? entry.name : `${folder.path}/${entry.name}`,
      real: folder.real.endsWith(sep) ? folder.real + entry.name : folder.real + sep + entry.name,
    };
    if (this.options.skip?.(place.path)) this.skipped.push(place.path);
    else if (entry.isDirectory()) this.#enter(place, folder);
    else if (entry.isSymbolicLink()) this.#follow(folder, place);
    else if (entry.isFile()) this.#addFile(place);
    // some file systems do not give the type with the name
    else this.#takeByStatus(folder, place);
  }

  #enter(place: Located, parent: PendingFolder): void {
    this.directories.push(place.path);
    this.#pending.push({ ...place, parent });
  }

  #takeByStatus(folder: PendingFolder, place: Located): void {
    const status = this.#status(place, lstatSync);
    if (status?.isSymbolicLink()) this.#follow(folder, place);
    else if (status !== undefined) this.#addByStatus(folder, place, status);
  }

  #addByStatus(folder: PendingFolder, place: Located, status: Stats): void {
    if (status.isDirectory()) this.#enter(place, folder);
    else if (status.isFile()) this.#addFile(place, status);
    else
      this.#report(
        'SOURCE_UNSUPPORTED',
        place,
        `Neither a file nor a folder but ${kindOf(status)}`,
        'Take it out of the folder',
      );
  }

  #addFile(place: Located, known?: Stats): void {
    const status = known ?? this.#status(place, statSync);
    if (status === undefined || !this.#readable(place)) return;
    const content = new FileContent(place.real, { size: status.size, modifiedMs: status.mtimeMs });
    this.files.push({ path: place.path, content, modified: new Date(Math.floor(status.mtimeMs / 1000) * 1000) });
  }

  #status(place: Located, read: (path: string) => Stats): Stats | undefined {
    try {
      return read(place.real);
    } catch (error) {
      this.#report('SOURCE_UNREADABLE', place, `Cannot read: ${describeSystemError(error)}`);
      return undefined;
    }
  }

  /** Opening alone tells: access lists of Windows and files held by others do not show in the mode. */
  #readable(place: Located): boolean {
    try {
      closeSync(openSync(place.real, 'r'));
      return true;
    } catch (error) {
      this.#report('SOURCE_UNREADABLE', place, `Cannot read: ${describeSystemError(error)}`);
      return false;
    }
  }

  /** A link to something inside the root stands for it; every other link is reported. */
  #follow(folder: PendingFolder, link: Located): void {
    if (this.options.links === 'refuse') {
      this.#reportLink(link, 'stands where a file or folder should');
      return;
    }
    let real: string;
    try {
      real = realpathSync(link.real);
    } catch (error) {
      const code = (error as NodeJS.ErrnoException).code;
      const reason = code === 'ELOOP' ? 'leads back to itself' : code === 'ENOENT' ? 'leads nowhere' : undefined;
      if (reason === undefined) {
        this.#report('SOURCE_UNREADABLE', link, `Cannot follow the symbolic link: ${describeSystemError(error)}`);
      } else this.#reportLink(link, reason);
      return;
    }
    const refused = this.#whyNotFollow(folder, real);
    if (refused !== undefined) {
      this.#reportLink(link, refused);
      return;
    }
    const place = { path: link.path, real };
    const status = this.#status(place, statSync);
    if (status !== undefined) this.#addByStatus(folder, place, status);
  }

  #whyNotFollow(folder: PendingFolder, real: string): string | undefined {
    const base = this.realRoot.endsWith(sep) ? this.realRoot : this.realRoot + sep;
    if (real !== this.realRoot && !real.startsWith(base)) return `leads out of the folder, to ${quote(real)}`;
    for (let above: PendingFolder | undefined = folder; above !== undefined; above = above.parent) {
      if (above.real === real) return 'leads back to a folder it lies in';
    }
    return undefined;
  }

  #reportLink(link: Located, reason: string): void {
    this.#report('PACKAGE_LINK', link, `The symbolic link ${reason}`, 'Put the file itself into the folder');
  }

  #report(code: Finding['code'], place: Located, message: string, hint?: string): void {
    const where = { file: place.path === '' ? this.root : join(this.root, place.path), path: place.path };
    this.findings.push({ code, message, where, ...(hint === undefined ? {} : { hint }) });
  }
}

/** An entry: its path in the tree and where it really is. */
type Located = Pick<PendingFolder, 'path' | 'real'>;

function kindOf(status: Stats): string {
  if (status.isSocket()) return 'a socket';
  if (status.isFIFO()) return 'a pipe';
  return status.isBlockDevice() || status.isCharacterDevice() ? 'a device' : 'something else';
}
