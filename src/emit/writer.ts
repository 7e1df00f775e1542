import { CompareOutput } from './compare-output.js';
import { DescriptorOutput } from './descriptor-output.js';
import { DeviceOutput } from './device-output.js';
import { FileOutput } from './file-output.js';
import { FileTableReader } from './file-table.js';
import { FolderOutput } from './folder-output.js';
import type { DeviceSink, WriterOrders } from './messages.js';
import type { Output } from './output.js';
import { StepKind, stepCount, stepKind, stepLength, stepPosition, stepSource } from './program.js';
import { RING, Ring, SLOT } from './ring.js';

/**
 * Most bytes per write: half the ring, so that the reader has the other half meanwhile. It takes what is there: whole
 * slots, so that every write but the last of a file lies on pages in memory and on disk.
 */
const WRITE = RING / 2;

/** Writes what the reader has filled, into one output after the other. */
export class Writer {
  readonly #ring: Ring;
  readonly #output: Output;
  readonly #outputs: FileTableReader;
  /** position in the stream: given to the output so far */
  #written = 0;

  /** @throws SinkFailure when the output cannot be opened */
  constructor(readonly orders: WriterOrders) {
    this.#ring = new Ring(orders.memory);
    this.#outputs = new FileTableReader(orders.outputs);
    this.#output = openOutput(orders, this.#ring);
  }

  /** Writes everything, flushes and closes. @throws SinkFailure, Cancelled */
  run(): void {
    const { program } = this.orders;
    try {
      let end = 0;
      for (let step = 0; step < stepCount(program); step++) {
        const kind = stepKind(program, step);
        if (kind === StepKind.align || kind === StepKind.output || kind === StepKind.hole) this.#writeTo(end);
        end += stepLength(program, step);
        if (kind === StepKind.align) this.#written = end;
        if (kind === StepKind.hole) this.#output.skip(stepPosition(program, step));
        if (kind === StepKind.output) this.#output.begin(this.#outputs.file(stepSource(program, step)));
      }
      this.#writeTo(end);
      this.#ring.throwIfCancelled();
      this.#output.finish();
    } catch (error) {
      this.#output.abandon();
      throw error;
    }
  }

  /** Writes up to `end`, where the current output ends. */
  #writeTo(end: number): void {
    while (this.#written < end) {
      const slotEnd = (Math.floor(this.#written / SLOT) + 1) * SLOT;
      const filled = Math.min(this.#ring.awaitFilled(Math.min(slotEnd, end)), end, this.#written + WRITE);
      const upTo = filled === end ? end : Math.floor(filled / SLOT) * SLOT;
      const start = this.#written % RING;
      const count = Math.min(upTo - this.#written, RING - start);
      this.#output.write(this.#ring.bytes.subarray(start, start + count));
      this.#written += count;
      this.#ring.written = this.#written;
    }
  }
}

function openOutput({ sink }: WriterOrders, ring: Ring): Output {
  switch (sink.to) {
    case 'file':
      return new FileOutput(sink.path);
    case 'descriptor':
      return new DescriptorOutput(sink.descriptor, () => ring.throwIfCancelled());
    case 'device':
      return deviceOutput(sink.device, ring);
    case 'folder':
      return new FolderOutput();
  }
}

function deviceOutput(device: DeviceSink, ring: Ring): Output {
  const { changed } = device;
  const throwIfCancelled = () => ring.throwIfCancelled();
  return changed
    ? new CompareOutput({ ...device, changed }, throwIfCancelled)
    : new DeviceOutput(device, throwIfCancelled);
}
