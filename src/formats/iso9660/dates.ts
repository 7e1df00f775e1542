/** The two forms of date and time in ECMA-119: seven bytes in directory records (9.1.5), 17 in descriptors (8.4.26.1). */

/** Seven bytes, always UTC. Years outside 1900–2155 are clamped: the year is one byte. */
export function writeRecordingDate(into: Uint8Array, offset: number, date: Date): void {
  const year = Math.min(2155, Math.max(1900, date.getUTCFullYear()));
  const fields = [
    year - 1900,
    date.getUTCMonth() + 1,
    date.getUTCDate(),
    date.getUTCHours(),
    date.getUTCMinutes(),
    date.getUTCSeconds(),
  ];
  into.set(fields, offset);
  into[offset + 6] = 0;
}

/** Reads seven bytes. Undefined when they are no date: all zero is "not given", the rest is a careless writer. */
export function readRecordingDate(bytes: Uint8Array, offset: number): Date | undefined {
  const [year, month, day, hour, minute, second] = bytes.subarray(offset, offset + 6) as unknown as number[];
  return utc((year ?? 0) + 1900, month ?? 0, day ?? 0, hour ?? 0, minute ?? 0, second ?? 0, bytes[offset + 6] ?? 0);
}

/** 17 bytes: sixteen digits and the offset from UTC, which is 0. Undefined means "not specified". */
export function writeDescriptorDate(into: Uint8Array, offset: number, date: Date | undefined): void {
  const digits = date === undefined ? '0'.repeat(16) : `${date.toISOString().replace(/\D/g, '').slice(0, 14)}00`;
  for (let i = 0; i < 16; i++) into[offset + i] = digits.charCodeAt(i);
  into[offset + 16] = 0;
}

/** Reads 17 bytes; undefined when not specified or no date. */
export function readDescriptorDate(bytes: Uint8Array, offset: number): Date | undefined {
  const digits = String.fromCharCode(...bytes.subarray(offset, offset + 16));
  const match = /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)\d\d$/.exec(digits);
  if (match === null) return undefined;
  const [year, month, day, hour, minute, second] = match.slice(1).map(Number) as number[];
  return utc(year!, month!, day!, hour!, minute!, second!, bytes[offset + 16] ?? 0);
}

/** @param quarters offset from UTC in steps of 15 minutes, a signed byte; beyond ±52 it is not believed */
function utc(
  year: number,
  month: number,
  day: number,
  hour: number,
  minute: number,
  second: number,
  quarters: number,
): Date | undefined {
  if (year === 0 || month < 1 || month > 12 || day < 1 || day > 31) return undefined;
  if (hour > 23 || minute > 59 || second > 59) return undefined;
  const signed = quarters > 127 ? quarters - 256 : quarters;
  const zone = Math.abs(signed) <= 52 ? signed : 0;
  const time = new Date(0);
  time.setUTCFullYear(year, month - 1, day);
  time.setUTCHours(hour, minute - zone * 15, second);
  return time;
}
