import type { Progress } from '../index.js';
import { count, formatBytes, formatSeconds } from './units.js';

const TITLES: Record<Progress['phase'], string> = {
  checksum: 'Summing input',
  compare: 'Comparing',
  read: 'Reading drives',
  write: 'Writing',
  verify: 'Verifying',
  simulate: 'Simulating',
};

const WIDTH = 20;

/** Draws one line that is rewritten: bar, share, bytes, rate and time left. For terminals only. */
export class ProgressBar {
  #phase: Progress['phase'] | undefined;
  #started = 0;
  #drawn = false;

  /** @param now milliseconds from a clock that never jumps */
  constructor(
    readonly stream: { write(text: string): unknown; columns?: number },
    readonly now: () => number,
  ) {}

  update(progress: Progress): void {
    if (progress.phase !== this.#phase) {
      this.clear();
      this.#phase = progress.phase;
      this.#started = this.now();
    }
    if (progress.total === 0) return;
    const line = barLine(progress, (this.now() - this.#started) / 1000);
    this.stream.write(`\r\x1b[2K${line.slice(0, (this.stream.columns ?? 80) - 1)}`);
    this.#drawn = true;
  }

  /** Removes the line, so that other text can be printed. */
  clear(): void {
    if (this.#drawn) this.stream.write('\r\x1b[2K');
    this.#drawn = false;
  }
}

/** The text of the line. @param seconds since the phase began */
export function barLine({ phase, done, total }: Progress, seconds: number): string {
  const share = Math.min(1, done / total);
  const filled = Math.round(share * WIDTH);
  const bar = `${'#'.repeat(filled)}${'-'.repeat(WIDTH - filled)}`;
  const percent = `${Math.floor(share * 100)}`.padStart(3);
  const rate = seconds > 0 ? done / seconds : 0;
  const left = rate > 0 && seconds >= 0.5 ? `  ${formatSeconds((total - done) / rate)} left` : '';
  if (phase === 'simulate') return `${TITLES[phase]} [${bar}] ${percent} %  ${done} of ${count(total, 'run')}${left}`;
  const pace = left === '' ? '' : `  ${formatBytes(rate)}/s`;
  return `${TITLES[phase]} [${bar}] ${percent} %  ${formatBytes(done)} of ${formatBytes(total)}${pace}${left}`;
}
