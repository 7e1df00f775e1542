import type { Drive } from '../devices/drive.js';
import type { WorkOptions } from './work.js';

type Phase = 'read' | 'write' | 'verify';

/** What all drives together have: a drive that waits shows as bytes that are missing. */
export class SharedProgress {
  readonly #phases: Record<Phase, Map<Drive, [number, number]>> = {
    read: new Map(),
    write: new Map(),
    verify: new Map(),
  };

  constructor(readonly options: WorkOptions) {}

  report(phase: Phase, drive: Drive, done: number, total: number): void {
    const all = this.#phases[phase].set(drive, [done, total]);
    const sum = (at: 0 | 1) => [...all.values()].reduce((bytes, pair) => bytes + pair[at], 0);
    this.options.onProgress?.({ phase, done: sum(0), total: sum(1) });
  }

  /** The drive is done or has failed: nobody waits for it any more. */
  leave(drive: Drive): void {
    for (const phase of Object.values(this.#phases)) {
      const [done] = phase.get(drive) ?? [];
      if (done !== undefined) phase.set(drive, [done, done]);
    }
  }
}
