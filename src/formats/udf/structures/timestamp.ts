/** Timestamp, ECMA-167 1/7.3, UDF 1.02 2.1.4. */

const TYPE_LOCAL = 1;
/** the time zone is not specified (ECMA-167 1/7.3.1) */
const NO_OFFSET = -2047;
const EARLIEST = Date.parse('0001-01-01T00:00:00Z');
const LATEST = Date.UTC(9999, 11, 31, 23, 59, 59);

/**
 * Writes whole seconds of UTC as local time with offset 0: UDF 1.02 2.1.4.1 wants type 1.
 * Years outside 1 to 9999, which the field cannot hold, become the nearest it can.
 */
export function writeTimestamp(view: DataView, at: number, date: Date): void {
  const time = new Date(Math.min(Math.max(date.getTime(), EARLIEST), LATEST));
  view.setUint16(at, TYPE_LOCAL << 12, true);
  view.setInt16(at + 2, time.getUTCFullYear(), true);
  view.setUint8(at + 4, time.getUTCMonth() + 1);
  view.setUint8(at + 5, time.getUTCDate());
  view.setUint8(at + 6, time.getUTCHours());
  view.setUint8(at + 7, time.getUTCMinutes());
  view.setUint8(at + 8, time.getUTCSeconds());
  view.setUint8(at + 9, 0);
  view.setUint8(at + 10, 0);
  view.setUint8(at + 11, 0);
}

/** The time in whole seconds of UTC; an unspecified zone counts as UTC. Undefined when it is no time at all. */
export function readTimestamp(view: DataView, at: number): Date | undefined {
  const typeAndZone = view.getUint16(at, true);
  const year = view.getInt16(at + 2, true);
  const month = view.getUint8(at + 4);
  const day = view.getUint8(at + 5);
  const [hour, minute, second] = [view.getUint8(at + 6), view.getUint8(at + 7), view.getUint8(at + 8)];
  if (year < 1 || year > 9999 || month < 1 || month > 12 || day < 1 || day > 31) return undefined;
  if (hour > 23 || minute > 59 || second > 60) return undefined;
  const time = new Date(0);
  time.setUTCFullYear(year, month - 1, day);
  time.setUTCHours(hour, minute - zoneMinutes(typeAndZone), second);
  return time;
}

/** Minutes that local time is ahead of UTC: a signed 12-bit number, meant only for local time. */
function zoneMinutes(typeAndZone: number): number {
  const offset = ((typeAndZone & 0xfff) << 20) >> 20;
  const known = typeAndZone >>> 12 === TYPE_LOCAL && offset !== NO_OFFSET && Math.abs(offset) <= 1440;
  return known ? offset : 0;
}
