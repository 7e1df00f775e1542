/** Sizes as people write them (design/media.md): K, M, G, KB, MB, GB, KiB, MiB and GiB are all powers of 1024. */
const FACTORS: Readonly<Record<string, number>> = { '': 1, k: 2 ** 10, m: 2 ** 20, g: 2 ** 30 };

const SIZE = /^(\d{1,16})(?:\.(\d{1,9}))? ?(?:([kmg])(?:i?b)?)?$/i;

/** What `parseSize` reads, for messages. */
export const SIZE_FORM = 'a size such as 512 MB, 3800M or 14 GiB';

/**
 * Bytes of a size such as `14 GiB`, `3800M`, `1.5 GB` or `1048576`.
 * @returns undefined when the text is no size, is no whole number of bytes, or is above 2^53 - 1
 */
export function parseSize(text: string): number | undefined {
  const match = SIZE.exec(text.trim());
  if (!match) return undefined;
  const [, whole = '', fraction = '', unit = ''] = match;
  const factor = FACTORS[unit.toLowerCase()]!;
  // In whole numbers: 0.1 has no exact binary form, and 1.5 GiB must be exact.
  const scale = 10n ** BigInt(fraction.length);
  const scaled = BigInt(whole + fraction) * BigInt(factor);
  if (scaled % scale !== 0n) return undefined;
  const bytes = Number(scaled / scale);
  return Number.isSafeInteger(bytes) ? bytes : undefined;
}
