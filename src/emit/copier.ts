import { DescriptorOutput } from './descriptor-output.js';
import { FileOutput } from './file-output.js';
import { FolderOutput } from './folder-output.js';
import type { CopierOrders, WorkerMessage } from './messages.js';
import type { Output } from './output.js';
import { StepKind, stepCount, stepKind, stepLength, stepPosition, stepSource } from './program.js';
import { RING, Ring, SLOT } from './ring.js';
import { SourceReader } from './source-reader.js';
import { Summer } from './summer.js';

/** Bytes per write: half the ring, so that the hasher has the other half meanwhile. Fewer, larger writes cost less system time. */
const WRITE = 4 * SLOT;

/** Carries out a program: fills the ring step by step, lets the hasher follow, and writes what is filled. */
export class Copier {
  readonly #ring: Ring;
  readonly #output: Output;
  readonly #reader = new SourceReader();
  /** set when no hash worker runs */
  readonly #summer: Summer | undefined;
  /** positions in the stream: read so far, shown to the hasher so far, given to the output so far */
  #filled = 0;
  #published = 0;
  #drained = 0;
  /** bytes given to outputs */
  #written = 0;

  /** @throws SinkFailure when the output cannot be opened */
  constructor(
    readonly orders: CopierOrders,
    readonly tell: (message: WorkerMessage) => void,
  ) {
    this.#ring = new Ring(orders.memory);
    if (orders.hashes) {
      this.#summer = new Summer(orders.program, this.#ring.sums, (step) => tell({ type: 'late', step }));
    }
    this.#output = openOutput(orders, this.#ring);
  }

  /** Does everything, flushes and closes. @throws InplaceError about an input, SinkFailure, Cancelled */
  run(): void {
    try {
      for (let step = 0; step < stepCount(this.orders.program); step++) this.#step(step);
      this.#publish();
      this.#drain();
      this.#reader.leave();
      this.#output.finish();
    } catch (error) {
      this.#reader.close();
      this.#output.abandon();
      throw error;
    }
  }

  #step(step: number): void {
    const { program } = this.orders;
    const source = stepSource(program, step);
    const length = stepLength(program, step);
    switch (stepKind(program, step)) {
      case StepKind.local: {
        const file = program.sources[source]!;
        const start = stepPosition(program, step);
        this.#fill(length, (into, done) => this.#reader.read(file, start + done, into));
        break;
      }
      case StepKind.zero:
        this.#fill(length, (into) => into.fill(0));
        break;
      case StepKind.late:
        this.#publish();
        if (length === 0) this.#ask(step, 0, this.#ring.bytes.subarray(0, 0));
        this.#fill(length, (into, done) => this.#ask(step, done, into));
        break;
      case StepKind.supplied:
        this.#fill(length, (into, done) => this.#ask(step, done, into));
        break;
      case StepKind.align:
        this.#drain();
        this.#drained += length;
        this.#advance(length);
        break;
      case StepKind.output:
        this.#drain();
        this.#output.begin(program.outputs[source]!);
        break;
    }
  }

  /** Fills the next bytes of the ring, at most to the end of a slot at a time. */
  #fill(length: number, read: (into: Uint8Array, done: number) => unknown): void {
    for (let done = 0; done < length; ) {
      if (this.#filled % SLOT === 0) this.#enterSlot();
      const offset = this.#filled % RING;
      const count = Math.min(length - done, SLOT - (offset % SLOT));
      read(this.#ring.bytes.subarray(offset, offset + count), done);
      done += count;
      this.#advance(count);
    }
  }

  /** Waits until the hasher is done with what stands in the slot; the output is, because it is drained at half a ring. */
  #enterSlot(): void {
    this.#ring.throwIfCancelled();
    if (!this.#summer) this.#ring.awaitHashed(this.#filled + SLOT - RING);
  }

  #advance(count: number): void {
    this.#filled += count;
    if (this.#filled % SLOT !== 0) return;
    this.#publish();
    if (this.#filled - this.#drained >= WRITE) this.#drain();
  }

  /** Shows the hasher what is filled. */
  #publish(): void {
    if (this.#summer && this.#filled > this.#published) {
      const start = this.#published % RING;
      this.#summer.update(this.#ring.bytes.subarray(start, start + this.#filled - this.#published));
    }
    this.#published = this.#filled;
    if (this.#summer) this.#ring.hashed = this.#filled;
    this.#ring.filled = this.#filled;
  }

  /** Gives the output what is filled. */
  #drain(): void {
    while (this.#drained < this.#filled) {
      const start = this.#drained % RING;
      const count = Math.min(this.#filled - this.#drained, RING - start);
      this.#output.write(this.#ring.bytes.subarray(start, start + count));
      this.#drained += count;
      this.#written += count;
    }
    this.#ring.written = this.#written;
  }

  /** Lets the main thread put bytes of a content into the ring. */
  #ask(step: number, position: number, into: Uint8Array): void {
    const before = this.#ring.supplies;
    this.tell({ type: 'supply', step, position, offset: into.byteOffset, length: into.byteLength });
    this.#ring.awaitSupply(before);
  }
}

function openOutput({ sink }: CopierOrders, ring: Ring): Output {
  switch (sink.to) {
    case 'file':
      return new FileOutput(sink.path);
    case 'descriptor':
      return new DescriptorOutput(sink.descriptor, () => ring.throwIfCancelled());
    case 'folder':
      return new FolderOutput();
  }
}
