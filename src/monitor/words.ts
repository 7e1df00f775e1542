/** How outcomes, times and durations are called. */
import type { StatusRecord, StepOutcome } from '../target/contract.js';
import type { FieldOutcome } from './run.js';

/** How a run ended, for people. */
export const OUTCOME_WORDS: Readonly<Record<FieldOutcome, string>> = {
  success: 'upgraded',
  rolledBack: 'rolled back',
  failed: 'failed',
  refused: 'refused',
  unfinished: 'no result',
};

/** How a step ended, for people. */
export const STEP_WORDS: Readonly<Record<StepOutcome, string>> = {
  success: 'ok',
  failed: 'failed',
  ignored: 'failed, ignored',
  skipped: 'skipped',
  restarted: 'restarted',
  rolledBack: 'rolled back',
};

/** `2026-11-25 15:30`, in UTC. @param iso ISO 8601; anything else gives nothing */
export function time(iso: string): string {
  const milliseconds = Date.parse(iso);
  return Number.isNaN(milliseconds) ? '' : new Date(milliseconds).toISOString().slice(0, 16).replace('T', ' ');
}

/** `3 s`, `4 min`, `1 h 20 min`. */
export function duration(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  if (whole < 60) return `${whole} s`;
  const minutes = Math.round(whole / 60);
  if (minutes < 60) return `${minutes} min`;
  const rest = minutes % 60;
  return `${Math.floor(minutes / 60)} h${rest === 0 ? '' : ` ${rest} min`}`;
}

/** That a time was over. @param seconds of the limit; 0 when it is not known */
export function exceededWords(type: StatusRecord['type'], seconds: number): string {
  if (type === 'upgrade') return `Windows Setup took longer than the ${duration(seconds)} that were expected`;
  return seconds === 0 ? 'ended because its time was over' : `ended because its ${duration(seconds)} were over`;
}
