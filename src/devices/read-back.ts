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
  // the next one is read while the last one is summed
  const buffers = [pages(EDGE), pages(EDGE)] as const;
  const read = async (index: number): Promise<Uint8Array | undefined> => {
    const check = wanted[index];
    if (!check) return;
    const part = buffers[(index % 2) as 0 | 1].subarray(0, check.to - check.from);
    await drive.read(part, check.from);
    return part;
  };
  let ahead = read(0);
  let done = 0;
  try {
    for (const [index, { from, sum }] of wanted.entries()) {
      if (signal?.aborted) throw interrupted(signal.reason);
      const part = (await ahead)!;
      ahead = read(index + 1);
      if (crc32(part) !== sum) throw differs(drive, from);
      done += part.byteLength;
      onReadBack?.(done, total);
    }
  } finally {
    // nothing reads a drive that is closed
    await ahead.catch(() => undefined);
  }
}
