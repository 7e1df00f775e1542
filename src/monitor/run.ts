/** What came back from one run of the engine on one machine: plain data, read leniently from what a stick brought home. */
import type { RunOutcome, RunSummary, StatusRecord } from '../target/contract.js';
import type { FieldMedia } from './media.js';

/** One run: a folder /Reports/COMPUTER-SERIAL/RUN. */
export interface FieldRun {
  readonly computer: string;
  /** serial number of the machine; empty when the folder's name does not tell */
  readonly serial: string;
  readonly run: string;
  /** where it was found, for people: the path that was named, and the folder in it */
  readonly found: string;
  /** each event once, in the order of its number */
  readonly records: readonly StatusRecord[];
  /** left out when the run never ended, or its file did not come back */
  readonly summary?: RunSummary;
  /** what was upgraded from; left out when its media.json did not come back */
  readonly media?: FieldMedia;
  /** names of the files that came back, logs among them */
  readonly files: readonly string[];
  /** what could not be read, a sentence each */
  readonly problems: readonly string[];
}

/** How a run ended; `unfinished`: no result came back. */
export type FieldOutcome = RunOutcome | 'unfinished';

/** How a run ended, as its summary says. */
export function outcomeOf({ summary }: FieldRun): FieldOutcome {
  return summary?.outcome ?? 'unfinished';
}

/** Time of the first event; empty when nothing tells it. */
export function startOf({ summary, records }: FieldRun): string {
  return summary?.start ?? records[0]?.start ?? '';
}

/** Time of the last event; empty when nothing tells it. */
export function endOf({ summary, records }: FieldRun): string {
  return summary?.end ?? records.at(-1)?.end ?? '';
}

/** Seconds that a run took from its first to its last event; undefined when nothing tells. */
export function secondsOf(run: FieldRun): number | undefined {
  const seconds = (Date.parse(endOf(run)) - Date.parse(startOf(run))) / 1000;
  return Number.isFinite(seconds) && seconds >= 0 ? seconds : undefined;
}

/** Where a run failed: what the summary says, or the first step that failed. */
export function failureOf(run: FieldRun): { readonly path: string; readonly name: string } | undefined {
  if (run.summary?.failedAt) return run.summary.failedAt;
  const failed = run.records.find(({ outcome, type }) => outcome === 'failed' && type !== 'group');
  return failed ? { path: failed.path, name: failed.name } : undefined;
}

/** The words by which failures are counted: what went wrong without what differs from machine to machine. */
export function causeOf(run: FieldRun): string {
  const outcome = outcomeOf(run);
  if (outcome === 'success') return '';
  const { setupCode, extendCode, setupDiag, message } = run.summary ?? {};
  const found = setupDiag === undefined ? '' : ` (SetupDiag: ${setupDiag.rule})`;
  if (setupCode !== undefined && setupCode !== 0) {
    const code = `0x${setupCode.toString(16).toUpperCase().padStart(8, '0')}`;
    return `Windows Setup: ${code}${extendCode === undefined ? '' : ` - ${extendCode}`}${found}`;
  }
  if (found !== '' && outcome === 'rolledBack') return `Windows Setup${found}`;
  const failed = failureOf(run);
  if (failed) return `Step "${failed.name}"`;
  return message ?? 'No result came back';
}
