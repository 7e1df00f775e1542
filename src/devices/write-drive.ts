/**
 * Writes one drive, in an order that leaves at every moment the old media, the new media, or a drive that says
 * "inplace: unfinished" and does not start (issue 6).
 */
import { crc32 } from 'node:zlib';
import { CHECK_FIELDS, EDGE } from '../emit/device-output.js';
import type { DeviceSink } from '../emit/messages.js';
import { InplaceError } from '../errors.js';
import { type OpenDrive, pages } from './open-drive.js';
import { probeCapacity } from './probe.js';
import { markUnfinished } from './unfinished.js';

const BLOCK = 4096;

export interface WriteDriveOptions {
  /** see probeCapacity */
  readonly nonce: string;
  /** writes everything between the first and the last MiB, flushes, and leaves these two in the sink's `edges` */
  fill(sink: DeviceSink): Promise<void>;
  /** bytes read back */
  onReadBack?(done: number, total: number): void;
  readonly signal?: AbortSignal;
}

/** @throws InplaceError DEVICE_*, SINK_FAILED, and what `fill` throws */
export async function writeDrive(drive: OpenDrive, options: WriteDriveOptions): Promise<void> {
  const size = drive.drive.sizeBytes;
  const Growable = SharedArrayBuffer as unknown as new (
    length: number,
    options: { maxByteLength: number },
  ) => SharedArrayBuffer;
  const sink: DeviceSink = {
    descriptor: drive.handle.fd,
    size,
    edges: new Growable(2 * EDGE, { maxByteLength: 2 * EDGE }),
    checks: new SharedArrayBuffer(Math.ceil(size / EDGE) * CHECK_FIELDS * Uint32Array.BYTES_PER_ELEMENT),
  };
  await begin(drive, size);
  await probeCapacity(drive, EDGE, size - EDGE, options.nonce);
  await options.fill(sink);
  await readBack(drive, new Uint32Array(sink.checks), options);
  await finish(drive, size, new Uint8Array(sink.edges));
}

/** The marker is on the drive before anything else of it changes. */
async function begin(drive: OpenDrive, size: number): Promise<void> {
  const bytes = pages(EDGE);
  markUnfinished(bytes);
  await drive.write(bytes, 0);
  await drive.flush();
  await drive.write(bytes.fill(0), size - EDGE);
  await drive.flush();
}

async function readBack(drive: OpenDrive, checks: Uint32Array, options: WriteDriveOptions): Promise<void> {
  const bytes = pages(EDGE);
  let total = 0;
  for (let field = 0; field < checks.length; field += CHECK_FIELDS) total += checks[field + 1]! - checks[field]!;
  let done = 0;
  for (let chunk = 0; chunk * CHECK_FIELDS < checks.length; chunk++) {
    const [from, end, sum] = checks.subarray(chunk * CHECK_FIELDS, (chunk + 1) * CHECK_FIELDS);
    if (end === 0) continue;
    if (options.signal?.aborted) throw new InplaceError({ code: 'INTERRUPTED', message: 'Stopped before it was done' });
    const part = bytes.subarray(0, end! - from!);
    await drive.read(part, chunk * EDGE + from!);
    if (crc32(part) !== sum) throw differs(drive, chunk * EDGE + from!);
    done += part.byteLength;
    options.onReadBack?.(done, total);
  }
}

/** The last MiB, then the first with its first block last: that block makes the drive what it is. */
async function finish(drive: OpenDrive, size: number, edges: Uint8Array): Promise<void> {
  const [head, tail] = [pages(EDGE), pages(EDGE)];
  head.set(edges.subarray(0, EDGE));
  tail.set(edges.subarray(EDGE));
  await drive.write(tail, size - EDGE);
  await drive.write(head.subarray(BLOCK), BLOCK);
  await drive.flush();
  await drive.write(head.subarray(0, BLOCK), 0);
  await drive.flush();
  const found = pages(EDGE);
  for (const [expected, at] of [
    [tail, size - EDGE],
    [head, 0],
  ] as const) {
    await drive.read(found, at);
    if (Buffer.compare(found, expected) !== 0) throw differs(drive, at);
  }
}

function differs({ drive }: OpenDrive, offset: number): InplaceError {
  return new InplaceError({
    code: 'DEVICE_DIFFERS',
    message: 'The drive does not give back what was written to it',
    where: { file: drive.path, offset },
    hint: 'It is broken or a fake: take another one',
  });
}
