/** Times as text: JScript has no toISOString. */

/** ISO 8601 in UTC, whole seconds: `2026-11-25T15:30:57Z`. @param milliseconds since 1970 */
export function isoTime(milliseconds: number): string {
  const date = new Date(milliseconds);
  const day = `${date.getUTCFullYear()}-${two(date.getUTCMonth() + 1)}-${two(date.getUTCDate())}`;
  return `${day}T${two(date.getUTCHours())}:${two(date.getUTCMinutes())}:${two(date.getUTCSeconds())}Z`;
}

function two(number: number): string {
  return number < 10 ? `0${number}` : String(number);
}
