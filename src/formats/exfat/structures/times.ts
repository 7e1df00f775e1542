/** Times of directory entries (7.4.8 to 7.4.10): two seconds, a count of 10 ms, and the distance from UTC. */

/** The three fields of a time. */
export interface ExfatTime {
  readonly timestamp: number;
  /** 0 to 199 */
  readonly tens: number;
  readonly utcOffset: number;
}

const FIRST = Date.UTC(1980, 0, 1);
const LAST = Date.UTC(2107, 11, 31, 23, 59, 59);
/** 7.4.10: the distance is known, and none */
const UTC = 0x80;
const OFFSET_VALID = 0x80;
const QUARTER_HOUR = 15 * 60 * 1000;

/** The nearest time in UTC that exFAT can hold, in whole seconds, not later. */
export function exfatTime(time: Date): ExfatTime {
  const at = new Date(Math.min(LAST, Math.max(FIRST, time.getTime())));
  const date = ((at.getUTCFullYear() - 1980) << 9) | ((at.getUTCMonth() + 1) << 5) | at.getUTCDate();
  const seconds = at.getUTCSeconds();
  const clock = (at.getUTCHours() << 11) | (at.getUTCMinutes() << 5) | (seconds >> 1);
  return { timestamp: ((date << 16) | clock) >>> 0, tens: (seconds & 1) * 100, utcOffset: UTC };
}

/** The time of the three fields; one whose distance from UTC is not known is taken as UTC. */
export function dateOf({ timestamp, tens, utcOffset }: ExfatTime): Date {
  const [date, clock] = [timestamp >>> 16, timestamp & 0xffff];
  const day = Date.UTC(1980 + (date >> 9), ((date >> 5) & 15) - 1, date & 31);
  const ms = (((clock >> 11) * 60 + ((clock >> 5) & 63)) * 60 + (clock & 31) * 2) * 1000 + tens * 10;
  // seven bits with a sign
  const quarters = (utcOffset & OFFSET_VALID) === 0 ? 0 : ((utcOffset & 0x7f) << 25) >> 25;
  return new Date(day + ms - quarters * QUARTER_HOUR);
}
