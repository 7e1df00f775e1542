/** ConfigMgr's report "run time exceeded" (facts/configmgr.md, I.2), made of what the records say and nothing else. */
import type { StatusRecord } from '../target/contract.js';
import { type FieldRun, outcomeOf, secondsOf } from './run.js';

/** Seconds that a run may take when nobody says otherwise: as many as an upgrade step expects of Windows Setup. */
export const LONG_RUN = 240 * 60;

/** A run that took longer than somebody wants to wait, or with a step that took longer than its own time. */
export interface LongRun {
  /** its place in the list of runs, from 0 */
  readonly run: number;
  /** from its first to its last event; left out when its records do not tell */
  readonly seconds?: number;
  readonly tooLong: boolean;
  /** no result came back: it may have gone on */
  readonly unfinished: boolean;
  readonly steps: readonly LongStep[];
}

/** A step whose time was over. */
export interface LongStep {
  readonly path: string;
  readonly name: string;
  readonly type: StatusRecord['type'];
  /** seconds it was allowed, or expected in */
  readonly exceeded: number;
}

/** The longest first. @param longerThan seconds that a run may take */
export function longRunsOf(runs: readonly FieldRun[], longerThan: number): LongRun[] {
  const long = runs.map((run, index): LongRun => {
    const seconds = secondsOf(run);
    return {
      run: index,
      ...(seconds === undefined ? {} : { seconds }),
      tooLong: seconds !== undefined && seconds > longerThan,
      unfinished: outcomeOf(run) === 'unfinished',
      steps: run.records.flatMap(({ path, name, type, exceeded }) =>
        exceeded === undefined ? [] : [{ path, name, type, exceeded }],
      ),
    };
  });
  return long
    .filter(({ tooLong, steps }) => tooLong || steps.length > 0)
    .sort((a, b) => (b.seconds ?? 0) - (a.seconds ?? 0) || a.run - b.run);
}
