/** Offsets of the fields of one structure, in ascending order; a field ends where the next one begins. */
export type FieldTable = Readonly<Record<string, number>>;

/** Name of the field that holds the byte at `position`, for messages. */
export function fieldAt(table: FieldTable, position: number): string {
  let found = '';
  for (const [name, offset] of Object.entries(table)) {
    if (offset > position) break;
    found = name;
  }
  return found;
}

/** Bytes from the start of `name` to the start of the field behind it, or to `end` for the last one. */
export function fieldEnd(table: FieldTable, name: string, end: number): number {
  const offsets = Object.values(table);
  return offsets[offsets.indexOf(table[name]!) + 1] ?? end;
}
