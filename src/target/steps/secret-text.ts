/** Secret values reach processes through their environment where that is possible (design/task-sequence.md). */
import type { Variables } from '../step.js';

/** A text with everything expanded but its secrets, and the environment that fills those in. */
export interface ExpandedText {
  readonly text: string;
  readonly environment: Readonly<Record<string, string>>;
}

/**
 * Expands a text that cmd.exe will read: a %Name% with a secret value stays, and cmd.exe takes it from the environment,
 * so that the value stands in no command line that others can see.
 */
export function expandForCmd(variables: Variables, text: string): ExpandedText {
  const environment: Record<string, string> = {};
  const reference = /%%|%([^%\s]+)%/g;
  let expanded = '';
  let done = 0;
  for (let match = reference.exec(text); match !== null; match = reference.exec(text)) {
    const name = match[1] ?? '';
    if (name === '' || !variables.isSecret(name)) continue;
    environment[name] = variables.get(name);
    expanded += variables.expand(text.substring(done, match.index)) + match[0];
    done = match.index + match[0].length;
  }
  return { text: expanded + variables.expand(text.substring(done)), environment };
}
