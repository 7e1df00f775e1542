/** Which variables a step may set (facts/configmgr.md, C: rules). */

/** Characters of a value, at most. */
const LONGEST_VALUE = 4000;

/**
 * Why a step may not give this variable this value; empty when it may.
 * @param name as the sequence has it: letters, digits, `_` and `-`, beginning with a letter, at most 256 characters
 * @param value expanded; never shown, it may be secret
 */
export function whyNotSettable(name: string, value: string): string {
  if (name.charAt(0) === '_') return `The variable "${name}" is read-only: names that begin with "_" are the engine's`;
  if (!/^[A-Za-z][A-Za-z0-9_-]{0,255}$/.test(name)) return `"${name}" is not a name of a variable`;
  if (value.length > LONGEST_VALUE) {
    return `The value of "${name}" has ${value.length} characters, expected at most ${LONGEST_VALUE}`;
  }
  return '';
}
