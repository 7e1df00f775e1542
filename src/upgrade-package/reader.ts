/** What every part of the recognition needs: files by path, small files as INI, a place for findings. */
import { readBytes } from '../content/content.js';
import { closeContent } from '../content/file.js';
import type { FileTree, TreeFile } from '../content/tree.js';
import { type Finding, InplaceError } from '../errors.js';
import { type Ini, parseIni } from './ini.js';
import { type Find, lookup } from './lookup.js';

/** Bytes; ei.cfg, PID.txt and their like have a few hundred. */
const MAX_INI_BYTES = 64 * 1024;

export class MediaReader {
  readonly find: Find;
  readonly findings: Finding[] = [];

  /**
   * @param source host path of the ISO or folder
   * @param nameOf how messages call a file: a host path, or `Win.iso:sources/install.wim`
   */
  constructor(
    readonly source: string,
    readonly tree: FileTree,
    readonly nameOf: (file: TreeFile) => string,
  ) {
    this.find = lookup(tree);
  }

  /** Something is missing or contradicts itself, and the media can be used all the same. */
  warn(message: string, path?: string, hint?: string): void {
    this.findings.push({ ...this.#finding(message, path, hint), severity: 'warning' });
  }

  /** Without this it is no install media. */
  refuse(message: string, path?: string, hint?: string): void {
    this.findings.push(this.#finding(message, path, hint));
  }

  #finding(message: string, path: string | undefined, hint: string | undefined): Finding {
    return {
      code: 'NOT_WINDOWS_MEDIA',
      message,
      where: { file: this.source, ...(path === undefined ? {} : { path }) },
      ...(hint === undefined ? {} : { hint }),
    };
  }

  /** Runs a reader of one file; its problems become findings, and its file is closed. */
  async attempt<T>(file: TreeFile, read: () => Promise<T>): Promise<T | undefined> {
    try {
      return await read();
    } catch (error) {
      if (!(error instanceof InplaceError)) throw error;
      this.findings.push(...error.findings);
      return undefined;
    } finally {
      // a file of a folder is opened by reading it; those inside an ISO share the ISO's own
      await closeContent(file.content);
    }
  }

  /** A small text file; undefined when it is not there, cannot be read or is too large to be one. */
  async ini(path: string): Promise<Ini | undefined> {
    const file = this.find(path);
    if (file === undefined) return undefined;
    if (file.content.size > MAX_INI_BYTES) {
      this.warn(`${file.content.size} bytes are too many for this file; it is not read`, file.path);
      return undefined;
    }
    return this.attempt(file, async () => parseIni(await readBytes(file.content)));
  }
}
