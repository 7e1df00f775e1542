/**
 * Writes a tree of files as a zip: entries are stored, so that the zip can be read in place, and the same inputs give
 * the same bytes: fixed modes, times in UTC, no host attributes. archiver writes the format, zip64 where it is needed.
 */
import { createHash } from 'node:crypto';
import { dirname } from 'node:path';
import { Readable } from 'node:stream';
import { ZipArchive, type ZipEntryData } from 'archiver';
import type { Content } from '../content/content.js';
import { parentsOf } from '../content/parents.js';
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
 * Writes the files in the given order, behind the empty directories: a file implies those that it lies in.
 * @param directories paths of all directories; those that hold something may be left out
 * @throws InplaceError as `emitImage`
 */
export async function emitZip(
  files: readonly EmitFile[],
  directories: readonly string[],
  sink: ImageSink,
  options: EmitTreeOptions = {},
): Promise<void> {
  throwIfAborted(options.signal);
  const parents = parentsOf([...files.map(({ path }) => path), ...directories]);
  const empty = directories.filter((path) => !parents.has(path));
  const zip = new ZipEmitter(files, empty, options);
  const names = [...files.map(({ path }) => path), ...empty];
  const needed = totalSize(files) + names.reduce((sum, name) => sum + 2 * Buffer.byteLength(name) + ENTRY_OVERHEAD, 0);
  if ('descriptor' in sink) {
    return await zip.run((check) => new ZipDescriptorTarget(sink.descriptor, check), { needed });
  }
  await replaceFile(sink.file, {
    pid: options.pid ?? process.pid,
    needed,
    write: (partial) =>
      zip.run(() => new ZipFileTarget(partial), {
        path: sink.file,
        folder: dirname(partial),
        temporary: partial,
        needed,
      }),
    check: () => throwIfAborted(options.signal),
    warn: (finding) => options.onWarning?.(finding),
  });
}

class ZipEmitter {
  readonly #archive = new ZipArchive({ store: true });
  readonly #reader = new SourceReader();
  readonly #digests = new Map<string, string>();
  /** bytes of files handed to archiver, bytes of the zip written */
  #read = 0;
  #written = 0;
  /** the first thing that went wrong */
  #failure: { readonly error: unknown } | undefined;

  constructor(
    readonly files: readonly EmitFile[],
    readonly emptyDirectories: readonly string[],
    readonly options: EmitTreeOptions,
  ) {}

  /** @param open gets what throws when the work was stopped, to be called before every write that had to wait */
  async run(open: (check: () => void) => ZipTarget, facts: Omit<SinkFacts, 'written'>): Promise<void> {
    const target = await explainSinkErrors({ ...facts, written: 0 }, async () => open(() => this.#check()));
    const timer = setInterval(() => this.#report(), PROGRESS_INTERVAL);
    try {
      await this.#transfer(target, facts);
      await explainSinkErrors({ ...facts, written: this.#written }, () => target.finish());
    } catch (error) {
      target.abandon();
      throw error;
    } finally {
      clearInterval(timer);
      this.#reader.close();
    }
    this.#report();
  }

  /**
   * Runs both sides. The first failure stops the other side, and both have ended when this throws: a side that slept on
   * would go on with a descriptor that is closed, and whose number may be another file's by then.
   */
  async #transfer(target: ZipTarget, facts: Omit<SinkFacts, 'written'>): Promise<void> {
    const fail = (error: unknown) => {
      this.#failure ??= { error };
      this.#archive.destroy();
    };
    this.#archive.on('error', fail);
    await Promise.all([this.#produce().catch(fail), this.#consume(target, facts).catch(fail)]);
    if (this.#failure) throw this.#failure.error;
  }

  /** @throws what stopped the work */
  #check(): void {
    throwIfAborted(this.options.signal);
    if (this.#failure) throw this.#failure.error;
  }

  #report(): void {
    this.options.onProgress?.({ written: this.#read, total: totalSize(this.files) });
  }

  /** Hands archiver one entry after the other. */
  async #produce(): Promise<void> {
    const newest = this.files.reduce((time, { modified }) => Math.max(time, modified.getTime()), 0);
    const date = this.options.modified ?? new Date(newest);
    for (const path of this.emptyDirectories) {
      await this.#append(Buffer.alloc(0), { name: `${path}/`, type: 'directory', date, mode: DIRECTORY_MODE });
    }
    for (const file of this.files) {
      if (file.late) this.options.beforeLate?.((path) => this.#digest(path));
      await this.#appendFile(file);
    }
    this.#reader.leave();
    await this.#unlessClosed(this.#archive.finalize());
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
      this.#check();
      see(piece);
      this.#read += piece.byteLength;
      yield piece;
    }
  }

  /** Waits until archiver has taken the entry, so that one at a time is in memory. Its source has ended in any case. */
  async #append(source: Buffer | Readable, entry: ZipEntryData): Promise<void> {
    this.#check();
    const taken = new Promise((resolve, reject) => {
      this.#archive.once('entry', resolve);
      // archiver does not pass on every error of its source
      if (source instanceof Readable) source.on('error', reject);
      this.#archive.append(source, entry);
    });
    try {
      await this.#unlessClosed(taken);
    } catch (error) {
      if (source instanceof Readable) await closeStream(source);
      throw error;
    }
  }

  /** Waits for archiver, which gives no answer any more once it is destroyed. */
  async #unlessClosed(answer: Promise<unknown>): Promise<void> {
    let onClose = () => {};
    const closed = new Promise<never>((_, reject) => {
      onClose = () => reject(new Error('The zip was closed'));
    });
    this.#archive.once('close', onClose);
    try {
      await Promise.race([answer, closed]);
    } finally {
      this.#archive.off('close', onClose);
    }
  }

  /** Writes what archiver hands out. */
  async #consume(target: ZipTarget, facts: Omit<SinkFacts, 'written'>): Promise<void> {
    const gatherer = new Gatherer(SLOT, async (bytes) => {
      this.#check();
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

/** Ends a stream, and the generator behind it, which may be in the middle of a read. */
async function closeStream(stream: Readable): Promise<void> {
  if (stream.closed) return;
  const closed = new Promise((resolve) => stream.once('close', resolve));
  stream.destroy();
  await closed;
}
