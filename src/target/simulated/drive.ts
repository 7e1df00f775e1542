/** One drive of a simulated machine: its files, what of them is on the disk, and how much room is left. */
import { createHash } from 'node:crypto';
import { DurableMap } from './durable-map.js';
import type { DriveModel, FileModel } from './model.js';
import type { Random } from './random.js';

/** What a file holds; text, or only a size for what nobody reads. */
export class FileContent {
  #sha256: string | undefined;

  constructor(
    readonly text: string | undefined,
    readonly size: number,
    /** what makes content without text differ from other content */
    readonly identity = '',
  ) {}

  /** Lower-case hex. */
  get sha256(): string {
    this.#sha256 ??= createHash('sha256')
      .update(this.text ?? `${this.identity}:${this.size}`)
      .digest('hex');
    return this.#sha256;
  }
}

/** A file or a folder. */
export interface Entry {
  /** the path as it was first written */
  readonly path: string;
  /** undefined: a folder */
  readonly content: FileContent | undefined;
  /** milliseconds since 1970 */
  readonly modified: number;
  readonly version: string;
  /** of somebody else, or a link */
  readonly foreign: boolean;
}

/** Entries of a model's files, with all folders above them. */
export function entriesOf(files: readonly FileModel[], modified: number): Map<string, Entry> {
  const entries = new Map<string, Entry>();
  for (const file of files) {
    for (const folder of foldersAbove(file.path)) {
      const key = folder.toLowerCase();
      if (!entries.has(key)) entries.set(key, folderEntry(folder, modified));
    }
    entries.set(file.path.toLowerCase(), {
      path: file.path,
      content: file.folder ? undefined : contentOf(file),
      modified: file.modified === undefined ? modified : Date.parse(file.modified),
      version: file.version ?? '',
      foreign: file.foreign ?? false,
    });
  }
  return entries;
}

export function folderEntry(path: string, modified: number): Entry {
  return { path, content: undefined, modified, version: '', foreign: false };
}

/** What a file of a model holds; without text its hash is made of its name and size. */
export function contentOf({ path, text, size }: FileModel): FileContent {
  if (size === undefined) return new FileContent(text ?? '', (text ?? '').length);
  return new FileContent(text, size, path.slice(path.lastIndexOf('\\') + 1).toLowerCase());
}

/** `C:\a\b\c` gives `C:\a` and `C:\a\b`; the drive itself is no folder. */
export function foldersAbove(path: string): string[] {
  const parts = path.split('\\');
  const first = path.startsWith('\\\\') ? 4 : 1;
  return parts.slice(first, -1).map((_, index) => parts.slice(0, first + index + 1).join('\\'));
}

/** Files by their path in lower case. */
export class SimulatedDrive {
  entries: DurableMap<Entry>;
  /** whether it is there; a stick may be pulled */
  present = true;
  /** the letter it has now */
  name: string;
  #used = 0;

  constructor(
    readonly model: DriveModel,
    files: ReadonlyMap<string, Entry>,
  ) {
    this.name = model.name;
    this.entries = new DurableMap(files);
  }

  /** It has another letter from now on; all of it is on the disk. */
  rename(name: string): void {
    if (name === this.name) return;
    const moved = [...this.entries.entries()].map(([key, entry]): [string, Entry] => [
      name.toLowerCase() + key.slice(this.name.length),
      { ...entry, path: name + entry.path.slice(this.name.length) },
    ]);
    this.entries = new DurableMap(moved);
    this.name = name;
  }

  get freeBytes(): number {
    return Math.max(0, this.model.freeBytes - this.#used);
  }

  /** @throws when there is no room for it */
  put(entry: Entry, at: number): void {
    const key = entry.path.toLowerCase();
    const more = (entry.content?.size ?? 0) - (this.entries.get(key)?.content?.size ?? 0);
    if (more > this.freeBytes) throw new Error('There is not enough space on the disk');
    this.#used += more;
    this.entries.set(key, entry, at);
  }

  /** Removes an entry and everything below it. */
  remove(path: string, at: number): void {
    const key = path.toLowerCase();
    for (const name of [...this.entries.keys()]) {
      if (name !== key && !name.startsWith(`${key}\\`)) continue;
      this.#used -= this.entries.get(name)?.content?.size ?? 0;
      this.entries.set(name, undefined, at);
    }
  }

  flush(): void {
    this.entries.flush();
  }

  /** What a power cut leaves. A file whose folder was lost is lost with it. */
  cut(random: Random, at: number): void {
    const before = sizeOf(this.entries);
    this.entries.cut(random, at, damaged);
    for (const [key, { path }] of [...this.entries.entries()]) {
      if (foldersAbove(path).some((folder) => !this.entries.get(folder.toLowerCase())))
        this.entries.setDurable(key, undefined);
    }
    this.#used += sizeOf(this.entries) - before;
  }
}

function sizeOf(entries: DurableMap<Entry>): number {
  let size = 0;
  for (const [, { content }] of entries.entries()) size += content?.size ?? 0;
  return size;
}

/**
 * NTFS keeps the name and the size, not the bytes: zeros, or text that ends in the middle. What was on the disk already
 * and was only added to stays: those clusters are not written again.
 */
function damaged(entry: Entry, random: Random, settled: Entry | undefined): Entry {
  const { content } = entry;
  if (!content) return entry;
  if (content.text === undefined) return { ...entry, content: new FileContent(undefined, content.size, 'damaged') };
  const before = settled?.content?.text ?? '';
  const whole = content.text.startsWith(before) ? before.length : 0;
  const kept = whole + random.below(content.text.length - whole + 1);
  const text =
    random.below(2) === 0
      ? content.text.slice(0, kept)
      : content.text.slice(0, kept) + '\0'.repeat(content.text.length - kept);
  return { ...entry, content: new FileContent(text, text.length) };
}
