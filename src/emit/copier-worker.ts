/** Worker: one half of the copier. It reads the inputs into the ring, or writes the ring to the output, synchronously. */
import { parentPort, workerData } from 'node:worker_threads';
import { InplaceError } from '../errors.js';
import type { ReaderOrders, WorkerMessage, WriterOrders } from './messages.js';
import { Reader } from './reader.js';
import { Cancelled } from './ring.js';
import { SinkFailure } from './sink-error.js';
import { LeftBehind, Writer } from './writer.js';

const orders = workerData as ReaderOrders | WriterOrders;
const tell = (message: WorkerMessage) => parentPort?.postMessage(message);

try {
  if ('sink' in orders) new Writer(orders).run();
  else new Reader(orders, tell).run();
  tell({ type: 'done' });
} catch (error) {
  if (error instanceof InplaceError) tell({ type: 'sourceFailed', findings: error.findings });
  else if (error instanceof LeftBehind) tell({ type: 'left', position: error.position });
  else if (error instanceof SinkFailure) tell({ type: 'sinkFailed', error: error.error });
  else if (!(error instanceof Cancelled)) throw error;
}
