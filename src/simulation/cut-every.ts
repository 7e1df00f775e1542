/**
 * Cuts the power at every call that the engine makes to the machine, in a run for each, and compares (design/
 * task-sequence.md, The proof). With flush every run ends as the uncut one, but for cuts inside a step that may not
 * run again: those end failed at that step, with everything given back.
 */
import type { CompiledNode, CompiledSequence, StatusRecord } from '../target/contract.js';
import { readJournal } from '../target/simulated/journal-look.js';
import type { MachineModel } from '../target/simulated/model.js';
import { runMachine, type SimulatedRun } from './run-machine.js';

/** How a run with a power cut ended beside the one without. */
export type CutClass = 'asUncut' | 'failedAtStep' | 'outside';

export interface CutRun {
  readonly class: CutClass;
  /** for `outside`: what is wrong, in words */
  readonly words: string;
}

/** Compares runs with a cut to the one without. */
export class CutJudge {
  readonly #expected: string;
  readonly #notRepeatable: ReadonlySet<string>;

  /** @param uncut the run of the same machine without a cut */
  constructor(
    readonly model: MachineModel,
    sequence: CompiledSequence,
    readonly uncut: SimulatedRun,
  ) {
    this.#expected = JSON.stringify(essence(uncut));
    this.#notRepeatable = new Set(notRepeatable(sequence.steps));
  }

  /** Cuts the power at a call, from 1, and lets the machine run to its end. */
  run(call: number, seed: number): CutRun {
    let journal: ReturnType<typeof readJournal> = { state: 'none', stepUnderWay: undefined };
    let before: ReturnType<typeof readJournal> = journal;
    const run = runMachine(this.model, {
      cutAt: call,
      seed,
      beforeCut: (machine) => {
        before = readJournal(machine);
      },
      afterCut: (machine) => {
        journal = readJournal(machine);
      },
    });
    const lost = this.#broken(run, before, journal);
    if (lost !== undefined) return { class: 'outside', words: lost };
    if (JSON.stringify(essence(run)) === this.#expected) return { class: 'asUncut', words: '' };
    const at = run.summary?.failedAt?.path;
    if (run.outcome === 'failed' && at !== undefined && at === journal.stepUnderWay && this.#notRepeatable.has(at)) {
      return { class: 'failedAtStep', words: '' };
    }
    return { class: 'outside', words: this.#difference(run) };
  }

  /** What no run may do, cut or not. */
  #broken(run: SimulatedRun, before: ReturnType<typeof readJournal>, after: ReturnType<typeof readJournal>) {
    if (after.state === 'damaged' || (after.state === 'none' && before.state === 'whole')) {
      return 'the journal cannot be read any more';
    }
    const off = run.protection.filter(({ drive, status }) => {
      const earlier = this.uncut.protection.find((one) => one.drive === drive);
      return status === 0 && earlier?.status === 1;
    });
    if (off.length > 0) return `BitLocker of ${off.map(({ drive }) => drive).join(', ')} stays suspended`;
    if (run.outcome === 'unfinished') return run.ending;
    return undefined;
  }

  #difference(run: SimulatedRun): string {
    const [a, b] = [essence(this.uncut), essence(run)];
    if (a.outcome !== b.outcome || a.failedAt !== b.failedAt) return run.ending;
    const step = Object.keys({ ...a.steps, ...b.steps }).find((path) => a.steps[path] !== b.steps[path]);
    if (step !== undefined)
      return `step ${step} is ${b.steps[step] ?? 'not told'}, and ${a.steps[step] ?? 'not told'} without the cut`;
    const name = Object.keys({ ...a.variables, ...b.variables }).find((key) => a.variables[key] !== b.variables[key]);
    if (name !== undefined)
      return `${name} is "${b.variables[name] ?? ''}", and "${a.variables[name] ?? ''}" without the cut`;
    return `the machine is not as without the cut: ${run.ending}`;
  }
}

/** What must be the same, whatever happened on the way: not times, restarts and attempts. */
function essence(run: SimulatedRun) {
  const { outcome, summary, windows, protection, records, variables } = run;
  return {
    outcome,
    failedAt: summary?.failedAt?.path ?? '',
    build: windows.build,
    edition: windows.edition,
    protection,
    steps: lastOutcomes(records),
    variables: Object.fromEntries(Object.entries(variables).sort(([a], [b]) => (a < b ? -1 : 1))),
  };
}

/** A restart step whose restart was the power cut has succeeded all the same. */
function lastOutcomes(records: readonly StatusRecord[]): Record<string, string> {
  const outcomes: Record<string, string> = {};
  for (const { path, outcome } of records) outcomes[path] = outcome === 'restarted' ? 'success' : outcome;
  return Object.fromEntries(Object.entries(outcomes).sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** Paths of the steps that may not run again. */
function notRepeatable(nodes: readonly CompiledNode[]): string[] {
  return nodes.flatMap((node) => {
    if (node.type === 'group') return notRepeatable(node.steps);
    return [
      ...(node.repeatable ? [] : [node.path]),
      ...(node.type === 'runTaskSequence' ? notRepeatable(node.steps) : []),
    ];
  });
}
