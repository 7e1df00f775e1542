/**
 * The file in which a prestart command leaves variables for the task sequence: `Name=value`, one a line. A file and not
 * the registry, for a batch file can write it with `echo` and nothing of it outlives the run.
 */
import { whyNotSettable } from './steps/settable.js';
import { linesOf, trim } from './text.js';

/** A variable that the command has set. */
export interface PrestartVariable {
  readonly name: string;
  readonly value: string;
}

export interface PrestartVariables {
  /** in the order of the lines: a later line wins over an earlier one */
  readonly variables: readonly PrestartVariable[];
  /** why lines are no variables, a sentence each without any value: it may be secret */
  readonly problems: readonly string[];
}

/** Blanks at both ends of a line are dropped, for `echo A=1 > file` leaves one; an empty value removes the variable. */
export function parsePrestartVariables(text: string): PrestartVariables {
  const variables: PrestartVariable[] = [];
  const problems: string[] = [];
  let number = 0;
  for (const whole of linesOf(text)) {
    number += 1;
    const line = trim(whole);
    if (line === '') continue;
    const equals = line.indexOf('=');
    if (equals < 0) {
      problems.push(`Line ${number} has no "="`);
      continue;
    }
    const name = trim(line.substring(0, equals));
    const value = trim(line.substring(equals + 1));
    const why = whyNotSettable(name, value);
    if (why === '') variables.push({ name, value });
    else problems.push(`Line ${number}: ${why}`);
  }
  return { variables, problems };
}
