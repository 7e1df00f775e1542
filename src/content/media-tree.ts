import { quote } from '../bytes/quote.js';
import type { Finding } from '../errors.js';
import type { Content } from './content.js';
import { byCodeUnit, type FileTree } from './tree.js';
import { checkPathLength, checkWindowsName, foldCase } from './windows-names.js';

/** A file that goes onto the media. */
export interface MediaFile {
  readonly content: Content;
  /** UTC, whole seconds */
  readonly modified: Date;
  /** where its bytes lie among the others: 0 upgrade package, 1 boot image, 2 packages, 3 generated, 4 manifest */
  readonly order: number;
  /** host path, or what generated it: for messages */
  readonly origin: string;
}

export interface MediaEntry {
  /** path on the media, `/` between names and none in front, NFC */
  readonly path: string;
  readonly file: MediaFile;
}

export interface MergeOptions {
  readonly order: number;
  /** host path of the ISO or folder the tree was read from */
  readonly origin: string;
  /** media paths, in any letter case, that are left out because something else takes their place */
  readonly except?: Iterable<string>;
  /** the time a file gets on the media; its own when left out */
  readonly modified?: (own: Date) => Date;
}

interface Folder {
  /** spelling on the media: that of the first who named it */
  readonly path: string;
  /** who named it first */
  readonly origin: string;
  readonly folders: Map<string, Folder>;
  readonly files: Map<string, MediaEntry>;
  /** how the tree that was merged last spells it */
  spellings?: { readonly merge: number; readonly names: Set<string> };
}

/** Everything that goes onto the media, under names that Windows can use. Problems are collected in `findings`. */
export class MediaTree {
  readonly #root: Folder = { path: '', origin: '', folders: new Map(), files: new Map() };
  readonly #entries: MediaEntry[] = [];
  readonly #folders: Folder[] = [];
  readonly #findings: Finding[] = [];
  #merges = 0;

  /** Names that Windows cannot use or cannot tell apart (MEDIA_NAME), with media path and origin. */
  get findings(): readonly Finding[] {
    return this.#findings;
  }

  /** Adds a file and the folders above it; letter case of folders that are there already does not matter. */
  add(path: string, file: MediaFile): void {
    this.#addFile(path, file, undefined);
  }

  /** Adds a folder, which may be empty. */
  addDirectory(path: string, origin = path): void {
    this.#findFolder(path.split('/'), origin, undefined);
  }

  /**
   * Adds a tree that somebody made. Folders that are on the media under another spelling are taken as the same;
   * within the tree itself two spellings are a collision.
   * @param at folder on the media, '' for the root
   */
  merge(tree: FileTree, at: string, options: MergeOptions): void {
    const merge = ++this.#merges;
    const except = new Set([...(options.except ?? [])].map((path) => foldCase(path.normalize('NFC'))));
    const prefix = at === '' ? '' : `${at}/`;
    if (at !== '') this.addDirectory(at, options.origin);
    for (const path of tree.directories) this.#findFolder(`${prefix}${path}`.split('/'), options.origin, merge);
    for (const { path, content, modified } of tree.files) {
      const target = `${prefix}${path}`;
      if (except.size > 0 && except.has(foldCase(target.normalize('NFC')))) continue;
      const time = options.modified?.(modified) ?? modified;
      const file = { content, modified: time, order: options.order, origin: `${options.origin}: ${path}` };
      this.#addFile(target, file, merge);
    }
  }

  /** Puts other files in the place of one that is there. @param path as `entries` spells it */
  replace(path: string, files: readonly MediaEntry[]): void {
    const index = this.#entries.findIndex((entry) => entry.path === path);
    if (index < 0) throw new Error(`There is no ${path} to replace`);
    this.#entries.splice(index, 1);
    const names = path.split('/');
    const name = names.pop()!;
    this.#findFolder(names, path, undefined)!.files.delete(foldCase(name));
    for (const { path: other, file } of files) this.add(other, file);
  }

  /** Whether a file or folder has this path, in any letter case. */
  has(path: string): boolean {
    const names = path.normalize('NFC').split('/').map(foldCase);
    const last = names.pop()!;
    let folder: Folder | undefined = this.#root;
    for (const name of names) folder = folder?.folders.get(name);
    return folder !== undefined && (folder.files.has(last) || folder.folders.has(last));
  }

  /** All files, sorted by path, by UTF-16 code unit. */
  entries(): readonly MediaEntry[] {
    return [...this.#entries].sort((a, b) => byCodeUnit(a.path, b.path));
  }

  /** Paths of all folders but the root, sorted by UTF-16 code unit. */
  directories(): readonly string[] {
    return this.#folders.map(({ path }) => path).sort(byCodeUnit);
  }

  #addFile(path: string, file: MediaFile, merge: number | undefined): void {
    const names = path.split('/');
    const name = names.pop()!;
    const folder = this.#findFolder(names, file.origin, merge);
    if (folder === undefined) return;
    const stored = name.normalize('NFC');
    const entry = { path: join(folder, stored), file };
    const key = foldCase(stored);
    const other = folder.files.get(key);
    const inTheWay = folder.folders.get(key);
    if (other) this.#collide(entry.path, name, file.origin, nameOf(other.path), other.file.origin);
    else if (inTheWay) this.#inTheWay(entry.path, 'folder', file.origin, inTheWay.origin);
    else {
      this.#checkName(entry.path, stored, file.origin);
      folder.files.set(key, entry);
      this.#entries.push(entry);
    }
  }

  /** The folder with these names, made where it is not there; undefined when a file is in the way. */
  #findFolder(names: readonly string[], origin: string, merge: number | undefined): Folder | undefined {
    let folder = this.#root;
    for (const name of names) {
      const stored = name.normalize('NFC');
      const key = foldCase(stored);
      const next = folder.folders.get(key);
      if (next === undefined) {
        const path = join(folder, stored);
        const file = folder.files.get(key);
        if (file) {
          this.#inTheWay(path, 'file', origin, file.file.origin);
          return undefined;
        }
        this.#checkName(path, stored, origin);
        const made: Folder = { path, origin, folders: new Map(), files: new Map() };
        folder.folders.set(key, made);
        this.#folders.push(made);
        folder = made;
      } else folder = next;
      if (merge !== undefined) this.#compareSpelling(folder, name, origin, merge);
    }
    return folder;
  }

  #compareSpelling(folder: Folder, name: string, origin: string, merge: number): void {
    if (folder.spellings?.merge !== merge) folder.spellings = { merge, names: new Set([name]) };
    const { names } = folder.spellings;
    if (names.has(name)) return;
    const [first] = names;
    names.add(name);
    this.#collide(folder.path, name, origin, first!, origin);
  }

  #checkName(path: string, name: string, origin: string): void {
    const tooLong = checkPathLength(path);
    for (const reason of [...checkWindowsName(name), ...(tooLong === undefined ? [] : [tooLong])]) {
      this.#report(path, `${reason[0]!.toUpperCase()}${reason.slice(1)}`, origin, 'Rename it, or leave it out');
    }
  }

  #collide(path: string, name: string, origin: string, other: string, otherOrigin: string): void {
    const source = origin === otherOrigin ? '' : `, which comes from ${otherOrigin},`;
    const message = `Windows takes ${quote(name, 255)} and ${quote(other, 255)}${source} for the same name`;
    this.#report(path, message, origin, 'Rename one of the two');
  }

  #inTheWay(path: string, what: string, origin: string, otherOrigin: string): void {
    this.#report(path, `A ${what} of this name is there already, from ${otherOrigin}`, origin, 'Rename one of the two');
  }

  #report(path: string, message: string, origin: string, hint: string): void {
    this.#findings.push({ code: 'MEDIA_NAME', message: `${message} (from ${origin})`, where: { path }, hint });
  }
}

function join(folder: Folder, name: string): string {
  return folder.path === '' ? name : `${folder.path}/${name}`;
}

function nameOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}
