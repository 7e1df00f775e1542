/** Numbers over many runs: the families of reports that ConfigMgr has (facts/configmgr.md, I.2). */
import type { StatusRecord } from '../target/contract.js';
import { LONG_RUN, type LongRun, longRunsOf } from './long-runs.js';
import type { FieldMedia } from './media.js';
import { causeOf, type FieldOutcome, type FieldRun, failureOf, outcomeOf } from './run.js';

/** A name and how many runs it stands for. */
export interface Count {
  readonly name: string;
  readonly runs: number;
}

/** How long a step took on all machines where it ran; seconds. */
export interface StepTime {
  readonly path: string;
  readonly name: string;
  readonly runs: number;
  readonly failed: number;
  readonly mean: number;
  readonly longest: number;
}

/** One task sequence and how it went everywhere. */
export interface SequenceStatus {
  readonly name: string;
  readonly outcomes: Readonly<Record<FieldOutcome, number>>;
}

/** Media, what they carried, and how many runs used them. */
export interface MediaUse extends FieldMedia {
  readonly runs: number;
  /** task sequences that ran from them, as far as results tell */
  readonly sequences: readonly string[];
}

/** How far runs came in an outermost group of a sequence. */
export interface GroupStatus {
  readonly name: string;
  /** runs of which a step in it was recorded that was not skipped */
  readonly reached: number;
  /** of these: failed in it, and no result after a step in it */
  readonly failed: number;
  readonly unfinished: number;
}

/** Everything that is counted. */
export interface FieldStatistics {
  readonly runs: number;
  readonly machines: number;
  readonly outcomes: Readonly<Record<FieldOutcome, number>>;
  /** most frequent first */
  readonly causes: readonly Count[];
  /** steps at which runs failed, most frequent first */
  readonly failedSteps: readonly Count[];
  /** last group that unfinished runs were seen in */
  readonly phases: readonly Count[];
  /** in the order in which runs come through them */
  readonly groups: readonly GroupStatus[];
  readonly stepTimes: readonly StepTime[];
  readonly sequences: readonly SequenceStatus[];
  /** upgrades by what they went from and to */
  readonly upgrades: readonly Count[];
  /** most used first */
  readonly media: readonly MediaUse[];
  /** runs whose time was exceeded, the longest first */
  readonly longRuns: readonly LongRun[];
  /** seconds after which a run counts among them */
  readonly longerThan: number;
}

/** Counts. @param longerThan seconds that a run may take */
export function statisticsOf(runs: readonly FieldRun[], longerThan = LONG_RUN): FieldStatistics {
  const bad = runs.filter((run) => outcomeOf(run) !== 'success');
  return {
    runs: runs.length,
    machines: new Set(runs.map(({ computer, serial }) => `${computer}\0${serial}`.toLowerCase())).size,
    outcomes: outcomesOf(runs),
    causes: countBy(bad.map(causeOf)),
    failedSteps: countBy(bad.flatMap((run) => stepName(failureOf(run)))),
    phases: countBy(runs.filter((run) => outcomeOf(run) === 'unfinished').map(phaseOf)),
    groups: groupsOf(runs),
    stepTimes: stepTimesOf(runs),
    sequences: sequencesOf(runs),
    upgrades: countBy(runs.flatMap(upgradeOf)),
    media: mediaOf(runs),
    longRuns: longRunsOf(runs, longerThan),
    longerThan,
  };
}

function mediaOf(runs: readonly FieldRun[]): MediaUse[] {
  const uses = new Map<string, MediaUse>();
  for (const { media, summary } of runs) {
    if (!media) continue;
    const use = uses.get(media.mediaId);
    const sequences = new Set([...(use?.sequences ?? []), ...(summary ? [summary.sequence] : [])]);
    uses.set(media.mediaId, { ...media, runs: (use?.runs ?? 0) + 1, sequences: [...sequences].sort() });
  }
  return [...uses.values()].sort((a, b) => b.runs - a.runs || (a.mediaId < b.mediaId ? -1 : 1));
}

function outcomesOf(runs: readonly FieldRun[]): Record<FieldOutcome, number> {
  const outcomes = { success: 0, failed: 0, refused: 0, rolledBack: 0, unfinished: 0 };
  for (const run of runs) outcomes[outcomeOf(run)] += 1;
  return outcomes;
}

function stepName(step: { readonly path: string; readonly name: string } | undefined): string[] {
  return step ? [`${step.path} ${step.name}`] : [];
}

function phaseOf({ records }: FieldRun): string {
  const last = records.at(-1);
  return last === undefined ? 'nothing was recorded' : (last.group[0] ?? last.name);
}

/** Groups of the same name are one, whatever sequence they are of. */
function groupsOf(runs: readonly FieldRun[]): GroupStatus[] {
  const groups = new Map<string, { name: string; path: string; reached: number; failed: number; unfinished: number }>();
  for (const run of runs) {
    const reached = new Map<string, string>();
    for (const record of run.records) {
      const name = outermost(record);
      if (name !== undefined && record.outcome !== 'skipped' && !reached.has(name)) reached.set(name, record.path);
    }
    const failure = outcomeOf(run) === 'success' ? undefined : failureOf(run);
    const at = failure && run.records.find(({ path }) => path === failure.path);
    const last = outcomeOf(run) === 'unfinished' ? run.records.at(-1) : undefined;
    for (const [name, path] of reached) {
      const group = groups.get(name) ?? { name, path, reached: 0, failed: 0, unfinished: 0 };
      groups.set(name, group);
      group.reached += 1;
      if (at && outermost(at) === name) group.failed += 1;
      else if (last && outermost(last) === name) group.unfinished += 1;
    }
  }
  return [...groups.values()]
    .sort((a, b) => byPath(a.path, b.path))
    .map(({ name, reached, failed, unfinished }) => ({ name, reached, failed, unfinished }));
}

/** undefined: a step outside of all groups. */
function outermost({ group, type, name }: StatusRecord): string | undefined {
  return group[0] ?? (type === 'group' ? name : undefined);
}

function upgradeOf({ summary }: FieldRun): string[] {
  if (summary?.outcome !== 'success') return [];
  const { before, after } = summary;
  return [`${before.build} ${before.edition} → ${after.build} ${after.edition}`];
}

function sequencesOf(runs: readonly FieldRun[]): SequenceStatus[] {
  const names = [...new Set(runs.map(sequenceOf))].sort();
  return names.map((name) => ({ name, outcomes: outcomesOf(runs.filter((run) => sequenceOf(run) === name)) }));
}

function sequenceOf({ summary }: FieldRun): string {
  return summary?.sequence ?? '(no result came back)';
}

function stepTimesOf(runs: readonly FieldRun[]): StepTime[] {
  const steps = new Map<string, { path: string; name: string; seconds: number[]; failed: number }>();
  for (const { records } of runs) {
    for (const { path, name, type, outcome, start, end } of records) {
      if (type === 'group' || outcome === 'skipped') continue;
      const key = `${path} ${name}`;
      const step = steps.get(key) ?? { path, name, seconds: [], failed: 0 };
      steps.set(key, step);
      // clocks of machines jump: a step takes no negative time
      step.seconds.push(Math.max(0, (Date.parse(end) - Date.parse(start)) / 1000));
      if (outcome === 'failed' || outcome === 'rolledBack') step.failed += 1;
    }
  }
  return [...steps.values()]
    .sort((a, b) => byPath(a.path, b.path))
    .map(({ path, name, seconds, failed }) => ({
      path,
      name,
      runs: seconds.length,
      failed,
      mean: seconds.reduce((sum, value) => sum + value, 0) / seconds.length,
      longest: seconds.reduce((longest, value) => Math.max(longest, value), 0),
    }));
}

/** `2.10` comes behind `2.9`. */
function byPath(a: string, b: string): number {
  const [left, right] = [a, b].map((path) => path.split('.').map(Number));
  for (const [index, number] of left!.entries()) {
    const difference = number - (right![index] ?? -1);
    if (difference !== 0) return difference;
  }
  return left!.length - right!.length;
}

function countBy(names: readonly string[]): Count[] {
  const counts = new Map<string, number>();
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  return [...counts]
    .map(([name, runs]) => ({ name, runs }))
    .sort((a, b) => b.runs - a.runs || (a.name < b.name ? -1 : 1));
}
