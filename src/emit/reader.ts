import { FileTableReader } from './file-table.js';
import type { ReaderOrders, WorkerMessage } from './messages.js';
import { StepKind, stepCount, stepKind, stepLength, stepPosition, stepSource } from './program.js';
import { RING, Ring, SLOT } from './ring.js';
import { SourceReader } from './source-reader.js';
import { Summer } from './summer.js';

/** Fills the ring step by step; the hasher and the writer follow. */
export class Reader {
  readonly #ring: Ring;
  readonly #files = new SourceReader();
  readonly #sources: FileTableReader;
  /** set when no hash worker runs */
  readonly #summer: Summer | undefined;
  /** positions in the stream: read so far, shown to the others so far */
  #filled = 0;
  #published = 0;

  constructor(
    readonly orders: ReaderOrders,
    readonly tell: (message: WorkerMessage) => void,
  ) {
    this.#ring = new Ring(orders.memory);
    this.#filled = orders.from;
    this.#published = orders.from;
    this.#sources = new FileTableReader(orders.sources);
    if (orders.hashes) {
      this.#summer = new Summer(orders.program, this.#ring.sums, (step) => tell({ type: 'late', step }));
    }
  }

  /** Reads everything. @throws InplaceError about an input, Cancelled */
  run(): void {
    const { program, from } = this.orders;
    try {
      let end = 0;
      for (let step = 0; step < stepCount(program); step++) {
        const start = end;
        end += stepLength(program, step);
        if (end > from || start >= from) this.#step(step, Math.max(0, from - start));
      }
      this.#publish();
      this.#files.leave();
    } finally {
      this.#files.close();
    }
  }

  /** @param start bytes of the step that others have read */
  #step(step: number, start: number): void {
    const { program } = this.orders;
    const length = stepLength(program, step);
    switch (stepKind(program, step)) {
      case StepKind.local: {
        const { path, ...seen } = this.#sources.file(stepSource(program, step));
        const range = { path, offset: stepPosition(program, step), seen };
        this.#fill(start, length, (into, done) => this.#files.read(range, done, into));
        break;
      }
      case StepKind.zero:
        this.#fill(start, length, (into) => into.fill(0));
        break;
      case StepKind.late:
        this.#publish();
        if (length === 0) this.#ask(step, 0, this.#ring.bytes.subarray(0, 0));
        this.#fill(start, length, (into, done) => this.#ask(step, done, into));
        break;
      case StepKind.supplied:
        this.#fill(start, length, (into, done) => this.#ask(step, done, into));
        break;
      case StepKind.align:
        this.#advance(length - start);
        break;
    }
  }

  /** Fills the next bytes of the ring, at most to the end of a slot at a time. */
  #fill(start: number, length: number, read: (into: Uint8Array, done: number) => unknown): void {
    for (let done = start; done < length; ) {
      // a slot is entered when the others are done with what stands in it
      if (this.#filled % SLOT === 0) this.#ring.awaitTaken(this.#filled + SLOT - RING);
      const offset = this.#filled % RING;
      const count = Math.min(length - done, SLOT - (offset % SLOT));
      read(this.#ring.bytes.subarray(offset, offset + count), done);
      done += count;
      this.#advance(count);
    }
  }

  #advance(count: number): void {
    this.#filled += count;
    if (this.#filled % SLOT === 0) this.#publish();
  }

  /** Shows the others what is filled. */
  #publish(): void {
    if (this.#summer) {
      const start = this.#published % RING;
      this.#summer.update(this.#ring.bytes.subarray(start, start + this.#filled - this.#published));
      this.#ring.hashed = this.#filled;
    }
    this.#published = this.#filled;
    this.#ring.filled = this.#filled;
  }

  /** Lets the main thread put bytes of a content into the ring. */
  #ask(step: number, position: number, into: Uint8Array): void {
    const before = this.#ring.supplies;
    this.tell({ type: 'supply', step, position, offset: into.byteOffset, length: into.byteLength });
    this.#ring.awaitSupply(before);
  }
}
