/**
 * The engine as a script: `cscript //nologo //E:JScript engine.js VERB`, started by upgrade.cmd and by the task.
 * Every end is said by an exit code; what was not foreseen ends with 1 and its reason, for a script host may swallow it.
 */
import { collect } from '../collect.js';
import { follow } from '../follow.js';
import type { Machine } from '../machine.js';
import { resume } from '../resume.js';
import { scan } from '../scan.js';
import { check, preview, START_EXIT_CODES, start } from '../start.js';
import { elevate } from './elevation.js';
import { echo, quit, scriptArguments } from './host.js';
import { LoggedConsole } from './logged-console.js';
import { openMachine } from './machine.js';
import { comReasonOf, openSystem } from './system.js';

/** Filled in when the bundle is made. */
declare const ENGINE_VERSION: string;

const DONE = 0;
const FAILED = 1;
const REFUSED = 2;

/** What a verb does; its result is the exit code. */
const VERBS: Readonly<Record<string, (machine: Machine, words: readonly string[]) => number>> = {
  // the engine could begin, which is all that was asked
  '/probe': () => DONE,
  '/elevate': (machine, words) => {
    elevate(openSystem(), machine.environment.startedFrom, words);
    return DONE;
  },
  '/preview': (machine) => START_EXIT_CODES[preview(machine).end],
  '/check': (machine) => START_EXIT_CODES[check(machine).end],
  '/scan': (machine) => START_EXIT_CODES[scan(machine).end],
  '/start': (machine, words) => {
    const end = start(machine, words[0] === '/shown' ? { shown: true } : {});
    return end.end === 'started' || end.end === 'underWay' ? follow(machine, end.run) : START_EXIT_CODES[end.end];
  },
  '/resume': (machine) => {
    resume(machine);
    return 0;
  },
  '/collect': collect,
};

/** `VERB [WORD …] [/sentinel FILE] [/log FILE]` */
interface CommandLine {
  readonly verb: string;
  readonly words: readonly string[];
  /** written at once, so that upgrade.cmd sees that scripts may run here at all */
  readonly sentinel?: string;
  /** gets a copy of every line of the screen */
  readonly log?: string;
}

function commandLineOf(all: readonly string[]): CommandLine {
  const words: string[] = [];
  const files: Record<string, string> = {};
  for (let index = 1; index < all.length; index++) {
    const word = all[index] ?? '';
    if (word === '/sentinel' || word === '/log') files[word] = all[++index] ?? '';
    else words.push(word);
  }
  const { '/sentinel': sentinel, '/log': log } = files;
  return {
    verb: all[0] ?? '',
    words,
    ...(sentinel === undefined ? {} : { sentinel }),
    ...(log === undefined ? {} : { log }),
  };
}

function main({ verb, words, sentinel, log }: CommandLine): number {
  if (verb === '/version') {
    echo(ENGINE_VERSION);
    return DONE;
  }
  const opened = openMachine();
  if (sentinel !== undefined) opened.files.writeText(sentinel, `${ENGINE_VERSION}\r\n`);
  const machine = log === undefined ? opened : { ...opened, console: new LoggedConsole(opened, log) };
  try {
    for (const name in VERBS) if (name === verb) return VERBS[name]?.(machine, words) ?? FAILED;
    machine.console.write(`The engine does not know "${verb}"`);
    return REFUSED;
  } catch (error) {
    machine.console.write(`The engine failed: ${comReasonOf(error)}`);
    return FAILED;
  }
}

let exitCode = FAILED;
try {
  exitCode = main(commandLineOf(scriptArguments()));
} catch (error) {
  echo(`The engine failed: ${comReasonOf(error)}`);
}
quit(exitCode);
