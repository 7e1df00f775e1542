/** One run of the engine on a simulated machine, and everything that it left. */
import type { RunSummary, StatusRecord, WindowsIdentity } from '../target/contract.js';
import type { MachineModel } from '../target/simulated/model.js';
import { type RunOptions, type SimulatedEnd, simulateRun } from '../target/simulated/run.js';
import type { SimulatedOutcome } from './report.js';
import type { TimelineEvent } from './timeline.js';

export interface SimulatedRun {
  readonly outcome: SimulatedOutcome;
  /** how it ended, in one sentence */
  readonly ending: string;
  readonly windows: WindowsIdentity & { readonly productName: string };
  readonly summary: RunSummary | undefined;
  readonly records: readonly StatusRecord[];
  readonly refusals: readonly { readonly message: string; readonly advice: string }[];
  readonly log: string;
  readonly events: readonly TimelineEvent[];
  /** last values that the records tell; of secret ones `***` */
  readonly variables: Readonly<Record<string, string>>;
  /** what was off at the start and is still, and what was on and is off now */
  readonly protection: SimulatedEnd['protection'];
  /** simulated seconds until the run ended */
  readonly seconds: number;
  readonly calls: number;
  readonly end: SimulatedEnd;
}

/** Runs a machine to its end. */
export function runMachine(model: MachineModel, options: RunOptions = {}): SimulatedRun {
  const end = simulateRun(model, options);
  const { summary, records, refusals } = end;
  const outcome = outcomeOf(end);
  return {
    outcome,
    ending: endingOf(outcome, end),
    windows: end.windows,
    summary,
    records,
    refusals,
    log: end.log,
    events: end.events,
    variables: lastValues(records),
    protection: end.protection,
    seconds: secondsOf(model, end),
    calls: end.calls,
    end,
  };
}

function outcomeOf({ quiet, summary, started, running }: SimulatedEnd): SimulatedOutcome {
  if (!summary && isRefusal(started)) return 'refused';
  if (!summary && started === 'failed') return 'failed';
  return quiet && summary && !running ? summary.outcome : 'unfinished';
}

function isRefusal(started: SimulatedEnd['started']): boolean {
  return started === 'refused' || started === 'damaged' || started === 'outsideDates';
}

function endingOf(outcome: SimulatedOutcome, end: SimulatedEnd): string {
  const { summary, windows, refusals, upgraded } = end;
  const reasons = refusals.map(({ message }) => message).join('; ');
  const at = summary?.failedAt;
  const place = at ? ` at ${at.path} ${at.name}` : '';
  switch (outcome) {
    case 'success':
      return `${upgraded ? 'Upgraded' : 'Not upgraded, and nothing failed'}: ${windows.productName} runs, build ${windows.build}`;
    case 'refused':
      return `Refused: ${reasons}`;
    case 'failed':
      return `Failed${place}: ${summary?.message ?? reasons}`;
    case 'rolledBack':
      return `Rolled back${place}: ${summary?.message ?? ''}`;
    case 'unfinished':
      return end.quiet
        ? 'Unfinished: nothing on this machine would ever go on'
        : 'Unfinished: after three days the run still waits for something';
  }
}

/** The last value of every variable that a step changed. */
function lastValues(records: readonly StatusRecord[]): Record<string, string> {
  const values: Record<string, string> = {};
  for (const { variables = {} } of records) Object.assign(values, variables);
  return values;
}

/** What the world does after the run (a safety net that expires two days later) does not belong to it. */
function secondsOf(model: MachineModel, { summary, seconds }: SimulatedEnd): number {
  if (!summary || model.clock.jumps.length > 0) return seconds;
  return Math.max(0, (Date.parse(summary.end) - model.clock.began) / 1000);
}
