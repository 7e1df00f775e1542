/** Puts files into an image's directory tree and takes them out, as Windows names them: in any letter case. */
import { quote } from '../../bytes/quote.js';
import { InplaceError } from '../../errors.js';
import { ATTRIBUTES, type Dentry, isDirectory, isReparsePoint, makeDentry } from './dentry.js';
import { walkTree } from './directory-tree.js';
import { blobsOf } from './streams.js';

/** Attributes that a file keeps when its bytes are replaced: what describes how those were stored does not fit any more. */
const KEPT = ATTRIBUTES.readOnly | ATTRIBUTES.hidden | ATTRIBUTES.system | ATTRIBUTES.archive;

export interface NewFile {
  /** path with `/` or `\` between names and none in front */
  readonly path: string;
  /** undefined for an empty file */
  readonly sha1: string | undefined;
  /** FILETIME */
  readonly time: bigint;
}

export class TreeEditor {
  /** how many more, or fewer, references there are to each blob */
  readonly references = new Map<string, number>();

  /**
   * @param root is changed
   * @param file how messages call the WIM
   */
  constructor(
    readonly root: Dentry,
    readonly file: string,
  ) {}

  /** Adds a file, with the directories it needs, or replaces the one of that name. Other names of a replaced file keep its bytes. */
  put({ path, sha1, time }: NewFile): void {
    const names = namesOf(path);
    const name = names.pop()!;
    const folder = this.#folder(names, time, path);
    const at = findChild(folder, name);
    const old = folder.children[at];
    if (old !== undefined && isDirectory(old)) throw this.#refused(path, 'There is a directory of this name');
    const attributes = (old === undefined ? ATTRIBUTES.archive : old.attributes & KEPT) || ATTRIBUTES.normal;
    const made = makeDentry({
      name,
      attributes,
      time,
      ...(sha1 === undefined ? {} : { sha1 }),
      ...(old === undefined ? {} : { instead: old }),
    });
    if (old === undefined) insert(folder, made);
    else {
      this.#count(old, -1);
      folder.children[at] = made;
    }
    this.#count(made, 1);
  }

  /** Takes out a file, or a directory with all that is in it. */
  delete(path: string): void {
    const names = namesOf(path);
    let folder = this.root;
    for (const [depth, name] of names.entries()) {
      const at = findChild(folder, name);
      const entry = folder.children[at];
      if (entry === undefined) throw this.#refused(path, 'There is no such file or directory in the image');
      if (depth === names.length - 1) {
        folder.children.splice(at, 1);
        this.#count(entry, -1);
        for (const below of walkTree(entry)) this.#count(below.entry, -1);
      } else folder = entry;
    }
  }

  #folder(names: readonly string[], time: bigint, path: string): Dentry {
    let folder = this.root;
    for (const name of names) {
      let next = folder.children[findChild(folder, name)];
      if (next === undefined) {
        next = makeDentry({ name, attributes: ATTRIBUTES.directory, time });
        insert(folder, next);
      }
      if (!isDirectory(next) || isReparsePoint(next)) {
        throw this.#refused(path, `${quote(next.name)} in the image is no directory`);
      }
      folder = next;
    }
    return folder;
  }

  #count(entry: Dentry, by: number): void {
    for (const sha1 of blobsOf(entry)) this.references.set(sha1, (this.references.get(sha1) ?? 0) + by);
  }

  #refused(path: string, message: string): InplaceError {
    return new InplaceError({ code: 'WIM_CHANGE', message, where: { file: this.file, path } });
  }
}

function namesOf(path: string): string[] {
  const names = path.split(/[\\/]/);
  if (names.some((name) => name === '' || name === '.' || name === '..')) throw new Error(`"${path}" is no path`);
  return names;
}

/** Index of the child of that name; that in the same letter case before others; -1 when there is none. */
export function findChild(folder: Dentry, name: string): number {
  const exact = folder.children.findIndex((child) => child.name === name);
  const key = name.toUpperCase();
  return exact !== -1 ? exact : folder.children.findIndex((child) => child.name.toUpperCase() === key);
}

/** In front of the first name that is greater: Windows and wimlib write directories in the order of upper-case names. */
function insert(folder: Dentry, entry: Dentry): void {
  const key = entry.name.toUpperCase();
  const at = folder.children.findIndex((child) => child.name.toUpperCase() > key);
  folder.children.splice(at === -1 ? folder.children.length : at, 0, entry);
}

/** The entry with that path, the root for ''; undefined when there is none. */
export function findEntry(root: Dentry, path: string): Dentry | undefined {
  let entry: Dentry | undefined = root;
  for (const name of path.split(/[\\/]/).filter((each) => each !== '')) {
    entry = entry?.children[findChild(entry, name)];
  }
  return entry;
}
