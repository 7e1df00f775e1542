/**
 * The prestart command of the media (design/task-sequence.md, 2): it runs in the session of the person who starts the
 * upgrade, before anything is moved in. Nothing has begun while it runs: a power cut, or a second /start, runs it again.
 * Its files are copied first and checked, as a package is: batch files cannot run from a share, and media may be damaged.
 */
import type { MediaPrestart } from './contract.js';
import { endProcess, endWords } from './end-process.js';
import { checkFile } from './file-checks.js';
import { reasonOf, rethrowGone } from './gone.js';
import type { LocalFolder } from './local-folder.js';
import type { Machine } from './machine.js';
import { entriesBelow } from './manifest-lines.js';
import { folderProblem } from './move-in.js';
import { type PrestartVariable, parsePrestartVariables } from './prestart-variables.js';
import { readVariables } from './run-start.js';
import { CONTROL_FILES, fileProblem, onMedia, PRESTART_FOLDER, type StartMedia } from './start-media.js';
import type { Refusal } from './step.js';
import { isReadByCmd, startable } from './steps/command-line.js';
import { expandForCmd } from './steps/secret-text.js';
import { tailOf } from './text.js';
import { VariableStore } from './variables.js';

/** What it left for the run. */
export interface PrestartResult {
  readonly variables: readonly PrestartVariable[];
  /** for the log of the run; secrets are masked when they are written */
  readonly lines: readonly string[];
}

export type PrestartEnd =
  | { readonly end: 'done'; readonly result: PrestartResult }
  | { readonly end: 'refused' | 'damaged' | 'failed'; readonly problems: readonly Refusal[] };

/** What a run has of media without a prestart command. */
export const NO_PRESTART: PrestartResult = { variables: [], lines: [] };

/** Characters of its output that are kept. */
const OUTPUT_LENGTH = 1000;
/** Seconds between two looks: somebody sits before it and waits. */
const LOOK = 1;

interface Place {
  /** holds what the engine needs of the command, and goes when it has ended */
  readonly folder: string;
  readonly files: string;
  readonly variables: string;
  readonly result: string;
  readonly output: string;
}

/**
 * Runs the command to its end.
 * @param attended somebody is there: it gets a window with a keyboard. Else it runs unseen, and a question that it asks
 *   is answered by nobody until its time is over
 */
export function runPrestart(
  machine: Machine,
  local: LocalFolder,
  media: StartMedia & { readonly prestart: MediaPrestart },
  attended: boolean,
): PrestartEnd {
  const place = placeOf(local);
  try {
    machine.files.createProtectedFolder(local.folder);
  } catch (error) {
    return { end: 'refused', problems: [folderProblem(local, reasonOf(error))] };
  }
  try {
    machine.files.remove(place.folder);
    const damaged = copyFiles(machine, media, place);
    if (damaged.length > 0) return { end: 'damaged', problems: damaged };
    machine.console.write('The command of the media runs first ...');
    return runCommand(machine, media, place, attended);
  } catch (error) {
    const message = `The prestart command could not be run: ${reasonOf(error)}`;
    return { end: 'failed', problems: [{ rule: 'prestart', message, advice: ADVICE }] };
  } finally {
    machine.files.remove(place.folder);
  }
}

const ADVICE = 'Look at "prestart" of the media definition, and try the command by hand on such a computer';

function placeOf({ prestart: folder }: LocalFolder): Place {
  return {
    folder,
    files: `${folder}\\files`,
    variables: `${folder}\\variables.txt`,
    result: `${folder}\\command.exit`,
    output: `${folder}\\command.out`,
  };
}

/** @returns what is damaged */
function copyFiles(machine: Machine, { root, manifest }: StartMedia, { files }: Place): Refusal[] {
  const problems: Refusal[] = [];
  machine.files.createFolder(files);
  for (const entry of entriesBelow(manifest, PRESTART_FOLDER)) {
    const from = onMedia(root, entry.path);
    const to = onMedia(files, entry.path.substring(PRESTART_FOLDER.length + 1));
    const stat = machine.files.stat(from);
    if (stat && !stat.folder) {
      machine.files.createFolder(to.substring(0, to.lastIndexOf('\\')));
      machine.files.copyFile(from, to);
    }
    const problem = fileProblem(from, checkFile(machine, to, entry, true));
    if (problem) problems.push(problem);
  }
  return problems;
}

function runCommand(
  machine: Machine,
  media: StartMedia & { readonly prestart: MediaPrestart },
  place: Place,
  attended: boolean,
): PrestartEnd {
  const { command, timeout } = media.prestart;
  const stored = readVariables(machine, onMedia(media.root, CONTROL_FILES.variables));
  const variables = new VariableStore({ variables: stored, formerSecrets: [] }, (name) =>
    machine.environment.variable(name),
  );
  const plain = variables.expand(command);
  const readByCmd = isReadByCmd(machine, plain, place.files);
  const { text, environment } = readByCmd ? expandForCmd(variables, command) : { text: plain, environment: {} };
  const process = machine.processes.start({
    line: startable(machine, text, place.files),
    workingDirectory: place.files,
    environment: { ...environment, INPLACE_VARIABLES: place.variables, INPLACE_UNATTENDED: attended ? '' : '1' },
    resultFile: place.result,
    outputFile: place.output,
    ...(attended ? { attended } : {}),
  });
  const code = waitFor(machine, process, place, timeout);
  const output = variables.mask(textOf(machine, place.output, OUTPUT_LENGTH));
  const problem = problemOf(code, timeout, output);
  if (problem) return { end: 'failed', problems: [problem] };
  const set = parsePrestartVariables(textOf(machine, place.variables));
  const bad: Refusal[] = [];
  for (const words of set.problems) bad.push(badLine(words));
  if (bad.length > 0) return { end: 'failed', problems: bad };
  return { end: 'done', result: { variables: set.variables, lines: linesFor(command, set.variables, output) } };
}

/** It took too long; `stillRuns` says why it could not be ended, and is empty when it was. */
interface Late {
  readonly stillRuns: string;
}

/** @returns the exit code; undefined when it left none */
function waitFor(machine: Machine, process: string, { result }: Place, timeout: number): number | Late | undefined {
  // Waits are counted, for the clock of the machine may jump.
  for (let waited = 0; ; waited += LOOK) {
    // Asked first: what ends between the two calls has left its code.
    const running = machine.processes.isRunning(process);
    const match = /^\s*(-?\d{1,10}) *[\r\n]+$/.exec(textOf(machine, result));
    if (match) return Number(match[1]) >>> 0;
    if (!running) return undefined;
    if (waited >= timeout) return { stillRuns: endProcess(machine, process) };
    machine.clock.sleep(LOOK * 1000);
  }
}

function problemOf(code: number | Late | undefined, timeout: number, output: string): Refusal | undefined {
  if (code === 0) return undefined;
  const last = output === '' ? '' : `. It said: ${output.replace(/\s+/g, ' ')}`;
  const stopped = 'Nothing was changed. Do what the command asks for, and start again';
  if (typeof code === 'object') {
    const end = endWords(code.stillRuns);
    const message = `The prestart command did not end in ${Math.round(timeout / 60)} min ${end}${last}`;
    return { rule: 'prestart', message, advice: `${stopped}; "timeout" of the media definition gives it more time` };
  }
  const how = code === undefined ? 'was ended before it said how it went' : `ended with exit code ${code}, expected 0`;
  return { rule: 'prestart', message: `The prestart command ${how}${last}`, advice: stopped };
}

function badLine(message: string): Refusal {
  const advice = 'Correct what the command writes to the file that INPLACE_VARIABLES names: "Name=value", one a line';
  return { rule: 'prestart', message: `The prestart command left what is no variable. ${message}`, advice };
}

function linesFor(command: string, variables: readonly PrestartVariable[], output: string): string[] {
  const names: string[] = [];
  for (const { name } of variables) names.push(name);
  const set = names.length === 0 ? 'It set no variables' : `It set ${names.join(', ')}`;
  return [`Prestart command: ${command}`, `The prestart command succeeded. ${set}`, ...(output === '' ? [] : [output])];
}

/** Empty where there is no such file, or while the program has it open. @param length characters at its end */
function textOf(machine: Machine, path: string, length?: number): string {
  try {
    if (!machine.files.stat(path)) return '';
    const text = machine.files.readText(path);
    return length === undefined ? text : tailOf(text, length);
  } catch (error) {
    rethrowGone(error);
    return '';
  }
}
