/** FILETIME: units of 100 ns since 1601-01-01 UTC. */

const EPOCH_MS = 11_644_473_600_000;

/** @param time not before 1601 */
export function toFileTime(time: Date): bigint {
  return (BigInt(time.getTime()) + BigInt(EPOCH_MS)) * 10_000n;
}

/** Whole milliseconds; undefined for a time that JavaScript has no Date for. */
export function fromFileTime(time: bigint): Date | undefined {
  const date = new Date(Number(time / 10_000n) - EPOCH_MS);
  return Number.isNaN(date.getTime()) ? undefined : date;
}
