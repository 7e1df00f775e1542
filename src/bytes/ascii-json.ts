/**
 * JSON in which every byte is ASCII: what the engine reads on a machine of any code page
 * (design/task-sequence.md, Text). Other characters become \uXXXX, surrogate pairs two of them.
 */

/** `JSON.stringify` with ASCII only. */
export function asciiJson(value: unknown, indent?: number): string {
  return JSON.stringify(value, null, indent).replace(/[\u007f-\uffff]/g, escapeUnit);
}

function escapeUnit(unit: string): string {
  return `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`;
}
