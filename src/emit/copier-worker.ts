/** Worker: reads the inputs and writes the output, synchronously and in order. */
import { parentPort, workerData } from 'node:worker_threads';
import { InplaceError } from '../errors.js';
import { Copier } from './copier.js';
import type { CopierOrders, WorkerMessage } from './messages.js';
import { Cancelled } from './ring.js';
import { SinkFailure } from './sink-error.js';

const tell = (message: WorkerMessage) => parentPort?.postMessage(message);

try {
  new Copier(workerData as CopierOrders, tell).run();
  tell({ type: 'done' });
} catch (error) {
  if (error instanceof InplaceError) tell({ type: 'sourceFailed', findings: error.findings });
  else if (error instanceof SinkFailure) tell({ type: 'sinkFailed', error: error.error });
  else if (!(error instanceof Cancelled)) throw error;
}
