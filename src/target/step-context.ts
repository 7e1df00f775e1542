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
export function willSuspend(run: Run, what: Suspended): void {
  const { state } = run;
  state.suspended = [...without(state.suspended, what), what];
  state.safetyNets = [...without(state.safetyNets, what), what];
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
  run.state.suspended = without(run.state.suspended, what);
  run.save();
}

function without(list: readonly Suspended[], what: Suspended): Suspended[] {
  const left: Suspended[] = [];
  for (const one of list) if (!isSame(one, what)) left.push(one);
  return left;
}

/** Whether a list names the same thing. */
export function isAmong(list: readonly Suspended[], what: Suspended): boolean {
  for (const one of list) if (isSame(one, what)) return true;
  return false;
}

/** A machine has one active power plan: which one comes back is the newest that is known. */
function isSame(a: Suspended, b: Suspended): boolean {
  if (a.type === 'powerPlan' || b.type === 'powerPlan') return a.type === b.type;
  return a.drive.toUpperCase() === b.drive.toUpperCase();
}
