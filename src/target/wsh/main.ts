/**
 * The engine as a script: `cscript //nologo //E:JScript engine.js VERB`, started by upgrade.cmd and by the task.
 * Every end is said by an exit code; what was not foreseen ends with 1 and its reason, for a script host may swallow it.
 */
import { collect } from '../collect.js';
import { follow } from '../follow.js';
import type { Machine } from '../machine.js';
import { resume } from '../resume.js';
import { scan } from '../scan.js';
import { check, START_EXIT_CODES, start } from '../start.js';
import { echo, quit, scriptArguments } from './host.js';
import { openMachine } from './machine.js';
import { comReasonOf } from './system.js';

/** Filled in when the bundle is made. */
declare const ENGINE_VERSION: string;

const FAILED = 1;
const REFUSED = 2;

/** What a verb does; its result is the exit code. */
const VERBS: Readonly<Record<string, (machine: Machine) => number>> = {
  '/check': (machine) => START_EXIT_CODES[check(machine).end],
  '/scan': (machine) => START_EXIT_CODES[scan(machine).end],
  '/start': (machine) => {
    const end = start(machine);
    return end.end === 'started' || end.end === 'underWay' ? follow(machine, end.run) : START_EXIT_CODES[end.end];
  },
  '/resume': (machine) => {
    resume(machine);
    return 0;
  },
  '/collect': collect,
};

/**
 * `VERB [/sentinel FILE]`: the file is written at once, so that upgrade.cmd sees that scripts may run here at all.
 */
function main(words: readonly string[]): number {
  const verb = words[0] ?? '';
  if (verb === '/version') {
    echo(ENGINE_VERSION);
    return 0;
  }
  const machine = openMachine();
  if (words[1] === '/sentinel' && words[2] !== undefined) machine.files.writeText(words[2], `${ENGINE_VERSION}\r\n`);
  for (const name in VERBS) if (name === verb) return VERBS[name]?.(machine) ?? FAILED;
  echo(`The engine does not know "${verb}"`);
  return REFUSED;
}

let exitCode = FAILED;
try {
  exitCode = main(scriptArguments());
} catch (error) {
  echo(`The engine failed: ${comReasonOf(error)}`);
}
quit(exitCode);
