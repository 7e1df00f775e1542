/** Durations and sizes: a number and its unit, never a number alone. */
import { z } from 'zod';

/** Seconds of a unit. */
const SECONDS: Readonly<Record<string, number>> = { s: 1, min: 60, h: 3600 };

const DURATION_FORM = 'a duration with its unit, such as 60 s, 240 min or 2 h';

/** A duration above zero. */
export const duration = z
  .string()
  .regex(/^[1-9]\d{0,5} ?(?:s|min|h)$/, `expected ${DURATION_FORM}`)
  .meta({ expected: DURATION_FORM });

/** A duration that may be `0 s`. */
export const delay = z
  .string()
  .regex(/^\d{1,6} ?(?:s|min|h)$/, `expected ${DURATION_FORM}`)
  .meta({ expected: DURATION_FORM });

/** Seconds of a duration that the schema has accepted. */
export function parseDuration(text: string): number {
  const [, count = '0', unit = 's'] = /^(\d+) ?(s|min|h)$/.exec(text) ?? [];
  return Number(count) * SECONDS[unit]!;
}

const SIZE_FORM = 'a size with its unit, such as 4 GB, 1.5 GiB or 3800 MB';

/** A size that `parseSize` of bytes/size.ts turns into whole bytes. */
export const size = z
  .string()
  .regex(/^[1-9]\d{0,5}(?:\.(?:5|25|75))? ?[kKmMgG](?:[iI]?[bB])?$/, `expected ${SIZE_FORM}`)
  .meta({ expected: SIZE_FORM });
