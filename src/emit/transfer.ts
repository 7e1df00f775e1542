/**
 * The main thread's side: starts the workers, supplies what only it can read, reports progress, cancels.
 *
 * Reader and writer are two threads, because a direct write waits for the disk: an image of 100,000 small files took
 * 4.3 s with both in one thread and 3.3 s with two (same rounds, 2 cores); one large file gains nothing when its source
 * is in the cache, for then the hasher is the slowest of the three.
 */
import { createHash } from 'node:crypto';
import { createRequire } from 'node:module';
import { Worker } from 'node:worker_threads';
import type { Content } from '../content/content.js';
import { type Finding, InplaceError, interrupted } from '../errors.js';
import type { HasherOrders, ReaderOrders, SystemError, WorkerMessage, WriterOrders, WriterSink } from './messages.js';
import { type Program, StepKind, stepKind, stepSource, streamLength } from './program.js';
import { allocate, Ring, SUM } from './ring.js';
import { type SinkFacts, SinkFailure, sinkError } from './sink-error.js';

/** What every way of emitting takes. */
export interface TransferOptions {
  /** called about four times a second, and once at the end; bytes */
  onProgress?(progress: { written: number; total: number }): void;
  /** called with what does not stop the work: something beside the output that cannot be removed */
  onWarning?(finding: Finding): void;
  /** stops the work: the call throws INTERRUPTED and leaves nothing behind */
  signal?: AbortSignal;
  /** processor cores there are; with one, the reader hashes by itself. Default: more than one */
  cores?: number;
}

export interface Transfer {
  readonly program: Program;
  /** the contents that supplied and late steps name */
  readonly supplied: readonly Content[];
  /** offset in the stream behind the last byte of each sum */
  readonly sumEnds: readonly number[];
  /** every output gets the same; several only where `onWriter` is given */
  readonly sinks: readonly WriterSink[];
  /** position in the stream where it begins; default 0 */
  readonly from?: number;
  /** nothing is hashed: late contents become known otherwise */
  readonly unhashed?: boolean;
  /** what is known of the output for an error about it; `written` is not known yet */
  readonly facts: Omit<SinkFacts, 'written'>;
  /** called with the number of a late step when all before it is hashed; `digestOf` gives a sum in hex */
  beforeLate?(step: number, digestOf: (sum: number) => string): void | Promise<void>;
  /** what became of each output; then one that fails does not stop the others */
  onWriter?(writer: number, outcome: WriterOutcome): void;
  /** every input is read and hashed to its end */
  onSourced?(): void;
}

export type WriterOutcome =
  | { readonly type: 'done' }
  /** the others went on without it; everything before `position` is written */
  | { readonly type: 'left'; readonly position: number }
  | { readonly type: 'failed'; readonly error: SystemError };

/** milliseconds between two reports of progress */
export const PROGRESS_INTERVAL = 250;
/** How long an interrupt waits for a writer that hangs in a write to a reader that does not read (ms). */
const GRACE = 2000;

const require = createRequire(import.meta.url);

/**
 * Carries the transfer out. When it returns or throws, the workers have ended and the output is closed.
 * @throws InplaceError SOURCE_*, SINK_FULL, SINK_FAILED, INTERRUPTED, and what the supplied contents throw
 */
export async function runTransfer(transfer: Transfer, options: TransferOptions): Promise<void> {
  throwIfAborted(options.signal);
  await new Run(transfer, options).finish();
}

/** @throws InplaceError INTERRUPTED */
export function throwIfAborted(signal: AbortSignal | undefined): void {
  if (signal?.aborted) throw interrupted(signal.reason);
}

/** One reader, one hasher, and a writer for each output. */
export class Run {
  readonly #ring: Ring;
  /** the views that the writers have */
  readonly #rings: readonly Ring[];
  readonly #workers: readonly Worker[];
  readonly #ended: Promise<unknown>;
  /** bytes that pass through the ring: those of the output, and gaps before the files of a folder */
  readonly #streamLength: number;
  /** workers that are done */
  #done = 0;
  /** reader and hasher that are not done */
  #sourcing: number;
  /** the first thing that went wrong */
  #failure: { readonly error: unknown } | undefined;
  #giveUp: () => void = () => {};
  #grace: NodeJS.Timeout | undefined;
  /** the late step that the hasher has reached, and who waits for it */
  #reached = -1;
  #onReached: () => void = () => {};

  constructor(
    readonly transfer: Transfer,
    readonly options: TransferOptions,
  ) {
    const { program, sinks, from = 0, unhashed = false } = transfer;
    const memory = allocate({ sums: program.sums, writers: sinks.length, from, unhashed });
    this.#ring = new Ring(memory);
    this.#rings = sinks.map((_, writer) => new Ring(memory, writer));
    const ofNothing = createHash('sha256').digest();
    for (let sum = 0; sum < program.sums; sum++) this.#ring.sums.set(ofNothing, sum * SUM);
    const forHasher: HasherOrders = { program: { steps: program.steps }, memory };
    const hashes = !unhashed && options.cores === 1;
    const reader: ReaderOrders = { ...forHasher, sources: program.sources, hashes, from };
    const sourcing = [startWorker('#emit/copier-worker', reader)];
    if (!hashes && !unhashed) sourcing.push(startWorker('#emit/hash-worker', forHasher));
    const shares = sinks.length > 1;
    const writers = sinks.map((sink, writer) => {
      const orders: WriterOrders = { ...forHasher, outputs: program.outputs, sink, from, writer, shares };
      return startWorker('#emit/copier-worker', orders);
    });
    this.#workers = [...sourcing, ...writers];
    this.#sourcing = sourcing.length;
    this.#streamLength = streamLength(program);
    this.#ended = Promise.all([
      ...sourcing.map((worker) => this.#listen(worker, undefined)),
      ...writers.map((worker, writer) => this.#listen(worker, writer)),
    ]);
  }

  async finish(): Promise<void> {
    const { signal } = this.options;
    const abort = () => this.#fail(interrupted(signal!.reason));
    signal?.addEventListener('abort', abort, { once: true });
    const timer = setInterval(() => this.#report(), PROGRESS_INTERVAL);
    try {
      await Promise.race([this.#ended, new Promise<void>((resolve) => (this.#giveUp = resolve))]);
    } finally {
      clearInterval(timer);
      clearTimeout(this.#grace);
      signal?.removeEventListener('abort', abort);
    }
    if (this.#failure) throw await this.#explain(this.#failure.error);
    if (this.#done < this.#workers.length) throw new Error('A worker ended before it was done');
    this.#report();
  }

  /** @param writer its number, for a writer */
  #listen(worker: Worker, writer: number | undefined): Promise<void> {
    worker.on('message', (message: WorkerMessage) => this.#receive(message, writer));
    worker.on('error', (error) => this.#fail(error));
    return new Promise((resolve) => worker.once('exit', () => resolve()));
  }

  #receive(message: WorkerMessage, writer: number | undefined): void {
    switch (message.type) {
      case 'supply':
        this.#supply(message).catch((error: unknown) => this.#fail(error));
        break;
      case 'late':
        this.#reached = message.step;
        this.#onReached();
        break;
      case 'done':
        this.#done += 1;
        if (writer === undefined) this.#sourced();
        else this.transfer.onWriter?.(writer, message);
        break;
      case 'left':
        this.#done += 1;
        this.transfer.onWriter?.(writer!, message);
        break;
      case 'sourceFailed':
        this.#fail(new InplaceError(message.findings));
        break;
      case 'sinkFailed':
        if (this.transfer.onWriter) this.#lose(writer!, message.error);
        else this.#fail(new SinkFailure(message.error));
        break;
    }
  }

  #sourced(): void {
    this.#sourcing -= 1;
    if (this.#sourcing === 0) this.transfer.onSourced?.();
  }

  /** One of several outputs failed: nobody waits for it any more. */
  #lose(writer: number, error: SystemError): void {
    this.#done += 1;
    this.#rings[writer]!.leave();
    this.transfer.onWriter?.(writer, { type: 'failed', error });
  }

  /** Stops everything; `finish` throws the error. */
  cancel(error: unknown): void {
    this.#fail(error);
  }

  async #supply(request: Extract<WorkerMessage, { type: 'supply' }>): Promise<void> {
    const { program, supplied } = this.transfer;
    const { step, position, offset, length } = request;
    if (stepKind(program, step) === StepKind.late && position === 0) {
      if (this.#reached < step && !this.transfer.unhashed) {
        await new Promise<void>((resolve) => (this.#onReached = resolve));
      }
      const known = streamLength(program, step);
      await this.transfer.beforeLate?.(step, (sum) => this.#digest(sum, known));
    }
    const into = this.#ring.bytes.subarray(offset, offset + length);
    await supplied[stepSource(program, step)]!.read(position, into);
    this.#ring.supplied();
  }

  /** A sum in hex; only those that end within the first `known` bytes of the stream are known. */
  #digest(sum: number, known: number): string {
    const end = this.transfer.sumEnds[sum];
    if (end === undefined || end > known) throw new Error('A digest was asked for that is not known');
    return Buffer.from(this.#ring.sums.subarray(sum * SUM, (sum + 1) * SUM)).toString('hex');
  }

  #report(): void {
    const { needed: total } = this.transfer.facts;
    this.options.onProgress?.({ written: this.written(0), total });
  }

  /** Bytes that an output has. */
  written(writer: number): number {
    const { needed } = this.transfer.facts;
    return this.#streamLength === 0 ? needed : Math.floor((this.#rings[writer]!.written / this.#streamLength) * needed);
  }

  /** Remembers the first error and stops the workers. */
  #fail(error: unknown): void {
    if (this.#failure) return;
    this.#failure = { error };
    this.#ring.cancel();
    if (this.transfer.sinks[0]!.to !== 'descriptor') return;
    this.#grace = setTimeout(() => {
      for (const worker of this.#workers) worker.unref();
      this.#giveUp();
    }, GRACE);
  }

  async #explain(error: unknown): Promise<unknown> {
    if (!(error instanceof SinkFailure)) return error;
    return await sinkError(error.error, { ...this.transfer.facts, written: this.written(0) });
  }
}

/** Worker files are named in package.json, so that they are found from the sources and from dist alike. */
function startWorker(name: string, orders: HasherOrders): Worker {
  return new Worker(require.resolve(name), { workerData: orders, execArgv: [], stdin: false });
}
