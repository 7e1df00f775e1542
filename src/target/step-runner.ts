/** Runs one step: before it, how often, and after it (design/task-sequence.md, 7 and 8; facts/configmgr.md, B.4). */
import { reasonOf } from './gone.js';
import { groupNames, type Instruction, type PlainStep } from './instructions.js';
import { ProgramRunner } from './programs.js';
import { requestedRestart } from './requested-restart.js';
import type { Run } from './run.js';
import type { RunFailure, StepUnderWay } from './run-state.js';
import type { StepFunction, StepResult } from './step.js';
import { stepContext } from './step-context.js';
import type { StepFunctions } from './step-functions.js';

/** How a step ended; `restart`: it goes on after a restart, and its end is still to come. */
export type StepEnd = 'restart' | { readonly failure: RunFailure | undefined };

/** Restarts of one step: a step that always asks for another one must not keep a machine restarting for ever. */
const MOST_RESTARTS = 50;

/**
 * Runs the step, or goes on with it after a cut. The state is changed, but not written: the caller decides where the
 * sequence goes on and writes both at once.
 */
export function runStep(run: Run, instruction: Instruction, step: PlainStep, functions: StepFunctions): StepEnd {
  const { state } = run;
  const isResumed = state.underWay?.index === instruction.index;
  const resumed = isResumed && state.underWay?.continues !== true;
  const underWay = isResumed && state.underWay ? state.underWay : begin(run, instruction);
  const runner = new ProgramRunner(run, underWay, step.repeatable);
  if (resumed && !step.repeatable && !runner.canTakeOver()) {
    return ended(run, instruction, step, cutResult(step));
  }
  for (let first = true; ; first = false) {
    aboutToRun(run, instruction, step, underWay, resumed && first);
    const programs = first ? runner : new ProgramRunner(run, underWay, step.repeatable);
    const result = call(functions, stepContext(run, { step, underWay, resumed: resumed && first, programs }), run);
    const mayRetry = result.stillRuns !== true && underWay.retries < (step.retry?.count ?? 0);
    if (result.outcome === 'failed' && mayRetry) {
      waitForRetry(run, step, underWay, result);
      continue;
    }
    const restart = requestedRestart(run, step, result);
    if (restart?.again) {
      if (underWay.restarts >= MOST_RESTARTS) return ended(run, instruction, step, tooManyRestarts(underWay));
      return goOnAfterRestart(run, underWay, restart);
    }
    return ended(run, instruction, step, restart ? { ...result, restart } : result);
  }
}

function begin(run: Run, { index }: Instruction): StepUnderWay {
  const underWay: StepUnderWay = {
    index,
    start: run.now(),
    attempt: 0,
    retries: 0,
    restarts: 0,
    memory: {},
    programs: [],
  };
  run.state.underWay = underWay;
  return underWay;
}

/**
 * The journal says what is about to run before any of it runs: after a cut, a step without an end is known to have been
 * begun. A step that may not run twice waits until that is certain, also where Windows cannot flush.
 */
function aboutToRun(
  run: Run,
  instruction: Instruction,
  step: PlainStep,
  underWay: StepUnderWay,
  resumed: boolean,
): void {
  const { state, variables, log, table } = run;
  underWay.attempt += 1;
  delete underWay.continues;
  variables.setQuietly('_SMSTSCurrentActionName', step.name);
  variables.setQuietly('_SMSTSInstructionTableSize', String(table.length));
  variables.setQuietly('_SMSTSNextInstructionPointer', String(instruction.index));
  state.next = instruction.index;
  run.save();
  if (!step.repeatable) run.journal.settle();
  const attempt = underWay.attempt > 1 ? `, attempt ${underWay.attempt}` : '';
  log.info(`Step ${step.path} "${step.name}" (${step.type}) begins${attempt}`);
  if (resumed) log.warning('It was cut off before its end was known; what it did until then may be done again');
}

/** Whatever a step throws is its failure; only the end of this process is not. */
function call(functions: StepFunctions, context: ReturnType<typeof stepContext>, run: Run): StepResult {
  const { type } = context.step;
  if (type === 'runTaskSequence') throw new Error('A child sequence is walked, not run');
  try {
    // Each function gets the steps of its own type: the table is indexed by the type of this very step.
    return (functions[type] as StepFunction<typeof type> as (given: typeof context) => StepResult)(context);
  } catch (error) {
    return {
      outcome: 'failed',
      message: run.variables.mask(`The step failed: ${reasonOf(error)}`),
      advice: 'Look into inplace.log; this may be a fault of inplace itself',
    };
  }
}

function cutResult(step: PlainStep): StepResult {
  return {
    outcome: 'failed',
    message: `The computer was switched off, or the engine was ended, while "${step.name}" ran; it may not run twice`,
    advice:
      'See what the step has done so far, put it in order and start again; "repeatable: true" allows a second run',
  };
}

function tooManyRestarts({ restarts }: StepUnderWay): StepResult {
  return {
    outcome: 'failed',
    message: `The step has asked for ${restarts + 1} restarts and has not come to its end`,
    advice: 'See why its program wants a restart each time it runs',
  };
}

/** A failure that `retry` forgives. The programs are forgotten, for they are to run again. */
function waitForRetry(run: Run, step: PlainStep, underWay: StepUnderWay, { message = '' }: StepResult): void {
  const { count, delay } = step.retry ?? { count: 0, delay: 0 };
  underWay.retries += 1;
  underWay.programs = [];
  run.log.warning(`${message}; retry ${underWay.retries} of ${count} follows in ${delay} s`);
  // Before the wait: a cut during it must not give the step a retry more than it has.
  run.save();
  run.machine.clock.sleep(delay * 1000);
}

/** The step goes on after the restart: it was not cut off, so also one that may not run twice. */
function goOnAfterRestart(
  run: Run,
  underWay: StepUnderWay,
  { delay, message }: NonNullable<StepResult['restart']>,
): StepEnd {
  underWay.restarts += 1;
  underWay.continues = true;
  underWay.programs = [];
  run.state.pendingRestart = { boot: run.boot, delay, message, asked: 0, times: 0 };
  run.save();
  return 'restart';
}

/** The step has ended: its record, its result variables, and what has to follow. */
function ended(run: Run, instruction: Instruction, step: PlainStep, result: StepResult): StepEnd {
  const { state, variables, log } = run;
  const underWay = state.underWay!;
  const failed = result.outcome === 'failed';
  const reason = result.message === undefined ? undefined : variables.mask(result.message);
  const exitCode = result.exitCode;
  const outcome = failed ? (step.continueOnError ? 'ignored' : 'failed') : result.restart ? 'restarted' : 'success';
  const changes = variables.takeChanges();
  const late = step.type === 'upgrade' && underWay.overdue ? step.expect : undefined;
  const exceeded = result.exceeded ?? late;
  run.record({
    path: step.path,
    group: groupNames(instruction),
    name: step.name,
    type: step.type,
    attempt: underWay.attempt,
    start: underWay.start,
    outcome,
    ...(step.type === 'upgrade' && exceeded !== undefined ? { overdue: true as const } : {}),
    ...(reason === undefined ? {} : { reason }),
    ...(exitCode === undefined ? {} : { exitCode }),
    ...(result.output ? { output: variables.maskEnd(result.output) } : {}),
    ...(exceeded === undefined ? {} : { exceeded }),
    ...(changes === undefined ? {} : { variables: changes }),
  });
  setResultVariables(run, step, result);
  if (step.type === 'upgrade' && !step.scanOnly && exitCode !== undefined) state.setupCode = exitCode >>> 0;
  if (result.upgradePending) {
    delete state.forgivenUpgrade;
    const { package: chosen, image } = result.upgradePending;
    state.pendingUpgrade = {
      // An earlier start of Windows when a power cut came after Setup's end: that cut was the restart.
      boot: bootOfSetup(underWay, run.boot, result),
      packageId: chosen.id,
      imageIndex: image.index,
      step: { index: underWay.index, attempt: underWay.attempt },
    };
  }
  if (result.restart) {
    const { delay, message } = result.restart;
    state.pendingRestart = { boot: run.boot, delay, message, asked: 0, times: 0 };
  }
  delete state.underWay;
  const words = `Step ${step.path} "${step.name}" ended: ${outcome}${reason ? `, ${reason}` : ''}`;
  if (failed) log.error(result.advice ? `${words}. ${result.advice}` : words);
  else log.info(words);
  if (!failed) return { failure: undefined };
  const failure = failureOf(step, reason, result.advice);
  // Whoever forgives it lets the sequence go on; an upgrade that has not come about is no success all the same.
  if (step.type === 'upgrade' && !step.scanOnly) state.forgivenUpgrade = failure;
  return { failure };
}

/** ConfigMgr's names for how the last step went. A failure without an exit code has the one that means nothing else. */
function setResultVariables({ variables }: Run, step: PlainStep, { outcome, exitCode }: StepResult): void {
  const code = exitCode ?? (outcome === 'failed' ? 1 : 0);
  variables.setQuietly('_SMSTSLastActionName', step.name);
  variables.setQuietly('_SMSTSLastActionRetCode', String(code >>> 0));
  variables.setQuietly('_SMSTSLastActionSucceeded', outcome === 'success' ? 'true' : 'false');
}

/** The start of Windows in which Setup's program ran; an unknown earlier one when the step found it had ended before. */
function bootOfSetup({ programs }: StepUnderWay, boot: string, { exitCode }: StepResult): string {
  if (exitCode === undefined) return '';
  return programs[programs.length - 1]?.boot ?? boot;
}

function failureOf(step: PlainStep, message: string | undefined, advice: string | undefined): RunFailure {
  return {
    path: step.path,
    name: step.name,
    message: message ?? 'The step failed',
    ...(advice === undefined ? {} : { advice }),
  };
}
