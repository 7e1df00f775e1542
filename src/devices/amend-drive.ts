/** Changes a drive after it was written and before it becomes what it shall be, and reads the changes back. */
import type { Content } from '../content/content.js';
import { type Patch, PatchedContent } from '../content/patched.js';
import { EDGE } from '../emit/device-output.js';
import { differs } from './differs.js';
import { type OpenDrive, pages } from './open-drive.js';

/** Direct writes want whole sectors; clusters are no larger blocks than 2 KiB, so that a page may belong to two. */
const SECTOR = 512;

export interface Amendment {
  /** what was written */
  readonly image: Content;
  /** sorted, and none overlaps another */
  readonly patches: readonly Patch[];
  /** contents that go where the image has nothing; each begins with a sector */
  readonly contents: readonly { readonly offset: number; readonly content: Content }[];
}

/** Whether all of it lies between the ends of a drive, which are written last. */
export function isBetweenEdges({ patches, contents }: Amendment, sizeBytes: number): boolean {
  const places = [
    ...patches.map(({ offset, bytes }) => ({ offset, size: bytes.length })),
    ...contents.map(({ offset, content }) => ({ offset, size: content.size })),
  ];
  return places.every(({ offset, size }) => {
    return offset >= EDGE && Math.ceil((offset + size) / SECTOR) * SECTOR <= sizeBytes - EDGE;
  });
}

/** @throws InplaceError DEVICE_DIFFERS, and what the drive or a content fails with */
export async function amendDrive(drive: OpenDrive, amendment: Amendment): Promise<void> {
  await eachPiece(amendment, (bytes, at) => drive.write(bytes, at));
  await drive.flush();
  const found = pages(EDGE);
  await eachPiece(amendment, async (bytes, at) => {
    const part = found.subarray(0, bytes.byteLength);
    await drive.read(part, at);
    if (Buffer.compare(part, bytes) !== 0) throw differs(drive, at);
  });
}

async function eachPiece(
  { image, patches, contents }: Amendment,
  use: (bytes: Uint8Array, at: number) => Promise<void>,
): Promise<void> {
  const after = new PatchedContent(image, patches);
  const bytes = pages(EDGE);
  for (const { from, to } of sectorRuns(patches)) {
    const run = bytes.subarray(0, to - from);
    await after.read(from, run);
    await use(run, from);
  }
  for (const { offset, content } of contents) {
    for (let done = 0; done < content.size; done += EDGE) {
      const length = Math.min(EDGE, content.size - done);
      await content.read(done, bytes.subarray(0, length));
      const whole = bytes.subarray(0, Math.ceil(length / SECTOR) * SECTOR);
      await use(fillZero(whole, length), offset + done);
    }
  }
}

function fillZero(bytes: Uint8Array, from: number): Uint8Array {
  return bytes.fill(0, from);
}

/** Runs of sectors that patches touch, ascending; none is longer than a buffer. */
function sectorRuns(patches: readonly Patch[]): { from: number; to: number }[] {
  const runs: { from: number; to: number }[] = [];
  for (const { offset, bytes } of patches) {
    const end = Math.ceil((offset + bytes.length) / SECTOR) * SECTOR;
    for (let at = Math.floor(offset / SECTOR) * SECTOR; at < end; at += SECTOR) {
      const last = runs.at(-1);
      if (last && at < last.to) continue;
      if (last?.to === at && at - last.from < EDGE) last.to = at + SECTOR;
      else runs.push({ from: at, to: at + SECTOR });
    }
  }
  return runs;
}
