/** The files of a simulated machine, over all its drives. */
import type { Drive, FileStat, Files } from '../machine.js';
import { type Entry, FileContent, folderEntry, foldersAbove, type SimulatedDrive } from './drive.js';

/** What files need of the machine they are on. */
export interface FilesHost {
  readonly drives: readonly SimulatedDrive[];
  /** milliseconds since the simulation began */
  readonly uptime: number;
  /** milliseconds since 1970 as the machine's clock has it */
  wallClock(): number;
  readonly canFlush: boolean;
  /** writes registry and tasks too, when the drive is that of Windows */
  flushed(drive: SimulatedDrive): void;
  /** paths that a living process has locked, in lower case, and which */
  readonly locks: Map<string, number>;
  /** lets time pass that a large copy takes; nothing happens meanwhile but the clock */
  spend(milliseconds: number): void;
}

/** Bytes that are copied or hashed in a millisecond: 200 MB in a second. */
const BYTES_PER_MILLISECOND = 200_000;

/** Files as one process sees them: its locks end with it. */
export class SimulatedFiles implements Files {
  constructor(
    readonly host: FilesHost,
    readonly process: number,
  ) {}

  readText(path: string): string {
    return this.#textOf(path);
  }

  readTail(path: string, length: number): string {
    const text = this.#textOf(path);
    return text.slice(Math.max(0, text.length - length));
  }

  writeText(path: string, text: string): void {
    this.#write(path, new FileContent(text, text.length), '');
  }

  appendText(path: string, text: string): void {
    const before = this.#find(path)?.content?.text ?? '';
    this.#write(path, new FileContent(before + text, before.length + text.length), '');
  }

  stat(path: string): FileStat | undefined {
    const found = this.#find(path);
    if (!found) return this.#isRoot(path) ? { folder: true, size: 0, modified: iso(0) } : undefined;
    return { folder: !found.content, size: found.content?.size ?? 0, modified: iso(found.modified) };
  }

  version(path: string): string {
    return this.#find(path)?.version ?? '';
  }

  list(folder: string): readonly string[] {
    const drive = this.#driveOf(folder);
    if (!drive) return [];
    const start = `${withoutEnd(folder)}\\`;
    const key = start.toLowerCase();
    const names: string[] = [];
    for (const [path, entry] of drive.entries.entries()) {
      if (path.startsWith(key) && !path.includes('\\', key.length)) names.push(entry.path.slice(start.length));
    }
    return names.sort();
  }

  createFolder(path: string): void {
    const drive = this.#writable(path);
    const folder = withoutEnd(path);
    for (const each of [...foldersAbove(folder), folder]) {
      const found = drive.entries.get(each.toLowerCase());
      if (found?.content) throw new Error(`A file with the name of the folder "${each}" is there`);
      if (!found) drive.put(folderEntry(each, this.host.wallClock()), this.host.uptime);
    }
  }

  createProtectedFolder(path: string): void {
    if (this.#find(path)?.foreign) throw new Error(`The folder "${path}" belongs to somebody else`);
    this.createFolder(path);
  }

  copyFile(from: string, to: string): void {
    const { content, version, modified } = this.#file(from);
    this.host.spend(content.size / BYTES_PER_MILLISECOND);
    this.#write(to, content, version, modified);
  }

  remove(path: string): void {
    if (!this.#find(path)) return;
    this.#writable(path).remove(withoutEnd(path), this.host.uptime);
  }

  sha256(path: string): string | undefined {
    const { content } = this.#file(path);
    this.host.spend(content.size / BYTES_PER_MILLISECOND);
    return content.sha256;
  }

  flush(name: string): boolean {
    const drive = this.#driveOf(name);
    if (!this.host.canFlush || !drive) return false;
    drive.flush();
    this.host.flushed(drive);
    return true;
  }

  lock(path: string): boolean {
    const key = path.toLowerCase();
    const owner = this.host.locks.get(key);
    if (owner !== undefined && owner !== this.process) return false;
    if (!this.#find(path)) this.writeText(path, '');
    this.host.locks.set(key, this.process);
    return true;
  }

  drives(): readonly Drive[] {
    return this.host.drives
      .filter(({ present, name }) => present && !name.startsWith('\\\\'))
      .map(({ name, model, freeBytes }) => ({
        name,
        kind: model.kind,
        label: model.label,
        freeBytes,
        totalBytes: model.totalBytes,
      }));
  }

  #textOf(path: string): string {
    const { content } = this.#file(path);
    if (content.text === undefined) throw new Error(`"${path}" holds no text`);
    return content.text;
  }

  #file(path: string): Entry & { readonly content: FileContent } {
    const entry = this.#find(path);
    if (!entry?.content) throw new Error(`File not found: "${path}"`);
    return { ...entry, content: entry.content };
  }

  #write(path: string, content: FileContent, version: string, modified = this.host.wallClock()): void {
    const drive = this.#writable(path);
    const lost = foldersAbove(path).at(-1);
    if (lost !== undefined && !drive.entries.get(lost.toLowerCase())) throw new Error(`Path not found: "${path}"`);
    const before = drive.entries.get(path.toLowerCase());
    if (before && !before.content) throw new Error(`"${path}" is a folder`);
    drive.put({ path: before?.path ?? path, content, modified, version, foreign: false }, this.host.uptime);
  }

  #find(path: string): Entry | undefined {
    return this.#driveOf(path)?.entries.get(withoutEnd(path).toLowerCase());
  }

  #isRoot(path: string): boolean {
    const drive = this.#driveOf(path);
    return drive !== undefined && withoutEnd(path).toLowerCase() === drive.name.toLowerCase();
  }

  #driveOf(path: string): SimulatedDrive | undefined {
    const key = path.toLowerCase();
    return this.host.drives.find(({ present, name }) => {
      const start = name.toLowerCase();
      return present && key.startsWith(start) && (key.length === start.length || key.charAt(start.length) === '\\');
    });
  }

  #writable(path: string): SimulatedDrive {
    const drive = this.#driveOf(path);
    if (!drive) throw new Error(`Path not found: "${path}"`);
    if (drive.model.readOnly) throw new Error(`The media is write protected: "${path}"`);
    return drive;
  }
}

function withoutEnd(path: string): string {
  return path.endsWith('\\') ? path.replace(/\\+$/, '') : path;
}

/** Whole seconds in UTC. */
function iso(milliseconds: number): string {
  return `${new Date(milliseconds).toISOString().slice(0, 19)}Z`;
}
