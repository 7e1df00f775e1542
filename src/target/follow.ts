/** What /start does once the task runs: it shows the log, and changes nothing. Whoever closes it stops nothing. */
import type { RunSummary } from './contract.js';
import { reasonOf, rethrowGone } from './gone.js';
import { Journal } from './journal.js';
import { parseJson } from './json.js';
import { localFolder, reportFolder } from './local-folder.js';
import type { Machine } from './machine.js';

/** Exit codes of upgrade.cmd (design/task-sequence.md, The engine). */
const DONE = 0;
const FAILED = 1;
const RESTART_UNDER_WAY = 3010;

/** Seconds between two looks. */
const LOOK = 2;
/** Seconds in which the task must have begun: it runs every five minutes. */
const PATIENCE = 660;

/** Shows the log of a run until it ends or the computer restarts. @returns the exit code of upgrade.cmd */
export function follow(machine: Machine, run: string): number {
  const local = localFolder(machine.environment);
  const reports = reportFolder(local, run);
  let shown = 0;
  for (let waited = 0; ; waited += LOOK) {
    const text = logText(machine, reports.log);
    for (const line of newLines(text, shown)) machine.console.write(line);
    shown = Math.max(shown, wholeLength(text));
    const state = new Journal(machine, local).read();
    if (!state || state.start.run !== run || state.phase === 'ended') return ended(machine, reports.summary);
    if (state.pendingRestart && shown === wholeLength(logText(machine, reports.log))) {
      machine.console.write('The computer restarts. The upgrade goes on by itself afterwards.');
      return RESTART_UNDER_WAY;
    }
    if (shown === 0 && waited >= PATIENCE) {
      machine.console.write(
        'The task of the upgrade has not begun. See "Inplace" in Task Scheduler, and start it there.',
      );
      return FAILED;
    }
    machine.clock.sleep(LOOK * 1000);
  }
}

/** The log's text; empty while it is not there or somebody writes it. */
function logText(machine: Machine, path: string): string {
  try {
    return machine.files.stat(path) ? machine.files.readText(path) : '';
  } catch (error) {
    rethrowGone(error);
    return '';
  }
}

/** Length of the lines that are whole. */
function wholeLength(text: string): number {
  return text.lastIndexOf('\n') + 1;
}

/** What people read of the CMTrace lines behind `from`. */
function newLines(text: string, from: number): string[] {
  const lines: string[] = [];
  const pattern = /<!\[LOG\[([^\r\n]*)\]LOG\]!>/g;
  const fresh = text.substring(from, wholeLength(text));
  for (let match = pattern.exec(fresh); match !== null; match = pattern.exec(fresh)) lines.push(match[1] ?? '');
  return lines;
}

function ended(machine: Machine, path: string): number {
  try {
    const summary = parseJson(machine.files.readText(path)) as unknown as RunSummary;
    machine.console.write(`${summary.message}.`);
    if (summary.advice !== undefined) machine.console.write(`What to do: ${summary.advice}.`);
    return summary.outcome === 'success' ? DONE : FAILED;
  } catch (error) {
    machine.console.write(`The upgrade has ended, and its result cannot be read: ${reasonOf(error)}`);
    return FAILED;
  }
}
