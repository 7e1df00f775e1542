/**
 * What JScript 5.8 lacks and the engine needs: one place, plain loops (design/task-sequence.md, Text).
 * Nothing here depends on the locale or the code page of a machine.
 */

/** Without white space at both ends. */
export function trim(text: string): string {
  return text.replace(/^\s+|\s+$/g, '');
}

/** Whether two names are the same to Windows: case does not matter. */
export function sameText(a: string, b: string): boolean {
  return a.toLowerCase() === b.toLowerCase();
}

/** Whether a list has this text, exactly. */
export function contains(list: readonly string[], text: string): boolean {
  for (const one of list) if (one === text) return true;
  return false;
}

/** Whether a text begins with another one, exactly. */
export function beginsWith(text: string, start: string): boolean {
  return text.substring(0, start.length) === start;
}

/** The last characters of a text, at most `length`. */
export function tailOf(text: string, length: number): string {
  return text.substring(Math.max(0, text.length - length));
}

/** A whole number with zeros before it: `007`. */
export function padded(value: number, width: number): string {
  let text = String(value);
  while (text.length < width) text = `0${text}`;
  return text;
}

/** Milliseconds since 1970 as `2026-01-31T12:00:00.000Z`. */
export function isoTime(milliseconds: number): string {
  const date = new Date(milliseconds);
  const day = [padded(date.getUTCFullYear(), 4), padded(date.getUTCMonth() + 1, 2), padded(date.getUTCDate(), 2)];
  const time = [padded(date.getUTCHours(), 2), padded(date.getUTCMinutes(), 2), padded(date.getUTCSeconds(), 2)];
  return `${day.join('-')}T${time.join(':')}.${padded(date.getUTCMilliseconds(), 3)}Z`;
}

const ISO_TIME =
  /^\s*(\d{4})-(\d\d)-(\d\d)(?:[T ](\d\d):(\d\d)(?::(\d\d)(?:\.(\d{1,3})\d*)?)?(Z|[+-]\d\d:?\d\d)?)?\s*$/i;

/** ISO 8601 as milliseconds since 1970; without a zone it is UTC, without a time midnight. undefined: not a time. */
export function parseIsoTime(text: string): number | undefined {
  const match = ISO_TIME.exec(text);
  if (!match) return undefined;
  const part = (index: number) => parseInt(match[index] || '0', 10);
  const [month, day, hour, minute, second] = [part(2), part(3), part(4), part(5), part(6)];
  if (month < 1 || month > 12 || day < 1 || day > 31 || hour > 24 || minute > 59 || second > 60) return undefined;
  let fraction = match[7] || '0';
  while (fraction.length < 3) fraction += '0';
  const zone = /^([+-])(\d\d):?(\d\d)$/.exec(match[8] || '');
  const away = zone ? (parseInt(zone[2] ?? '', 10) * 60 + parseInt(zone[3] ?? '', 10)) * (zone[1] === '-' ? -1 : 1) : 0;
  return Date.UTC(part(1), month - 1, day, hour, minute, second, parseInt(fraction, 10)) - away * 60000;
}

/** The names of what an object has, sorted: no engine's order of properties is relied upon. */
export function sortedKeys(object: Readonly<Record<string, unknown>>): string[] {
  const keys: string[] = [];
  let sorted = true;
  for (const key in object) {
    if (!hasOwn(object, key)) continue;
    const last = keys[keys.length - 1];
    if (last !== undefined && last > key) sorted = false;
    keys.push(key);
  }
  // Sorting takes longer than all the rest, and what was read from JSON of ours is in order already.
  return sorted ? keys : keys.sort(byCodeUnits);
}

function byCodeUnits(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

/** Whether the object itself has the property: names may come from outside, like `constructor`. */
export function hasOwn(object: Readonly<Record<string, unknown>>, key: string): boolean {
  return Object.prototype.hasOwnProperty.call(object, key) as boolean;
}

/** Lines without their ends; JScript's own split takes a pattern and drops what is empty. */
export function linesOf(text: string): string[] {
  return text.replace(/\r\n?/g, '\n').split('\n');
}
