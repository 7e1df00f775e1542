/** What a step type is to the sequencer: one function, called until it says how the step ended. */
import type { CompiledSequence, CompiledStep, CompiledUpgradePackage, StepType, UpgradeImage } from './contract.js';
import type { Machine } from './machine.js';

/** The variables of the sequence: names without case, values as text, `%Name%` in any text. */
export interface Variables {
  /** empty when it has no value */
  get(name: string): string;
  /** also the read-only ones, which only the engine sets; the empty value removes the variable */
  set(name: string, value: string, secret?: boolean): void;
  /** replaces every %Name% by its value, one without a value by nothing; %% stays */
  expand(text: string): string;
  /** the same, with every secret value as `***`: for logs */
  mask(text: string): string;
  /** the same for the end of a longer text, which may begin in the middle of a secret value */
  maskEnd(text: string): string;
  isSecret(name: string): boolean;
  /** whether `mask` takes anything out of any text: secrets that were replaced or removed count */
  masksAnything(): boolean;
  /** in the order of their names */
  names(): readonly string[];
}

/** CMTrace lines; secret values are masked on the way. */
export interface Log {
  info(text: string): void;
  warning(text: string): void;
  error(text: string): void;
}

/** Where the content of the media lies while the sequence runs: `C:\Inplace` and what is still on the media. */
export interface LocalContent {
  readonly sequence: CompiledSequence;
  /** `C:\Inplace` */
  readonly folder: string;
  /** folder for exit codes, outputs and scripts of steps */
  readonly workFolder: string;
  /** folder Setup and steps copy logs to */
  readonly logFolder: string;
  /** the package's folder on this machine; throws when the sequence has none of this id */
  packageFolder(id: string): string;
  /**
   * Folder of setup.exe: the local copy or the media, looked for by its media id on every drive.
   * undefined when the media is not there (any more).
   */
  upgradeFolder(chosen: CompiledUpgradePackage): string | undefined;
}

/** What this machine becomes; chosen before the first change (see upgrade-check.ts). */
export interface ChosenUpgrade {
  readonly package: CompiledUpgradePackage;
  readonly image: UpgradeImage;
}

export interface ProgramResult {
  /** unsigned 32-bit; undefined when it did not end in its time */
  readonly exitCode: number | undefined;
  /** the last 1000 characters of what it printed */
  readonly output: string;
  readonly timedOut: boolean;
  /** why it could not be ended and runs on; empty when nothing runs any more */
  readonly stillRuns: string;
}

/** A program of a step. */
export interface Program {
  readonly line: string;
  readonly workingDirectory: string;
  readonly environment?: Readonly<Record<string, string>>;
  /** seconds; left out: none */
  readonly timeout?: number;
  /** seconds after which the log warns, once, that the program takes longer; it goes on (Windows Setup is never ended) */
  readonly expect?: number;
}

export interface StepContext<S extends CompiledStep = CompiledStep> {
  readonly step: S;
  readonly machine: Machine;
  readonly variables: Variables;
  readonly log: Log;
  readonly content: LocalContent;
  /** undefined when no image of this media fits the machine */
  readonly chosen: ChosenUpgrade | undefined;
  /** why nothing fits, and what would help; empty when something does */
  readonly refusals: readonly Refusal[];
  /** whether this step was under way when the power went or the engine ended */
  readonly resumed: boolean;
  /** what the step keeps over restarts and power cuts: written with the journal */
  readonly memory: Readonly<Record<string, string>>;
  /** keeps a value in `memory` and writes the journal before it returns */
  remember(name: string, value: string): void;
  /**
   * Says that something is about to be switched off, before it is: the journal knows it, and the engine gives it back
   * when the run ends, however it ends.
   */
  willSuspend(what: Suspended): void;
  /** it is on again */
  restored(what: Suspended): void;
  /** runs a program to its end, in a way that another engine can take over after this one was ended */
  run(program: Program): ProgramResult;
}

/** Something that was switched off for the upgrade. */
export type Suspended =
  | { readonly type: 'bitLocker'; readonly drive: string }
  /** sleep, by another power plan: the GUID of the one that comes back */
  | { readonly type: 'powerPlan'; readonly plan: string };

/** A reason why this machine is not upgraded. */
export interface Refusal {
  /** readiness check or upgrade rule that says so */
  readonly rule: string;
  readonly message: string;
  /** what would help */
  readonly advice: string;
}

export interface StepResult {
  readonly outcome: 'success' | 'failed';
  readonly exitCode?: number;
  readonly output?: string;
  /** what happened, in plain words; required for `failed` */
  readonly message?: string;
  readonly advice?: string;
  /** seconds: a program of the step was ended because this time was over, or SetupHost took longer than this was expected */
  readonly exceeded?: number;
  /** restart before the next step; `again` runs this step once more afterwards */
  readonly restart?: { readonly delay: number; readonly message: string; readonly again?: boolean };
  /** Setup has prepared the upgrade: the next start of the machine is the new Windows, or the old one rolled back */
  readonly upgradePending?: ChosenUpgrade;
  /** a program of the step could not be ended: no retry starts a second one beside it */
  readonly stillRuns?: boolean;
}

export type StepFunction<T extends StepType> = (context: StepContext<Extract<CompiledStep, { type: T }>>) => StepResult;
