/** What a step function sees of the run (step.ts, StepContext). */
import type { PlainStep } from './instructions.js';
import type { ProgramRunner } from './programs.js';
import type { Run } from './run.js';
import type { StepUnderWay } from './run-state.js';
import { registerSafetyNet, removeSafetyNet } from './safety-net.js';
import type { StepContext, Suspended } from './step.js';

/** How a step is begun. */
export interface Beginning {
  readonly step: PlainStep;
  readonly underWay: StepUnderWay;
  /** whether a power cut or the end of an engine interrupted it */
  readonly resumed: boolean;
  readonly programs: ProgramRunner;
}

/** The context of one call of a step function. */
export function stepContext(run: Run, { step, underWay, resumed, programs }: Beginning): StepContext {
  return {
    step,
    machine: run.machine,
    variables: run.variables,
    log: run.log,
    content: run.content,
    chosen: run.chosen,
    // What did not fit was refused before the run began.
    refusals: [],
    resumed,
    memory: underWay.memory,
    remember(name, value) {
      underWay.memory[name] = value;
      run.save();
    },
    willSuspend: (what) => willSuspend(run, what),
    restored: (what) => restored(run, what),
    run: (program) => programs.start(program),
  };
}

/**
 * The journal first, then the safety net, then whatever the step switches off: at no moment is something off that nobody
 * would give back. Where Windows cannot flush, all of it has to reach the disk by itself before the step goes on.
 */
function willSuspend(run: Run, what: Suspended): void {
  const { state } = run;
  if (!isAmong(state.suspended, what)) state.suspended.push(what);
  if (!isAmong(state.safetyNets, what)) state.safetyNets.push(what);
  run.save();
  registerSafetyNet(run.machine, what, run.log);
  run.journal.settle();
}

/**
 * It is on again by now, so the net can go; the journal forgets it last. A cut in between gives it back once more, which
 * harms nothing, and leaves no task behind.
 */
export function restored(run: Run, what: Suspended): void {
  removeSafetyNet(run.machine, what);
  if (!isAmong(run.state.suspended, what)) return;
  const left: Suspended[] = [];
  for (const one of run.state.suspended) if (!isSame(one, what)) left.push(one);
  run.state.suspended = left;
  run.save();
}

/** Whether a list names the same thing. */
export function isAmong(list: readonly Suspended[], what: Suspended): boolean {
  for (const one of list) if (isSame(one, what)) return true;
  return false;
}

function isSame(a: Suspended, b: Suspended): boolean {
  return a.type === b.type && a.drive.toUpperCase() === b.drive.toUpperCase();
}
