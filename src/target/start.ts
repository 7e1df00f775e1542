/**
 * /start: what happens before the task runs the sequence (design/task-sequence.md, The engine, 2 to 4).
 *
 * The order with regard to power cuts: content is whole and flushed (move-in.ts); then the task is registered and
 * flushed; then the journal's first record is written and flushed (run-start.ts); then the task is run. A task without
 * a journal finds no run and leaves quietly; a journal without a task would be a run that nothing resumes. So a cut
 * before the journal leaves a machine on which nothing has begun, and one after it a run that goes on by itself. A
 * second /start begins anew in the first case and registers the task again in the second.
 */
import { reasonOf } from './gone.js';
import { resumeTask } from './hooks.js';
import { Journal } from './journal.js';
import { type LocalFolder, localFolder, reportFolder } from './local-folder.js';
import { CmTraceLog } from './log.js';
import type { Machine } from './machine.js';
import { moveIn } from './move-in.js';
import { NO_PRESTART, type PrestartEnd, type PrestartResult, runPrestart } from './prestart.js';
import { LEFT_TO_SETUP } from './readiness/run-checks.js';
import { registerResumeTask } from './resume-task.js';
import { beginRun, earlierRun, forgetEndedRun } from './run-start.js';
import type { RunStart } from './run-state.js';
import { type Decision, decide } from './start-decision.js';
import type { StartMedia } from './start-media.js';
import { refusalLines, startScreen } from './start-screen.js';
import type { Refusal } from './step.js';
import { isoTime } from './text.js';

export interface StartOptions {
  /** asks the person at the screen once; left out: nobody is asked (/unattended) */
  readonly confirm?: () => boolean;
  /** the person has seen the screen by `preview` or `check`, and has said yes */
  readonly shown?: true;
}

/** How /start or /check ended; `problems` has every reason. */
export type StartEnd =
  /** the task runs the sequence; the caller follows its log */
  | { readonly end: 'started'; readonly run: string }
  /** a run was under way already: its task is registered again and runs */
  | { readonly end: 'underWay'; readonly run: string }
  /** /check: the upgrade could begin */
  | { readonly end: 'ready' }
  /** the person said no; nothing was changed */
  | { readonly end: 'declined' }
  | { readonly end: ProblemEnd; readonly problems: readonly Refusal[] };

/** `outsideDates`: beside whatever else speaks against it, the media may not be used today */
export type ProblemEnd = 'refused' | 'damaged' | 'failed' | 'outsideDates';

/** Exit codes of upgrade.cmd (design/task-sequence.md, The engine); of a run that was started its own end follows. */
export const START_EXIT_CODES: Readonly<Record<StartEnd['end'], number>> = {
  started: 0,
  underWay: 0,
  ready: 0,
  declined: 0,
  failed: 1,
  refused: 2,
  damaged: 3,
  outsideDates: 4,
};

/** Begins the upgrade from the media the engine was started from. */
export function start(machine: Machine, options: StartOptions = {}): StartEnd {
  const local = localFolder(machine.environment);
  if (earlierRun(machine, local) === 'underWay') return goOn(machine, local);
  const decided = decide(machine, local, []);
  if (decided.end !== 'ready') return told(machine, decided.end, decided.problems);
  const { decision } = decided;
  const run = newRun(machine, local);
  if (!options.shown) for (const line of screenOf(machine, local, decision, run)) machine.console.write(line);
  if (options.confirm && !options.confirm()) return { end: 'declined' };
  const prestart = beforeAll(machine, local, decision.media, options);
  if (prestart.end !== 'done') return told(machine, prestart.end, prestart.problems);
  machine.console.write(`Copying to ${local.folder} ...`);
  const moved = moveIn(machine, local, decision.plan);
  if (moved.end !== 'done') return told(machine, moved.end, moved.problems);
  return begin(machine, local, decision, { run, prestart: prestart.result });
}

/** The prestart command of the media, when there is one. */
function beforeAll(machine: Machine, local: LocalFolder, media: StartMedia, options: StartOptions): PrestartEnd {
  const { prestart } = media;
  if (!prestart) return { end: 'done', result: NO_PRESTART };
  return runPrestart(machine, local, { ...media, prestart }, options.shown === true || options.confirm !== undefined);
}

/** What /start says before it asks: the one screen, or every reason against it. Nothing is changed. */
export function preview(machine: Machine): StartEnd {
  const local = localFolder(machine.environment);
  if (earlierRun(machine, local) === 'underWay') {
    machine.console.write('An upgrade is under way already. Starting it goes on with it.');
    return { end: 'ready' };
  }
  const decided = decide(machine, local, []);
  if (decided.end !== 'ready') return told(machine, decided.end, decided.problems);
  for (const line of screenOf(machine, local, decided.decision, newRun(machine, local))) machine.console.write(line);
  return { end: 'ready' };
}

/** /check: all checks, nothing written; checks of the design where the sequence begins with none. */
export function check(machine: Machine): StartEnd {
  const local = localFolder(machine.environment);
  const decided = decide(machine, local, [{ skip: [] }]);
  if (decided.end !== 'ready') return told(machine, decided.end, decided.problems);
  for (const line of screenOf(machine, local, decided.decision, newRun(machine, local))) machine.console.write(line);
  machine.console.write(`This computer can be upgraded. ${LEFT_TO_SETUP}.`);
  return { end: 'ready' };
}

/** What begins, and what came before it. */
interface NewRun {
  readonly run: string;
  readonly prestart: PrestartResult;
}

/** Everything is in place: the task, the journal, and off it goes. */
function begin(machine: Machine, local: LocalFolder, decision: Decision, { run, prestart }: NewRun): StartEnd {
  const { chosen, media, setup, source } = decision;
  try {
    // The task tidies itself away where it finds a run that has ended.
    forgetEndedRun(machine, local);
    const problem = registerResumeTask(machine, local);
    if (problem) return told(machine, 'failed', [problem]);
    const start: RunStart = {
      run,
      mediaId: media.mediaId,
      began: machine.clock.now(),
      chosen: { packageId: chosen.package.id, imageIndex: chosen.image.index },
      before: source.identity,
      setupFrom: setup.from,
      mediaFolder: media.root,
    };
    const variables = beginRun(machine, local, start, prestart.variables);
    const log = new CmTraceLog(machine, reportFolder(local, run).log, variables);
    for (const line of prestart.lines) log.info(line);
  } catch (error) {
    const message = `The upgrade could not be begun: ${reasonOf(error)}`;
    machine.tasks.remove(resumeTask(local.folder).name);
    const advice = 'See whether the drive of Windows is healthy, and start again';
    return told(machine, 'failed', [{ rule: 'begin', message, advice }]);
  }
  runTask(machine, local);
  return { end: 'started', run };
}

/** A second /start while a run is under way: whatever a power cut took of the task is mended. */
function goOn(machine: Machine, local: LocalFolder): StartEnd {
  const run = new Journal(machine, local).read()?.start.run ?? '';
  machine.console.write('An upgrade is under way already, and goes on.');
  const problem = registerResumeTask(machine, local);
  if (problem) return told(machine, 'failed', [problem]);
  runTask(machine, local);
  return { end: 'underWay', run };
}

function runTask(machine: Machine, local: LocalFolder): void {
  try {
    machine.tasks.run(resumeTask(local.folder).name);
  } catch (error) {
    machine.console.write(`The upgrade begins within five minutes, by its task: ${reasonOf(error)}`);
  }
}

/** Says the reasons on the screen. */
function told(machine: Machine, end: ProblemEnd, problems: readonly Refusal[]): StartEnd {
  machine.console.write('This computer is not upgraded:');
  for (const line of refusalLines(problems)) machine.console.write(line);
  return { end, problems };
}

function screenOf(machine: Machine, local: LocalFolder, decision: Decision, run: string): string[] {
  const { media, source, chosen, toCopy, spaceNeeded, seconds, setup, unchecked } = decision;
  return startScreen(machine, {
    mediaName: media.name,
    source,
    chosen,
    sequence: media.sequence,
    local,
    run,
    toCopy,
    spaceNeeded,
    copySeconds: seconds,
    setup: `${setup.from === 'local' ? 'from a copy' : 'from the media'}: ${setup.why}`,
    unchecked,
    ...(media.validity ? { validity: media.validity } : {}),
    ...(media.prestart ? { prestart: media.prestart.command } : {}),
  });
}

/** `20260131T120000Z`, with a number where a clock that jumped back has been there before. */
function newRun(machine: Machine, local: LocalFolder): string {
  const time = isoTime(machine.clock.now())
    .replace(/\.\d+Z$/, 'Z')
    .replace(/[-:]/g, '');
  let run = time;
  for (let again = 2; machine.files.stat(reportFolder(local, run).folder); again++) run = `${time}-${again}`;
  return run;
}
