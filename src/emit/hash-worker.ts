/** Worker: follows the reader through the ring and sums what stands there. */
import { parentPort, workerData } from 'node:worker_threads';
import type { HasherOrders, WorkerMessage } from './messages.js';
import { streamLength } from './program.js';
import { Cancelled, RING, Ring, SLOT } from './ring.js';
import { Summer } from './summer.js';

const { program, memory } = workerData as HasherOrders;
const tell = (message: WorkerMessage) => parentPort?.postMessage(message);

try {
  const ring = new Ring(memory);
  const summer = new Summer(program, ring.sums, (step) => tell({ type: 'late', step }));
  const end = streamLength(program);
  let position = 0;
  while (position < end) {
    const filled = ring.awaitFilled(position + 1);
    while (position < filled) {
      const start = position % RING;
      const length = Math.min(filled - position, SLOT - (start % SLOT));
      summer.update(ring.bytes.subarray(start, start + length));
      position += length;
      ring.hashed = position;
    }
  }
  tell({ type: 'done' });
} catch (error) {
  if (!(error instanceof Cancelled)) throw error;
}
