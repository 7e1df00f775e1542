/**
 * Cuts the power at every call that the engine makes to the machine, in a run for each, and compares (design/
 * task-sequence.md, The proof). With flush every run ends as the uncut one, but for cuts inside a step that may not
 * run again: those end failed at that step, with everything given back.
 */
import type { CompiledNode, CompiledSequence, StatusRecord } from '../target/contract.js';
import { readJournal } from '../target/simulated/journal-look.js';
import type { MachineModel } from '../target/simulated/model.js';
import type { ProgramStart } from '../target/simulated/run.js';
import { runMachine, type SimulatedRun } from './run-machine.js';

/** How a run with a power cut ended beside the one without. */
export type CutClass = 'asUncut' | 'failedAtStep' | 'outside';

export interface CutRun {
  readonly class: CutClass;
  /** for `outside`: what is wrong, in words */
  readonly words: string;
}

/** What the engine left at the moment of the cut, and when the machine was on again. */
interface Traces {
  /** whether /start had begun the run for certain */
  begun: boolean;
  /** whether the journal of a run that had begun was whole after every cut */
  isReadable: boolean;
  /** paths of the steps that were under way */
  readonly underWay: string[];
}

/** What the engine says in the log of a step or a minute that may be done again (step-runner.ts, restarts.ts). */
const MAY_BE_REPEATED = /may be done again/;

/** Compares runs with a cut to the one without. */
export class CutJudge {
  readonly #expected: string;
  readonly #notRepeatable: ReadonlySet<string>;
  /** by the path of the step */
  readonly #retries: ReadonlyMap<string, number>;

  /** @param uncut the run of the same machine without a cut */
  constructor(
    readonly model: MachineModel,
    sequence: CompiledSequence,
    readonly uncut: SimulatedRun,
  ) {
    this.#expected = JSON.stringify(this.#essence(uncut));
    const steps = stepsOf(sequence.steps);
    this.#notRepeatable = new Set(steps.filter(({ repeatable }) => !repeatable).map(({ path }) => path));
    this.#retries = new Map(steps.map(({ path, retry }) => [path, retry?.count ?? 0]));
  }

  /** Cuts the power at a call, from 1, or at several in turn, and lets the machine run to its end. */
  run(call: number | readonly number[], seed: number): CutRun {
    const traces: Traces = { begun: false, isReadable: true, underWay: [] };
    const run = runMachine(this.model, {
      cutAt: call,
      seed,
      beforeCut: (_, { taskHasRun }) => {
        traces.begun = taskHasRun;
      },
      afterCut: (machine) => {
        const { state, stepUnderWay } = readJournal(machine);
        if (traces.begun && state !== 'whole') traces.isReadable = false;
        if (stepUnderWay !== undefined) traces.underWay.push(stepUnderWay);
      },
    });
    const broken = this.#broken(run, traces);
    if (broken !== undefined) return { class: 'outside', words: broken };
    if (JSON.stringify(this.#essence(run)) === this.#expected) return { class: 'asUncut', words: '' };
    if (this.#failedBecauseOfCut(run, traces)) return { class: 'failedAtStep', words: '' };
    return { class: 'outside', words: this.#difference(run) };
  }

  /**
   * The step that was under way may not run again, and has failed: the run with it, unless the sequence says
   * continueOnError. Where Windows cannot flush, the record of the step may be lost.
   */
  #failedBecauseOfCut({ summary, records }: SimulatedRun, { underWay }: Traces): boolean {
    const failedAt = summary?.failedAt?.path;
    if (!this.model.canFlush && failedAt !== undefined && this.#notRepeatable.has(failedAt)) return true;
    const outcomes = lastOutcomes(records);
    return underWay.some((path) => this.#notRepeatable.has(path) && /^(failed|ignored)$/.test(outcomes[path] ?? ''));
  }

  /** What no run may do, cut or not, with flush or without. */
  #broken(run: SimulatedRun, { isReadable }: Traces): string | undefined {
    if (!isReadable) return 'the journal cannot be read any more';
    const off = run.protection.filter(({ drive, status }) => {
      const uncut = this.uncut.protection.find((one) => one.drive === drive);
      return status === 0 && uncut?.status === 1;
    });
    if (off.length > 0) return `BitLocker of ${off.map(({ drive }) => drive).join(', ')} stays suspended`;
    if (run.outcome === 'unfinished') return run.ending;
    const { active, all } = run.end.powerPlans;
    if (active !== this.uncut.end.powerPlans.active || all.length !== this.uncut.end.powerPlans.all.length)
      return 'the power plan was not given back';
    const repeated = this.#repeated(run);
    if (repeated !== undefined && !MAY_BE_REPEATED.test(run.log))
      return `ran twice without a word in the log: ${repeated}`;
    return undefined;
  }

  /**
   * A program that a step started more often than without the cut. A step that the uncut run never came to, as those of
   * the groups for failures, may start its programs once, and again for each retry it has.
   */
  #repeated({ end }: SimulatedRun): string | undefined {
    const uncut = startsOf(this.uncut.end.programs);
    const starts = startsOf(end.programs);
    for (const [key, { line, step, times }] of starts) {
      if (times > (uncut.get(key)?.times ?? 1 + (this.#retries.get(step) ?? 0))) return line;
    }
    return undefined;
  }

  /**
   * What must be the same, whatever happened on the way: not times, restarts and attempts. Where Windows cannot flush,
   * lines of status.jsonl may be lost, and with them what they tell.
   */
  #essence(run: SimulatedRun) {
    const { outcome, summary, windows, protection, records, variables } = run;
    const told = this.model.canFlush;
    return {
      outcome,
      failedAt: summary?.failedAt?.path ?? '',
      build: windows.build,
      edition: windows.edition,
      protection,
      steps: told ? lastOutcomes(records) : {},
      variables: told ? sorted(variables) : {},
    };
  }

  #difference(run: SimulatedRun): string {
    const [a, b] = [this.#essence(this.uncut), this.#essence(run)];
    if (a.outcome !== b.outcome || a.failedAt !== b.failedAt) return run.ending;
    const step = differing(a.steps, b.steps);
    if (step !== undefined) {
      return `step ${step} is ${b.steps[step] ?? 'not told'}, and ${a.steps[step] ?? 'not told'} without the cut`;
    }
    const name = differing(a.variables, b.variables);
    if (name === undefined) return `the machine is not as without the cut: ${run.ending}`;
    return `${name} is "${b.variables[name] ?? ''}", and "${a.variables[name] ?? ''}" without the cut`;
  }
}

function differing(a: Readonly<Record<string, string>>, b: Readonly<Record<string, string>>): string | undefined {
  return Object.keys({ ...a, ...b }).find((key) => a[key] !== b[key]);
}

function sorted(values: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(values).sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** A restart step whose restart was the power cut has succeeded all the same. */
function lastOutcomes(records: readonly StatusRecord[]): Record<string, string> {
  const outcomes: Record<string, string> = {};
  for (const { path, outcome } of records) outcomes[path] = outcome === 'restarted' ? 'success' : outcome;
  return sorted(outcomes);
}

/** Every step that is no group, those of child sequences included. */
function stepsOf(nodes: readonly CompiledNode[]): Exclude<CompiledNode, { type: 'group' }>[] {
  return nodes.flatMap((node) => {
    if (node.type === 'group') return stepsOf(node.steps);
    return [node, ...(node.type === 'runTaskSequence' ? stepsOf(node.steps) : [])];
  });
}

/** How often each program was started by each step: the same line in two steps is two programs. */
function startsOf(programs: readonly ProgramStart[]): Map<string, ProgramStart & { readonly times: number }> {
  const starts = new Map<string, ProgramStart & { readonly times: number }>();
  for (const { line, step } of programs) {
    const key = `${step} ${line}`;
    starts.set(key, { line, step, times: (starts.get(key)?.times ?? 0) + 1 });
  }
  return starts;
}
