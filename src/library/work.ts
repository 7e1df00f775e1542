/** What all long work has in common. */

/**
 * `checksum`: an input with a given SHA-256; `compare`: files of equal size; `read`: what a drive holds; `write`; `verify`;
 * `simulate`: runs.
 */
export type Phase = 'checksum' | 'compare' | 'read' | 'write' | 'verify' | 'simulate';

/** How far a phase is. */
export interface Progress {
  readonly phase: Phase;
  /** bytes done, and bytes in all as far as known; runs of `simulate` */
  readonly done: number;
  readonly total: number;
}

/** How the caller follows and stops long work. */
export interface WorkOptions {
  /** called about four times a second */
  onProgress?(progress: Progress): void;
  /** processor cores that may be used; with one, hashing gets no thread of its own; default: more than one */
  cores?: number;
  /** stops the work: nothing half-made is left, and the call throws INTERRUPTED */
  signal?: AbortSignal;
}

/** What the caller knows of the world; the library itself never looks at clock, environment or locale. */
export interface Surroundings {
  /** for `${env:NAME}` and secret variables; default: none */
  environment?: Readonly<Record<string, string | undefined>>;
  /** SOURCE_DATE_EPOCH: seconds since 1970 that fix the times on the media */
  sourceDateEpoch?: number;
  /** today in the caller's time zone, `2026-11-30`: media that have expired are not made. Left out: they are not asked */
  today?: string;
}
