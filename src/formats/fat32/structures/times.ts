/** Times of directory entries (fatgen103, "Date and Time Formats"): two seconds, 1980 to 2107, here in UTC. */

/** The two words of a time, and the second that they lose as DIR_CrtTimeTenth counts it. */
export interface FatTime {
  readonly date: number;
  readonly time: number;
  /** hundredths of a second: 0 or 100 */
  readonly hundredths: number;
}

const FIRST = Date.UTC(1980, 0, 1);
const LAST = Date.UTC(2107, 11, 31, 23, 59, 58);

/** The nearest time that FAT can hold, not later. */
export function fatTime(time: Date): FatTime {
  const at = new Date(Math.min(LAST, Math.max(FIRST, time.getTime())));
  const seconds = at.getUTCSeconds();
  return {
    date: ((at.getUTCFullYear() - 1980) << 9) | ((at.getUTCMonth() + 1) << 5) | at.getUTCDate(),
    time: (at.getUTCHours() << 11) | (at.getUTCMinutes() << 5) | (seconds >> 1),
    hundredths: (seconds & 1) * 100,
  };
}

/** The time of the two words, taken as UTC. */
export function dateOf(date: number, time: number): Date {
  const [year, month, day] = [1980 + (date >> 9), ((date >> 5) & 15) - 1, date & 31];
  return new Date(Date.UTC(year, month, day, time >> 11, (time >> 5) & 63, (time & 31) * 2));
}
