/**
 * Writes one drive, in an order that leaves at every moment the old media, the new media, or a drive that says
 * "inplace: unfinished" and does not start (issue 6).
 */
import { CHECK_FIELDS, EDGE } from '../emit/device-output.js';
import type { DeviceSink } from '../emit/messages.js';
import { beginEdges, type Edges, finishEdges, markDrive } from './edges.js';
import { type OpenDrive, pages } from './open-drive.js';
import { probeCapacity } from './probe.js';
import { checksOf, readBack } from './read-back.js';
import type { Unfinished } from './unfinished.js';

export interface WriteDriveOptions {
  /** see probeCapacity */
  readonly nonce: string;
  /** what the drive says of itself until it is done */
  readonly marker?: Unfinished;
  /** writes everything between the first and the last MiB, flushes, and leaves these two in the sink's `edges` */
  fill(sink: DeviceSink): Promise<void>;
  /** changes what was written, before the drive becomes what it shall be: reports are put back */
  amend?(): Promise<void>;
  /** bytes read back */
  onReadBack?(done: number, total: number): void;
  readonly signal?: AbortSignal;
}

/** @throws InplaceError DEVICE_*, SINK_FAILED, and what `fill` throws */
export async function writeDrive(drive: OpenDrive, options: WriteDriveOptions): Promise<void> {
  const sink = deviceSink(drive);
  const { marker = {} } = options;
  await beginEdges(drive, marker);
  await probeCapacity(drive, EDGE, drive.drive.sizeBytes - EDGE, options.nonce).catch(async (error: unknown) => {
    // where addresses wrap around, a stamp may stand on the marker
    await markDrive(drive, marker).catch(() => undefined);
    throw error;
  });
  await options.fill(sink);
  await readBack(drive, checksOf(new Uint32Array(sink.checks)), options);
  await options.amend?.();
  await finishEdges(drive, sinkEdges(sink), false);
}

/** The memory that is shared with the threads that write. */
export function deviceSink(drive: OpenDrive): DeviceSink {
  const size = drive.drive.sizeBytes;
  const Growable = SharedArrayBuffer as unknown as new (
    length: number,
    options: { maxByteLength: number },
  ) => SharedArrayBuffer;
  return {
    descriptor: drive.handle.fd,
    size,
    edges: new Growable(2 * EDGE, { maxByteLength: 2 * EDGE }),
    checks: new SharedArrayBuffer(Math.ceil(size / EDGE) * CHECK_FIELDS * Uint32Array.BYTES_PER_ELEMENT),
  };
}

/** Both MiB as they shall become. */
export function sinkEdges({ edges }: DeviceSink): Edges {
  const all = new Uint8Array(edges);
  const [head, tail] = [pages(EDGE), pages(EDGE)];
  head.set(all.subarray(0, EDGE));
  tail.set(all.subarray(EDGE));
  return { head, tail };
}
