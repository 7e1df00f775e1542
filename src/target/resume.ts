/**
 * What the task of the engine does at every start of Windows, at every sign-in and every five minutes: goes on with the
 * run, from wherever it stands (design/task-sequence.md, 4, 7 and 8).
 */
import { findUpgradeOutcome } from './after-upgrade.js';
import { setBuiltInVariables } from './built-in-variables.js';
import type { CompiledSequence } from './contract.js';
import { finish, tidyUp } from './finish.js';
import { reasonOf } from './gone.js';
import { resumeTask } from './hooks.js';
import { Journal } from './journal.js';
import { parseJson } from './json.js';
import { keepAwake } from './keep-awake.js';
import { type LocalFolder, localFolder } from './local-folder.js';
import type { Machine } from './machine.js';
import { askForRestart, isRestartToCome, needsUpgradeRestart } from './restarts.js';
import { Run } from './run.js';
import type { RunState } from './run-state.js';
import { mendSafetyNets } from './safety-net.js';
import { beginPhase, walk } from './sequencer.js';
import { isSetupInProgress } from './setup-in-progress.js';
import type { StepFunctions } from './step-functions.js';
import { STEP_FUNCTIONS } from './steps/table.js';
import { parseIsoTime } from './text.js';

export type ResumeEnd =
  /** no run is under way */
  | 'nothing'
  /** another engine works on it */
  | 'busy'
  /** Windows Setup or the first sign-in screens are not done */
  | 'waiting'
  /** a restart was asked for */
  | 'restarting'
  /** the run has ended: the task is removed, the result is written */
  | 'ended';

/** Goes on with the run. Throws when the journal cannot be written: the next call finds everything as it was. */
export function resume(machine: Machine): ResumeEnd {
  return resumeWith(machine, STEP_FUNCTIONS);
}

/** The same with other steps than those of the table. */
export function resumeWith(machine: Machine, functions: StepFunctions): ResumeEnd {
  const local = localFolder(machine.environment);
  if (!machine.files.stat(local.journals[0]) && !machine.files.stat(local.journals[1]))
    return withoutRun(machine, local);
  // Before the journal is read: what another engine is about to write would be missed.
  if (!machine.files.lock(local.lock)) return 'busy';
  const journal = new Journal(machine, local);
  const state = journal.read();
  if (!state) return withoutRun(machine, local);
  if (state.phase === 'ended') {
    tidyUp(machine, local, state);
    return 'nothing';
  }
  if (isSetupInProgress(machine)) return 'waiting';
  return goOn(openRun(machine, local, journal, state), functions);
}

/** Milliseconds after which nobody is between registering the task and beginning the run any more. */
const ABANDONED = 3600000;

/**
 * /start registers the task just before it begins the run. When it was cut short in between, and nobody has started it
 * again, the task has nothing to do, and would run every five minutes for ever.
 */
function withoutRun(machine: Machine, local: LocalFolder): ResumeEnd {
  const registered = parseIsoTime(machine.files.stat(local.task)?.modified ?? '');
  // Either way: the clock may have been set back meanwhile.
  const isOld = registered === undefined || Math.abs(machine.clock.now() - registered) > ABANDONED;
  if (isOld) machine.tasks.remove(resumeTask(local.folder).name);
  return 'nothing';
}

/** /start has made it; where Windows cannot flush, a power cut can have taken it and left the journal. */
function makeReportFolder({ machine, reports }: Run): void {
  try {
    machine.files.createFolder(reports.folder);
  } catch (error) {
    machine.console.write(`The folder of reports cannot be made: ${reasonOf(error)}`);
  }
}

function goOn(run: Run, functions: StepFunctions): ResumeEnd {
  const { state } = run;
  makeReportFolder(run);
  run.writeMissingRecords();
  if (isRestartToCome(run)) {
    askForRestart(run);
    return 'restarting';
  }
  mendSafetyNets(run.machine, state.suspended, run.log);
  keepAwake(run);
  setBuiltInVariables(run);
  findUpgradeOutcome(run);
  if (state.phase === 'sequence') {
    if (walk(run, functions) === 'restart') return restarting(run);
    // After a failure the walk has gone on with the next phase by itself.
    if (isStill(state, 'sequence')) {
      if (needsUpgradeRestart(run)) return restarting(run);
      beginPhase(run, state.outcome === 'success' ? 'finish' : 'onFailure');
    }
  }
  if (isStill(state, 'onFailure')) {
    if (walk(run, functions) === 'restart') return restarting(run);
    beginPhase(run, 'finish');
  }
  run.save();
  finish(run);
  return 'ended';
}

/** Asked by a function, for the compiler does not know that a walk changes the phase. */
function isStill({ phase }: RunState, wanted: RunState['phase']): boolean {
  return phase === wanted;
}

function restarting(run: Run): ResumeEnd {
  askForRestart(run);
  return 'restarting';
}

/** A sequence that cannot be read ends the run, orderly: what was switched off is given back, the result is written. */
function openRun(machine: Machine, local: LocalFolder, journal: Journal, state: RunState): Run {
  try {
    const sequence = parseJson(machine.files.readText(local.sequence)) as unknown as CompiledSequence;
    if (sequence.format !== 2) throw new Error(`its format is ${sequence.format}, expected 2`);
    return new Run(machine, local, journal, state, sequence);
  } catch (error) {
    const reason = reasonOf(error);
    const sequence: CompiledSequence = { format: 2, name: '', steps: [], packages: [], upgradePackages: [] };
    if (state.outcome === 'success') state.outcome = 'failed';
    state.failure ??= {
      path: '',
      name: '',
      message: `${local.sequence} cannot be read: ${reason}`,
      advice: 'Check the disk of this computer, and start again from the media',
    };
    state.phase = 'finish';
    delete state.underWay;
    delete state.pendingRestart;
    return new Run(machine, local, journal, state, sequence);
  }
}
