/**
 * Walks the sequence (design/task-sequence.md, The engine; facts/configmgr.md, B.4): groups, conditions, failures. What
 * a single step does is in step-runner.ts; what happens between restarts, in resume.ts.
 */
import { type Evaluation, evaluate } from './conditions.js';
import { reasonOf } from './gone.js';
import { groupNames, type Instruction, isContainer, typeOf } from './instructions.js';
import type { Run } from './run.js';
import type { StepFunctions } from './step-functions.js';
import { runStep, type StepEnd } from './step-runner.js';

/** How a walk ended: at the end of the phase, or because a step needs a restart. */
export type WalkEnd = 'done' | 'restart';

/** Goes on from where the run is, to the end of its phase or to the next restart. */
export function walk(run: Run, functions: StepFunctions): WalkEnd {
  const { state, table } = run;
  while (state.next < table.length) {
    leaveGroups(run);
    const instruction = table[state.next]!;
    if (isOfOtherPhase(run, instruction)) {
      state.next = instruction.end;
      continue;
    }
    const isUnderWay = state.underWay?.index === instruction.index;
    if (!isUnderWay && isSkipped(run, instruction)) continue;
    if (isContainer(instruction.node)) {
      enter(run, instruction);
      continue;
    }
    const end = runStep(run, instruction, instruction.node, functions);
    if (end === 'restart') return 'restart';
    settle(run, instruction, end);
    if (state.pendingRestart) return 'restart';
  }
  leaveGroups(run);
  return 'done';
}

/** Groups for failures are jumped over by the sequence, and everything else when they run. */
function isOfOtherPhase({ state }: Run, { onFailure }: Instruction): boolean {
  return onFailure !== (state.phase === 'onFailure');
}

/** Disabled, or its condition does not hold. A skipped step changes no result variable. */
function isSkipped(run: Run, instruction: Instruction): boolean {
  const { node } = instruction;
  const reason = node.disabled ? 'disabled' : conditionReason(run, instruction);
  if (reason === '') return false;
  run.log.info(`Skipped ${node.path} "${node.name}": ${reason}`);
  run.record({
    path: node.path,
    group: groupNames(instruction),
    name: node.name,
    type: typeOf(instruction),
    attempt: 0,
    start: run.now(),
    outcome: 'skipped',
    reason,
  });
  run.state.next = instruction.end;
  return true;
}

/** Why it does not run; empty when it does. A condition that cannot be asked does not hold. */
function conditionReason({ machine, variables, log }: Run, { node }: Instruction): string {
  if (!node.when) return '';
  let evaluation: Evaluation;
  try {
    evaluation = evaluate(node.when, machine, variables);
  } catch (error) {
    evaluation = { holds: false, reason: variables.mask(`the condition cannot be asked: ${reasonOf(error)}`) };
    log.warning(`The condition of ${node.path} cannot be asked: ${evaluation.reason}`);
  }
  return evaluation.holds ? '' : evaluation.reason;
}

/** What is in it follows. Not written to the journal: until its first step begins, entering it again changes nothing. */
function enter(run: Run, { index, node }: Instruction): void {
  run.log.info(`Group ${node.path} "${node.name}" begins`);
  run.state.entered.push({ index, start: run.now() });
  run.state.next = index + 1;
}

/** Groups whose end the run has reached have succeeded. */
function leaveGroups(run: Run): void {
  const { state, table } = run;
  for (let last = lastEntered(run); last && table[last.index]!.end <= state.next; last = lastEntered(run)) {
    leave(run, 'success');
  }
}

function lastEntered({ state }: Run) {
  return state.entered[state.entered.length - 1];
}

/** Leaves the innermost group. */
function leave(run: Run, outcome: 'success' | 'failed' | 'ignored', reason?: string): void {
  const entered = run.state.entered.pop();
  const instruction = entered && run.table[entered.index];
  if (!instruction) return;
  const { node } = instruction;
  if (outcome !== 'success') run.log.warning(`Group ${node.path} "${node.name}" ${outcome}`);
  run.record({
    path: node.path,
    group: groupNames(instruction),
    name: node.name,
    type: typeOf(instruction),
    attempt: 1,
    start: entered.start,
    outcome,
    ...(reason === undefined ? {} : { reason }),
  });
}

/**
 * Takes over how a step ended, and writes the journal: from here on the step has ended, whatever happens. The end of the
 * step, where the sequence goes on and a restart that is due stand in one record, so that no cut can part them.
 */
function settle(run: Run, instruction: Instruction, end: Exclude<StepEnd, 'restart'>): void {
  const { state } = run;
  if (end.failure === undefined || instruction.node.continueOnError) state.next = instruction.end;
  else fail(run, instruction, end);
  leaveGroups(run);
  run.save();
}

/**
 * A failing step fails its group, and that the one around it, up to the first that forgives: its rest is skipped, and
 * the sequence goes on behind it. When none forgives, the run has failed.
 */
function fail(run: Run, instruction: Instruction, { failure }: Exclude<StepEnd, 'restart'>): void {
  const { state } = run;
  for (let depth = instruction.around.length - 1; depth >= 0; depth--) {
    const group = instruction.around[depth]!;
    const reason = `"${instruction.node.name}" failed`;
    if (group.node.continueOnError) {
      leave(run, 'ignored', reason);
      state.next = group.end;
      return;
    }
    leave(run, 'failed', reason);
  }
  if (state.phase === 'onFailure') {
    // Nothing here changes the outcome, and the other groups for failures still have their turn.
    state.next = (instruction.around[0] ?? instruction).end;
    return;
  }
  if (state.outcome === 'success') state.outcome = 'failed';
  if (!state.failure && failure) state.failure = failure;
  run.log.error(`The sequence failed at ${instruction.node.path} "${instruction.node.name}"`);
  beginPhase(run, 'onFailure');
}

/** From the beginning of the table, but for what belongs to another phase. */
export function beginPhase({ state }: Run, phase: 'onFailure' | 'finish'): void {
  state.phase = phase;
  state.next = 0;
  state.entered = [];
}
