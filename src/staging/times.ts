/** Times on the media (design/media.md, Times and names): whole seconds, UTC, fixed by SOURCE_DATE_EPOCH. */
import type { MediaEntry } from '../content/media-tree.js';

export interface TimeRules {
  /** a time recorded inside an ISO or WIM: not later than the epoch, when there is one */
  recorded(time: Date): Date;
  /** the time of a file of this computer: the epoch, when there is one */
  host(time: Date): Date;
}

/** @param epoch SOURCE_DATE_EPOCH, seconds since 1970 */
export function timeRules(epoch: number | undefined): TimeRules {
  if (epoch === undefined) return { recorded: wholeSeconds, host: wholeSeconds };
  const fixed = new Date(epoch * 1000);
  return { recorded: (time) => (time > fixed ? fixed : wholeSeconds(time)), host: () => fixed };
}

/** The media's own time: the epoch, or that of the newest input; never the clock. */
export function newestTime(epoch: number | undefined, entries: readonly MediaEntry[]): Date {
  if (epoch !== undefined) return new Date(epoch * 1000);
  return new Date(entries.reduce((newest, { file }) => Math.max(newest, file.modified.getTime()), 0));
}

/** The last second that volume descriptors can hold (ECMA-167 1/7.3: the year has four digits). */
export const LAST_EPOCH = Date.UTC(9999, 11, 31, 23, 59, 59) / 1000;

/** The first second that Windows can hold: its file times count from there. */
const FIRST_EPOCH = Date.UTC(1601, 0, 1) / 1000;

function wholeSeconds(time: Date): Date {
  const seconds = Math.floor(time.getTime() / 1000);
  // a file system may hold times that JavaScript has no Date for
  if (Number.isNaN(seconds)) return new Date(LAST_EPOCH * 1000);
  return new Date(Math.max(FIRST_EPOCH, Math.min(seconds, LAST_EPOCH)) * 1000);
}
