/**
 * The end of a run (design/task-sequence.md, 9). Every part may be done once more after a power cut, and the record that
 * the run has ended comes after all of them but one: the task goes last, for without it nobody would do the rest.
 */
import { collectFiles } from './collect-files.js';
import { copyReports } from './copy-reports.js';
import { giveBack } from './give-back.js';
import { reasonOf } from './gone.js';
import { hookPaths, resumeTask } from './hooks.js';
import { SETTLED } from './journal.js';
import { writeJson } from './json.js';
import { driveOf, type LocalFolder } from './local-folder.js';
import type { Machine } from './machine.js';
import type { Run } from './run.js';
import type { RunState } from './run-state.js';
import { removeSafetyNet } from './safety-net.js';
import { readDiagnosis } from './setup-diag.js';
import { isAmong } from './step-context.js';
import { startable } from './steps/command-line.js';
import { noteOf, summaryOf } from './summary.js';

/** Does everything that is left; afterwards the run has ended, and `resume` finds nothing to do. */
export function finish(run: Run): void {
  const { state, machine, local, reports, log } = run;
  // First of all: whatever fails below, nothing stays switched off.
  const problems = giveBack(run);
  if (state.outcome === 'success' && state.forgivenUpgrade) {
    state.outcome = 'failed';
    state.failure = state.forgivenUpgrade;
  }
  if (state.outcome !== 'success') collect(run);
  const diagnosis = state.outcome === 'success' ? undefined : readDiagnosis(machine, state.start.began);
  if (diagnosis) log.error(`SetupDiag: ${diagnosis.rule}${diagnosis.failure ? `, ${diagnosis.failure}` : ''}`);
  const summary = summaryOf(run, problems, diagnosis);
  log.info(`The run has ended: ${summary.outcome}. ${summary.message}`);
  attempt(run, 'summary.json could not be written', () => {
    machine.files.writeText(reports.summary, `${writeJson(summary)}\r\n`);
    machine.files.writeText(reports.note, noteOf(summary));
  });
  log.info(copyReports(run));
  startPostAction(run);
  // What the last record counts on, the summary above all, is on the disk before it: nobody writes it again.
  run.journal.flush();
  // Secret values end here: the journal of an ended run has none, and the files that hold some are removed.
  state.phase = 'ended';
  state.variables = { variables: [], formerSecrets: [] };
  state.boot = run.boot;
  run.journal.writeBoth(state);
  tidyUp(machine, local, state);
}

/**
 * What an ended run leaves behind is removed: content, hooks, and the task that would resume it. Reports stay.
 * Also called when a power cut came in between.
 */
export function tidyUp(machine: Machine, local: LocalFolder, { safetyNets, suspended }: RunState): void {
  const { files } = machine;
  for (const what of safetyNets) if (!isAmong(suspended, what)) removeSafetyNet(machine, what);
  for (const path of [local.variables, local.work, hookPaths(local.folder).folder, local.packages, local.os]) {
    try {
      files.remove(path);
    } catch (error) {
      // A program of a step may have a file of its package open: it stays, and harms nothing.
      machine.console.write(`"${path}" could not be removed: ${reasonOf(error)}`);
    }
  }
  // On the disk before the task goes: without it nobody would remove once more what a cut brought back.
  if (!files.flush(driveOf(local.folder))) machine.clock.sleep(SETTLED);
  machine.tasks.remove(resumeTask(local.folder).name);
}

/** Logs of Setup and the like; what cannot be collected is said. */
function collect(run: Run): void {
  attempt(run, 'The logs could not be collected', () => {
    const { machine, variables, reports, log } = run;
    const { files, problems } = collectFiles(machine, variables, `${reports.folder}\\Collected`, []);
    for (const problem of problems) log.warning(problem);
    log.info(`${files} log files collected`);
  });
}

/**
 * SMSTSPostAction: a command whose end nobody waits for (facts/configmgr.md, C.2). The journal knows of it first: it may
 * shut the computer down, and is started once at most.
 */
function startPostAction(run: Run): void {
  const { state, variables, machine, local, log } = run;
  const command = variables.expand(variables.get('SMSTSPostAction'));
  if (command === '' || state.postAction) return;
  state.postAction = true;
  run.save();
  log.info(`Post action: ${command}`);
  attempt(run, 'The post action could not be started', () => {
    machine.files.createFolder(local.work);
    machine.processes.start({
      line: startable(machine, command, undefined),
      workingDirectory: machine.environment.windowsFolder,
      environment: {},
      resultFile: `${local.work}\\post-action.exit`,
      outputFile: `${local.work}\\post-action.out`,
    });
  });
}

function attempt(run: Run, words: string, what: () => void): void {
  try {
    what();
  } catch (error) {
    run.log.error(`${words}: ${reasonOf(error)}`);
  }
}
