/**
 * Writes a tree of files as a zip: entries are stored, so that the zip can be read in place, and the same inputs give
 * the same bytes: fixed modes, times in UTC, no host attributes. archiver writes the format, zip64 where it is needed.
 */
import { createHash } from 'node:crypto';
import { dirname } from 'node:path';
import { Readable } from 'node:stream';
import { ZipArchive, type ZipEntryData } from 'archiver';
import type { Content } from '../content/content.js';
import { contentPieces } from './content-pieces.js';
import { type EmitFile, totalSize } from './emit-file.js';
import type { EmitTreeOptions } from './emit-folder.js';
import type { ImageSink } from './emit-image.js';
import { Gatherer } from './gather.js';
import { replaceFile } from './replace-file.js';
import { SLOT } from './ring.js';
import { explainSinkErrors, type SinkFacts } from './sink-error.js';
import { SourceReader } from './source-reader.js';
import { PROGRESS_INTERVAL, throwIfAborted } from './transfer.js';
import { ZipDescriptorTarget, ZipFileTarget, type ZipTarget } from './zip-target.js';

const FILE_MODE = 0o644;
const DIRECTORY_MODE = 0o755;
/** Bytes that an entry takes beside its content and twice its name: local header, descriptor, central header, zip64. */
const ENTRY_OVERHEAD = 30 + 24 + 46 + 28;

/**
 * Writes the files in the given order, behind the directories.
 * @param directories paths of all directories; those that only hold files may be left out
 * @throws InplaceError as `emitImage`
 */
export async function emitZip(
  files: readonly EmitFile[],
  directories: readonly string[],
  sink: ImageSink,
  options: EmitTreeOptions = {},
): Promise<void> {
  throwIfAborted(options.signal);
  const zip = new ZipEmitter(files, directories, options);
  const names = [...files.map(({ path }) => path), ...directories];
  const needed = totalSize(files) + names.reduce((sum, name) => sum + 2 * Buffer.byteLength(name) + ENTRY_OVERHEAD, 0);
  const check = () => throwIfAborted(options.signal);
  if ('descriptor' in sink) return await zip.run(() => new ZipDescriptorTarget(sink.descriptor, check), { needed });
  await replaceFile(sink.file, {
    pid: options.pid ?? process.pid,
    needed,
    write: (partial) =>
      zip.run(() => new ZipFileTarget(partial), { path: sink.file, folder: dirname(partial), needed }),
    check,
  });
}

class ZipEmitter {
  readonly #archive = new ZipArchive({ store: true });
  readonly #reader = new SourceReader();
  readonly #digests = new Map<string, string>();
  /** bytes of files handed to archiver, bytes of the zip written */
  #read = 0;
  #written = 0;

  constructor(
    readonly files: readonly EmitFile[],
    readonly directories: readonly string[],
    readonly options: EmitTreeOptions,
  ) {}

  async run(open: () => ZipTarget, facts: Omit<SinkFacts, 'written'>): Promise<void> {
    const target = await explainSinkErrors({ ...facts, written: 0 }, async () => open());
    const timer = setInterval(() => this.#report(), PROGRESS_INTERVAL);
    try {
      await Promise.all([this.#produce(), this.#consume(target, facts)]);
      await explainSinkErrors({ ...facts, written: this.#written }, () => target.finish());
    } catch (error) {
      await target.abandon();
      throw error;
    } finally {
      clearInterval(timer);
      this.#archive.destroy();
      this.#reader.close();
    }
    this.#report();
  }

  #report(): void {
    this.options.onProgress?.({ written: this.#read, total: totalSize(this.files) });
  }

  /** Hands archiver one entry after the other. */
  async #produce(): Promise<void> {
    const newest = this.files.reduce((time, { modified }) => Math.max(time, modified.getTime()), 0);
    for (const path of this.directories) {
      const date = new Date(newest);
      await this.#append(Buffer.alloc(0), { name: `${path}/`, type: 'directory', date, mode: DIRECTORY_MODE });
    }
    for (const file of this.files) {
      if (file.late) this.options.beforeLate?.((path) => this.#digest(path));
      await this.#appendFile(file);
    }
    this.#reader.leave();
    await this.#archive.finalize();
  }

  #digest(path: string): string {
    const digest = this.#digests.get(path);
    if (digest === undefined) throw new Error(`"${path}" is not hashed yet`);
    return digest;
  }

  /** A file that fits into one buffer gets its sizes and sum in front; of others they follow the content. */
  async #appendFile({ path, content, modified }: EmitFile): Promise<void> {
    const hash = createHash('sha256');
    const pieces = this.#pieces(content, (piece) => hash.update(piece));
    const source = content.size > SLOT ? Readable.from(pieces, { objectMode: false }) : await collect(pieces);
    await this.#append(source, { name: path, date: modified, mode: FILE_MODE });
    this.#digests.set(path, hash.digest('hex'));
  }

  async *#pieces(content: Content, see: (piece: Uint8Array) => void): AsyncGenerator<Uint8Array> {
    for await (const piece of contentPieces(content, this.#reader)) {
      throwIfAborted(this.options.signal);
      see(piece);
      this.#read += piece.byteLength;
      yield piece;
    }
  }

  /** Waits until archiver has taken the entry, so that one at a time is in memory. */
  async #append(source: Buffer | Readable, entry: ZipEntryData): Promise<void> {
    const archive = this.#archive;
    await new Promise<void>((resolve, reject) => {
      const closed = () => settle(new Error('The zip was closed'));
      const taken = () => settle();
      const settle = (error?: Error) => {
        archive.off('entry', taken).off('error', settle).off('close', closed);
        if (error) reject(error);
        else resolve();
      };
      archive.on('entry', taken).on('error', settle).on('close', closed);
      // archiver does not pass on every error of its source
      if (source instanceof Readable) source.on('error', settle);
      archive.append(source, entry);
    });
  }

  /** Writes what archiver hands out. */
  async #consume(target: ZipTarget, facts: Omit<SinkFacts, 'written'>): Promise<void> {
    const gatherer = new Gatherer(SLOT, async (bytes) => {
      throwIfAborted(this.options.signal);
      await explainSinkErrors({ ...facts, written: this.#written }, () => target.write(bytes));
      this.#written += bytes.byteLength;
    });
    for await (const chunk of this.#archive) await gatherer.push(chunk as Uint8Array);
    await gatherer.flush();
  }
}

async function collect(pieces: AsyncGenerator<Uint8Array>): Promise<Buffer> {
  const all: Uint8Array[] = [];
  for await (const piece of pieces) all.push(piece);
  return Buffer.concat(all);
}
