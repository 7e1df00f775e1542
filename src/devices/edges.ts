/** The first and the last MiB of a drive: they decide what it is, so they change first and last. */
import { EDGE } from '../emit/device-output.js';
import { differs } from './differs.js';
import { type OpenDrive, pages } from './open-drive.js';
import { markUnfinished, type Unfinished } from './unfinished.js';

/** Block 0 makes a drive what it is: a boot record, or the head of a GPT behind one. */
const BLOCK = 4096;

/** What stands at the ends of a drive. */
export interface Edges {
  readonly head: Uint8Array<ArrayBuffer>;
  readonly tail: Uint8Array<ArrayBuffer>;
}

export async function readEdges(drive: OpenDrive): Promise<Edges> {
  const edges = { head: pages(EDGE), tail: pages(EDGE) };
  await drive.read(edges.head, 0);
  await drive.read(edges.tail, drive.drive.sizeBytes - EDGE);
  return edges;
}

/**
 * Puts the marker on the drive before anything else of it changes, and zeros on the rest of both MiB: a stale GPT or El
 * Torito would win over a new MBR (seen with OVMF).
 * @param there what stands there; blocks that are zero already are not written. Left out: all of it is written
 */
export async function beginEdges(drive: OpenDrive, marker: Unfinished, there?: Edges): Promise<void> {
  const head = await markDrive(drive, marker);
  await drive.marked();
  await writeBlocks(drive, head, 0, there?.head, BLOCK);
  await writeBlocks(drive, pages(EDGE), drive.drive.sizeBytes - EDGE, there?.tail);
  await drive.flush();
}

/** Puts the marker into the first block, and flushes. @returns the first MiB, marker and zeros */
export async function markDrive(drive: OpenDrive, marker: Unfinished): Promise<Uint8Array> {
  const head = pages(EDGE);
  markUnfinished(head, marker);
  await drive.write(head.subarray(0, BLOCK), 0);
  await drive.flush();
  return head;
}

/**
 * Writes the last MiB, then the first with its first block last, and reads both back.
 * @param sparse after a beginning that left zeros: blocks of zeros are not written
 * @throws InplaceError DEVICE_DIFFERS, and what the drive fails with
 */
export async function finishEdges(drive: OpenDrive, { head, tail }: Edges, sparse: boolean): Promise<void> {
  const size = drive.drive.sizeBytes;
  const there = sparse ? pages(EDGE) : undefined;
  await writeBlocks(drive, tail, size - EDGE, there);
  await writeBlocks(drive, head, 0, there, BLOCK);
  await drive.flush();
  await drive.write(head.subarray(0, BLOCK), 0);
  await drive.flush();
  const found = await readEdges(drive);
  if (Buffer.compare(found.tail, tail) !== 0) throw differs(drive, size - EDGE);
  if (Buffer.compare(found.head, head) !== 0) throw differs(drive, 0);
  await drive.finished();
}

/** Bytes of the blocks in which two of them differ. */
export function differingBytes(a: Uint8Array, b: Uint8Array): number {
  return runsOf(a, b, 0).reduce((sum, { from, to }) => sum + to - from, 0);
}

async function writeBlocks(
  drive: OpenDrive,
  bytes: Uint8Array,
  at: number,
  there: Uint8Array | undefined,
  start = 0,
): Promise<void> {
  const runs = there ? runsOf(bytes, there, start) : [{ from: start, to: bytes.byteLength }];
  for (const { from, to } of runs) await drive.write(bytes.subarray(from, to), at + from);
}

/** Blocks that differ, neighbours joined. */
function runsOf(bytes: Uint8Array, there: Uint8Array, start: number): { from: number; to: number }[] {
  const runs: { from: number; to: number }[] = [];
  for (let from = start; from < bytes.byteLength; from += BLOCK) {
    const to = from + BLOCK;
    if (Buffer.compare(bytes.subarray(from, to), there.subarray(from, to)) === 0) continue;
    const last = runs.at(-1);
    if (last?.to === from) last.to = to;
    else runs.push({ from, to });
  }
  return runs;
}
