/**
 * Brings a drive that holds earlier media to the new one: it is read and compared first, and then only pages that differ
 * are written, in the order of `writeDrive` and with its guarantees. Free clusters are neither read nor written. There is
 * no probe: what was there, and is what it should be, is what the drive holds.
 */
import { crc32 } from 'node:zlib';
import type { Content } from '../content/content.js';
import { EDGE } from '../emit/device-output.js';
import type { DeviceSink } from '../emit/messages.js';
import { PAGE } from '../emit/program.js';
import { InplaceError, interrupted } from '../errors.js';
import { beginEdges, differingBytes, type Edges, finishEdges, readEdges } from './edges.js';
import { type OpenDrive, pages } from './open-drive.js';
import { type Check, checksOf, readBack } from './read-back.js';
import type { Unfinished } from './unfinished.js';
import { deviceSink, sinkEdges } from './write-drive.js';

/** What has to be written to a drive. */
export interface DriveChanges {
  /** bytes of all pages that differ */
  readonly changedBytes: number;
  /** bytes that were compared */
  readonly comparedBytes: number;
  readonly edges: Edges;
  /** the ends as the drive has them */
  readonly there: Edges;
  readonly checks: readonly Check[];
  /** runs of pages that differ, in each MiB that has any */
  readonly runs: ReadonlyMap<number, readonly Run[]>;
}

/** Bytes of the drive. */
interface Run {
  readonly from: number;
  readonly to: number;
}

/**
 * Reads the drive and compares. Nothing is written.
 * @param fill passes everything through a sink that compares, and leaves the ends in its `edges`
 */
export async function compareDrive(drive: OpenDrive, fill: (sink: DeviceSink) => Promise<void>): Promise<DriveChanges> {
  const { sizeBytes } = drive.drive;
  const changed = new SharedArrayBuffer(Math.ceil(sizeBytes / PAGE / 8));
  const sink = { ...deviceSink(drive), changed };
  const there = await readEdges(drive);
  await fill(sink);
  const edges = sinkEdges(sink);
  const checks = checksOf(new Uint32Array(sink.checks));
  const runs = new Map<number, Run[]>();
  for (const check of checks) {
    const found = runsIn(check, new Uint8Array(changed));
    if (found.length > 0) runs.set(check.chunk, found);
  }
  const ends = differingBytes(edges.head, there.head) + differingBytes(edges.tail, there.tail);
  const inside = [...runs.values()].flat().reduce((sum, { from, to }) => sum + to - from, 0);
  const comparedBytes = checks.reduce((sum, { from, to }) => sum + to - from, 2 * EDGE);
  return { changedBytes: ends + inside, comparedBytes, edges, there, checks, runs };
}

function runsIn({ from, to }: Check, changed: Uint8Array): Run[] {
  const runs: { from: number; to: number }[] = [];
  for (let at = from; at < to; at += PAGE) {
    const page = at / PAGE;
    if ((changed[page >> 3]! & (1 << (page & 7))) === 0) continue;
    const last = runs.at(-1);
    const end = Math.min(at + PAGE, to);
    if (last?.to === at) last.to = end;
    else runs.push({ from: at, to: end });
  }
  return runs;
}

export interface RefreshOptions {
  readonly marker: Unfinished;
  /** the new media; every late content of it is known by now */
  readonly image: Content;
  amend?(): Promise<void>;
  onWritten?(done: number, total: number): void;
  onReadBack?(done: number, total: number): void;
  readonly signal?: AbortSignal;
}

/** Writes what differs. @throws InplaceError DEVICE_*, SINK_FAILED, SOURCE_* */
export async function refreshDrive(drive: OpenDrive, changes: DriveChanges, options: RefreshOptions): Promise<void> {
  await beginEdges(drive, options.marker, changes.there);
  await writeRuns(drive, changes, options);
  await drive.flush();
  await readBack(drive, changes.checks, { ...options, only: new Set(changes.runs.keys()) });
  await options.amend?.();
  await finishEdges(drive, changes.edges, true);
}

async function writeRuns(drive: OpenDrive, changes: DriveChanges, options: RefreshOptions): Promise<void> {
  const { image, signal, onWritten } = options;
  const total = [...changes.runs.values()].flat().reduce((sum, { from, to }) => sum + to - from, 0);
  let done = 0;
  const bytes = pages(EDGE);
  for (const { chunk, from, to, sum } of changes.checks) {
    const runs = changes.runs.get(chunk);
    if (!runs) continue;
    if (signal?.aborted) throw interrupted(signal.reason);
    const part = bytes.subarray(from % EDGE, (from % EDGE) + to - from);
    await image.read(from, part);
    // it was read once to compare; what is written now must be the same
    if (crc32(part) !== sum) throw changedMeanwhile(drive);
    for (const run of runs) {
      await drive.write(bytes.subarray(run.from % EDGE, (run.from % EDGE) + run.to - run.from), run.from);
      done += run.to - run.from;
    }
    onWritten?.(done, total);
  }
}

function changedMeanwhile({ drive }: OpenDrive): InplaceError {
  return new InplaceError({
    code: 'SOURCE_CHANGED',
    message: 'An input changed between comparing and writing: the drive says "unfinished" and does not start',
    where: { file: drive.path },
    hint: 'Wait until whatever writes it has finished, then write the drive again',
  });
}
