/** Reads what was written back, past the cache, and compares sums. */
import { crc32 } from 'node:zlib';
import { CHECK_FIELDS, EDGE } from '../emit/device-output.js';
import { interrupted } from '../errors.js';
import { differs } from './differs.js';
import { type OpenDrive, pages } from './open-drive.js';

export interface ReadBackOptions {
  /** MiB of the drive that are looked at; default: all that have a sum */
  readonly only?: ReadonlySet<number>;
  /** bytes read back */
  onReadBack?(done: number, total: number): void;
  readonly signal?: AbortSignal;
}

/** What the sums of a drive say of one MiB: which of it was written, and the CRC-32 of that. */
export interface Check {
  readonly chunk: number;
  /** bytes of the drive */
  readonly from: number;
  readonly to: number;
  readonly sum: number;
}

/** Every MiB that has a sum, in order. @param checks as DeviceSink has them */
export function checksOf(checks: Uint32Array): Check[] {
  const found: Check[] = [];
  for (let chunk = 0; chunk * CHECK_FIELDS < checks.length; chunk++) {
    const [from, end, sum] = checks.subarray(chunk * CHECK_FIELDS, (chunk + 1) * CHECK_FIELDS);
    if (end !== 0) found.push({ chunk, from: chunk * EDGE + from!, to: chunk * EDGE + end!, sum: sum! });
  }
  return found;
}

/** @throws InplaceError DEVICE_DIFFERS, INTERRUPTED, and what the drive fails with */
export async function readBack(drive: OpenDrive, checks: readonly Check[], options: ReadBackOptions): Promise<void> {
  const { only, signal, onReadBack } = options;
  const wanted = only ? checks.filter(({ chunk }) => only.has(chunk)) : checks;
  const total = wanted.reduce((sum, { from, to }) => sum + to - from, 0);
  const bytes = pages(EDGE);
  let done = 0;
  for (const { from, to, sum } of wanted) {
    if (signal?.aborted) throw interrupted(signal.reason);
    const part = bytes.subarray(0, to - from);
    await drive.read(part, from);
    if (crc32(part) !== sum) throw differs(drive, from);
    done += part.byteLength;
    onReadBack?.(done, total);
  }
}
