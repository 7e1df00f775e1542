/** Directory tree of an image: reads the entries of its metadata resource, and writes them again. */
import { corrupt } from '../../bytes/corrupt.js';
import { quote } from '../../bytes/quote.js';
import { viewOf, writeUint64 } from '../../bytes/view.js';
import type { Place } from '../../errors.js';
import { DENTRY_BYTES, DENTRY_FIELDS, type Dentry, isDirectory, readDentry } from './dentry.js';
import { readSecurityData, type SecurityData } from './security-data.js';

/** Directories in each other. Windows' longest paths leave room for more, but nothing on Windows media has a tenth of it. */
const MAX_DEPTH = 512;

/** A list of entries ends with eight zero bytes. */
const END_BYTES = 8;

export interface DirectoryTree {
  readonly security: SecurityData;
  readonly root: Dentry;
}

/**
 * Reads the whole tree. It cannot be larger than its bytes: no two directories share a list, and no entry is read twice.
 * @throws InplaceError SOURCE_CORRUPT
 */
export function readDirectoryTree(metadata: Uint8Array, where: Place): DirectoryTree {
  const security = readSecurityData(metadata, where);
  const root = readDentry(metadata, security.bytes.length, where);
  if (root === undefined || !isDirectory(root)) {
    throw corrupt('The metadata have no root directory', { ...where, field: 'Dentry' });
  }
  new TreeReader(metadata, where).read(root);
  return { security, root };
}

class TreeReader {
  readonly #lists = new Set<number>();
  /** entries that may still come: more do not fit into the metadata side by side */
  #left: number;

  constructor(
    readonly metadata: Uint8Array,
    readonly where: Place,
  ) {
    this.#left = Math.floor(metadata.length / DENTRY_BYTES);
  }

  read(root: Dentry): void {
    let level = [root];
    for (let depth = 0; level.length > 0; depth++) {
      if (depth > MAX_DEPTH) throw this.#corrupt(`Directories nested more than ${MAX_DEPTH} deep`);
      const next: Dentry[] = [];
      for (const directory of level) {
        if (directory.childrenOffset === 0) continue;
        this.#readList(directory);
        for (const child of directory.children) if (isDirectory(child)) next.push(child);
      }
      level = next;
    }
  }

  #readList(directory: Dentry): void {
    const { childrenOffset } = directory;
    if (this.#lists.has(childrenOffset)) {
      throw this.#corrupt(`Two directories share the list of entries at ${childrenOffset}, one is ${name(directory)}`);
    }
    this.#lists.add(childrenOffset);
    for (let at = childrenOffset; ; ) {
      const entry = readDentry(this.metadata, at, this.where);
      if (entry === undefined) return;
      this.#left -= 1;
      if (this.#left < 0) throw this.#corrupt('Lists of entries lie over each other');
      if (/^\.{0,2}$|[/\0]/.test(entry.name)) throw this.#corrupt(`An entry has the name ${quote(entry.name)}`);
      directory.children.push(entry);
      at += entry.raw.length;
    }
  }

  #corrupt(message: string): Error {
    return corrupt(message, { ...this.where, field: 'Dentry' });
  }
}

function name(dentry: Dentry): string {
  return dentry.name === '' ? 'the root' : quote(dentry.name);
}

/**
 * The metadata resource of a tree: security data, the root, then the list of each directory. Entries are taken over byte for byte,
 * but for the place of their children.
 */
export function renderDirectoryTree({ security, root }: DirectoryTree): Uint8Array<ArrayBuffer> {
  /** where the list of each directory begins */
  const lists = new Map<Dentry, number>();
  let length = security.bytes.length + root.raw.length + END_BYTES;
  walkDirectories(root, (directory) => {
    lists.set(directory, length);
    length += directory.children.reduce((sum, child) => sum + child.raw.length, 0) + END_BYTES;
  });
  const bytes = new Uint8Array(length);
  bytes.set(security.bytes);
  const view = viewOf(bytes);
  const put = (entry: Dentry, at: number): number => {
    bytes.set(entry.raw, at);
    writeUint64(view, at + DENTRY_FIELDS.children, lists.get(entry) ?? 0);
    return at + entry.raw.length;
  };
  put(root, security.bytes.length);
  for (const [directory, start] of lists) directory.children.reduce((at, child) => put(child, at), start);
  return bytes;
}

/** Every directory, those above first. */
function walkDirectories(root: Dentry, visit: (directory: Dentry) => void): void {
  const open = [root];
  for (let directory = open.pop(); directory !== undefined; directory = open.pop()) {
    visit(directory);
    for (const child of directory.children) if (isDirectory(child)) open.push(child);
  }
}

/** Every entry below a directory with its path, `/` between names; a directory before what is in it. */
export function* walkTree(root: Dentry, prefix = ''): Generator<{ readonly path: string; readonly entry: Dentry }> {
  const open = root.children.map((entry) => ({ path: prefix + entry.name, entry })).reverse();
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    yield next;
    for (let i = next.entry.children.length - 1; i >= 0; i--) {
      const entry = next.entry.children[i]!;
      open.push({ path: `${next.path}/${entry.name}`, entry });
    }
  }
}
