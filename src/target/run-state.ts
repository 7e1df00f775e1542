/** What the journal keeps of a run: enough for another engine, under another script engine, to go on. Plain JSON. */
import type { RunOutcome, StatusRecord, WindowsIdentity } from './contract.js';
import type { Suspended } from './step.js';
import type { StoredVariables } from './variables.js';

/** What /start decided, and what the machine was before. */
export interface RunStart {
  /** id of the run, fit for a file name */
  readonly run: string;
  readonly mediaId: string;
  /** milliseconds since 1970 */
  readonly began: number;
  readonly chosen: { readonly packageId: string; readonly imageIndex: number };
  readonly before: WindowsIdentity;
  /** where Setup is started from */
  readonly setupFrom: 'local' | 'media';
  /** root of the media as /start saw it: `E:` or `E:\`; its letter may change */
  readonly mediaFolder?: string;
}

/** Where the run is. */
export type RunPhase =
  /** the sequence */
  | 'sequence'
  /** the groups with onFailure */
  | 'onFailure'
  /** everything is given back and written down */
  | 'finish'
  /** nothing is left to do */
  | 'ended';

/** A program that a step has started. */
export interface StartedProgram {
  /** tells programs of one step apart without holding their command lines */
  readonly key: string;
  readonly resultFile: string;
  readonly outputFile: string;
  /** start of Windows in which it was started */
  readonly boot: string;
  /** name of the process; empty when the engine ended between deciding to start it and writing down that it had */
  process: string;
  /** seen to have ended: its exit code */
  exitCode?: number;
}

/** The step that is under way: it was about to run, and its end is not known. */
export interface StepUnderWay {
  /** place in the instruction table */
  readonly index: number;
  /** ISO 8601; of the first beginning */
  readonly start: string;
  /** how often it was begun */
  attempt: number;
  /** failures that `retry` forgave */
  retries: number;
  /** restarts after which the step itself went on */
  restarts: number;
  /** it asked for the restart itself: it goes on after it, and was not cut off */
  continues?: boolean;
  /** it has taken longer than it was expected to, which was said; it is not ended */
  overdue?: true;
  memory: Record<string, string>;
  programs: StartedProgram[];
}

/** A group that was entered and not left. */
export interface EnteredGroup {
  readonly index: number;
  readonly start: string;
}

/** A restart that was asked for and not yet seen. */
export interface PendingRestart {
  /** start of Windows in which it was asked for */
  readonly boot: string;
  readonly delay: number;
  readonly message: string;
  /** milliseconds since 1970 of the last asking */
  asked: number;
  times: number;
}

/** Setup has prepared an upgrade; a later start of Windows shows what became of it. */
export interface PendingUpgrade {
  /** start of Windows in which Setup ran; another one is the restart that Setup waited for */
  readonly boot: string;
  readonly packageId: string;
  readonly imageIndex: number;
  readonly step: { readonly index: number; readonly attempt: number };
}

/** The first failure that nothing forgave, or the rollback. */
export interface RunFailure {
  readonly path: string;
  readonly name: string;
  readonly message: string;
  readonly advice?: string;
}

export interface RunState {
  readonly format: 1;
  readonly start: RunStart;
  /** InstallDate of the Windows before: an upgrade to the same build is seen by it */
  readonly installDate: string;
  phase: RunPhase;
  /** what the run has come to; failed and rolledBack are never taken back */
  outcome: Exclude<RunOutcome, 'refused'>;
  failure?: RunFailure;
  /** next instruction of the phase */
  next: number;
  entered: EnteredGroup[];
  underWay?: StepUnderWay;
  variables: StoredVariables;
  /** status records given out so far */
  records: number;
  /** records whose line may not be in status.jsonl: written again after a cut, with the same number */
  unwritten: StatusRecord[];
  suspended: Suspended[];
  /** everything that ever had a safety net: where Windows cannot flush, a cut brings a removed task back */
  safetyNets: Suspended[];
  pendingRestart?: PendingRestart;
  pendingUpgrade?: PendingUpgrade;
  restarts: number;
  /** running number of programs: no two of a run share a result file */
  programs: number;
  /** Windows was upgraded: found out after the restart */
  upgraded?: true;
  /** the upgrade that failed and was forgiven, unless a later one was prepared: such a run has not succeeded */
  forgivenUpgrade?: RunFailure;
  /** unsigned 32-bit exit code of the last Setup that was meant for good */
  setupCode?: number;
  /** `0x30018` of a rollback */
  extendCode?: string;
  /** SMSTSPostAction was started: never twice */
  postAction?: true;
  /** start of Windows of the last engine that wrote this */
  boot: string;
}
