/** Checks a WIM: SHA-1 of every blob, the integrity table, and that every image's tree is whole. */
import { type Finding, InplaceError, interrupted } from '../../errors.js';
import { type Blob, byPlace } from './blobs.js';
import { walkTree } from './directory-tree.js';
import { WIM_HEADER_BYTES } from './header.js';
import { hashIntegrityChunk, type IntegrityTable, readIntegrityTable } from './integrity-table.js';
import { sha1OfContent } from './sha1.js';
import { blobsOf } from './streams.js';
import type { Wim } from './wim.js';

export interface WimVerification {
  /** empty when all of it holds */
  readonly findings: readonly Finding[];
  readonly blobs: number;
  /** uncompressed bytes that were hashed */
  readonly bytes: number;
  /** chunks of integrity tables that were hashed; 0 when there are none */
  readonly integrityChunks: number;
}

export interface VerifyWimOptions {
  /** bytes hashed, and bytes in all */
  onProgress?(done: number, total: number): void;
  readonly signal?: AbortSignal;
}

/** Findings that are listed; a WIM that is cut short would have one for each of its files. */
const MOST_FINDINGS = 1000;

/** @throws InplaceError INTERRUPTED, SOURCE_UNREADABLE, SOURCE_CHANGED */
export async function verifyWim(wim: Wim, options: VerifyWimOptions = {}): Promise<WimVerification> {
  return await new Verifier(wim, options).run();
}

/** Files that are named of those that share a damaged blob. */
const MOST_PATHS = 3;

interface BadBlob {
  readonly blob: Blob;
  /** SHA-1 of its bytes */
  readonly found: string;
  readonly paths: string[];
}

class Verifier {
  readonly #bad = new Map<string, BadBlob>();
  readonly #findings: Finding[] = [];
  #hidden = 0;
  #done = 0;
  readonly #blobs: readonly Blob[];
  readonly #tables: (IntegrityTable | undefined)[] = [];
  #total = 0;

  constructor(
    readonly wim: Wim,
    readonly options: VerifyWimOptions,
  ) {
    this.#blobs = [...wim.metadata, ...wim.blobs.values()].sort(byPlace);
  }

  async run(): Promise<WimVerification> {
    const { parts } = this.wim;
    for (const { content, header, file } of parts) {
      this.#tables.push(await this.#attempt('WIM_INTEGRITY', () => readIntegrityTable(content, header, file)));
    }
    this.#total = this.#blobs.reduce((sum, { content }) => sum + content.size, 0);
    for (const table of this.#tables) this.#total += table === undefined ? 0 : table.end;
    let integrityChunks = 0;
    for (const [i, table] of this.#tables.entries()) {
      if (table !== undefined) integrityChunks += await this.#integrity(i, table);
    }
    let bytes = 0;
    for (const blob of this.#blobs) {
      await this.#blob(blob);
      bytes += blob.content.size;
    }
    for (let image = 1; image <= this.wim.metadata.length; image++) await this.#tree(image);
    for (const bad of this.#bad.values()) this.#report(bad);
    if (this.#hidden > 0) {
      this.#findings.push({ code: 'WIM_BLOB', message: `There are ${this.#hidden} more problems like these` });
    }
    return { findings: this.#findings, blobs: this.#blobs.length, bytes, integrityChunks };
  }

  async #integrity(part: number, table: IntegrityTable): Promise<number> {
    const { content, file } = this.wim.parts[part]!;
    for (const [i, expected] of table.chunks.entries()) {
      const found = await hashIntegrityChunk(content, table, i);
      this.#progress(Math.min(table.chunkSizeBytes, table.end - i * table.chunkSizeBytes));
      if (Buffer.compare(found, expected) === 0) continue;
      const offset = WIM_HEADER_BYTES + i * table.chunkSizeBytes;
      const message = `The bytes from here are not those of the integrity table (chunk ${i + 1} of ${table.chunks.length})`;
      this.#add({ code: 'WIM_INTEGRITY', message, where: { file, offset } });
    }
    return table.chunks.length;
  }

  async #blob(blob: Blob): Promise<void> {
    const found = await this.#attempt('WIM_BLOB', () => sha1OfContent(blob.content));
    this.#progress(blob.content.size);
    if (found === undefined || found === blob.sha1) return;
    const paths = blob.metadata ? ['the directory tree of an image'] : [];
    this.#bad.set(blob.sha1, { blob, found, paths });
  }

  #report({ blob, found, paths }: BadBlob): void {
    const name = paths.length === 0 ? '' : `: ${paths.join(', ')}`;
    const message = `The SHA-1 of a blob is ${found}, the blob table says ${blob.sha1}${name}`;
    this.#add({ code: 'WIM_BLOB', message, where: { file: blob.part.file, offset: blob.order[1] } });
  }

  /** Every blob that an image refers to must be there. */
  async #tree(image: number): Promise<void> {
    const tree = await this.#attempt('WIM_STRUCTURE', () => this.wim.tree(image));
    if (tree === undefined) return;
    for (const { path, entry } of walkTree(tree.root)) {
      for (const sha1 of blobsOf(entry)) {
        const bad = this.#bad.get(sha1);
        if (bad !== undefined && bad.paths.length < MOST_PATHS) bad.paths.push(`${path} (image ${image})`);
        if (this.wim.blobs.has(sha1)) continue;
        const message = `The blob ${sha1} is in no blob table`;
        this.#add({ code: 'WIM_BLOB', message, where: { file: this.wim.file, path: `${path} (image ${image})` } });
      }
    }
  }

  /** Runs a check; what breaks the rules of the format is a finding. */
  async #attempt<T>(code: Finding['code'], check: () => Promise<T>): Promise<T | undefined> {
    try {
      return await check();
    } catch (error) {
      if (!(error instanceof InplaceError) || !/^SOURCE_(CORRUPT|UNSUPPORTED)$/.test(error.code)) throw error;
      for (const { message, where } of error.findings) this.#add({ code, message, ...(where ? { where } : {}) });
      return undefined;
    }
  }

  #add(finding: Finding): void {
    if (this.#findings.length < MOST_FINDINGS) this.#findings.push(finding);
    else this.#hidden += 1;
  }

  #progress(bytes: number): void {
    if (this.options.signal?.aborted) throw interrupted(this.options.signal.reason);
    this.#done += bytes;
    this.options.onProgress?.(Math.min(this.#done, this.#total), this.#total);
  }
}
