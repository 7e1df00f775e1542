/** /copylog FROM TO [VARIABLES]: one log for the boot menu, which runs in Windows PE and has no engine of its own. */
import { copyLog } from './collect-files.js';
import type { Machine } from './machine.js';
import { readVariables } from './run-start.js';
import { VariableStore } from './variables.js';

const DONE = 0;
const REFUSED = 2;

/**
 * Copies the file as `/collect` does: the end of a long one, and the values of secret variables masked. The folder of `TO` is there.
 * @param words full paths: the log, its copy, and variables.json of the media
 * @returns the exit code
 */
export function copyOneLog(machine: Machine, words: readonly string[]): number {
  const [from, to, variables] = words;
  if (from === undefined || to === undefined) return REFUSED;
  const stored = variables === undefined ? [] : readVariables(machine, variables);
  copyLog(machine, new VariableStore({ variables: stored, formerSecrets: [] }, () => ''), from, to);
  return DONE;
}
