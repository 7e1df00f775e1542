/** What `inplace simulate` found out; plain data. */
import type { RunOutcome, RunSummary, StatusRecord } from '../target/contract.js';

/** How a run on a simulated machine ended: as the engine says, or `unfinished` when nothing would ever go on. */
export type SimulatedOutcome = RunOutcome | 'unfinished';

/** What became of one machine. */
export interface MachineReport {
  /** the name of its file, without the ending */
  readonly name: string;
  /** host path of the machine file */
  readonly file: string;
  readonly outcome: SimulatedOutcome;
  /** whether it did what its file expects, or was upgraded where the file expects nothing */
  readonly passed: boolean;
  /** what the file expects and did not come; left out when it expects nothing */
  readonly differences?: readonly string[];
  /** how it ended, in one sentence */
  readonly ending: string;
  readonly failedAt?: { readonly path: string; readonly name: string };
  /** simulated time */
  readonly seconds: number;
  readonly restarts: number;
  /** what was taken for the Windows media, when no upgrade package says it */
  readonly assumedMedia?: string;
  /** for people */
  readonly timeline: string;
  /** the log it would leave, in CMTrace's format */
  readonly log: string;
  readonly records: readonly StatusRecord[];
  readonly summary?: RunSummary;
  readonly cuts?: CutsReport;
}

/** The power was cut at every call that the engine makes to the machine, in a run for each. */
export interface CutsReport {
  /** runs */
  readonly tried: number;
  /** runs that ended as the one without a cut */
  readonly asUncut: number;
  /** runs that ended failed at the step in which the power was cut, because it may not run again */
  readonly failedAtStep: number;
  /** every other run */
  readonly outside: readonly {
    /** number of the call: `--cut N` runs it again */
    readonly call: number;
    readonly words: string;
  }[];
}
