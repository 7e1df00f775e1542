/** Reading of JSON that another program printed: nothing is believed to be there. */

export type Fields = Readonly<Record<string, unknown>>;

/** An object, or an empty one. */
export function fieldsOf(value: unknown): Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : {};
}

/** A list; one thing alone counts as a list of one, as ConvertTo-Json of PowerShell 5 prints it. */
export function listOf(value: unknown): readonly unknown[] {
  if (value === null || value === undefined) return [];
  return Array.isArray(value) ? (value as unknown[]) : [value];
}

/** Trimmed text; empty when it is none. */
export function textOf(value: unknown): string {
  return typeof value === 'string' ? value.trim() : typeof value === 'number' ? String(value) : '';
}

/** Bytes or a count; undefined when it is none. Old lsblk prints numbers as text. */
export function numberOf(value: unknown): number | undefined {
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  return typeof number === 'number' && Number.isFinite(number) ? number : undefined;
}

/** True for true, 1 and "1". */
export function isTrue(value: unknown): boolean {
  return value === true || value === 1 || value === '1';
}
