/** What every command shares: where output goes, how progress and findings are shown, how the process ends. */
import { availableParallelism } from 'node:os';
import {
  type Finding,
  formatFinding,
  InplaceError,
  LAST_EPOCH,
  type Progress,
  printable,
  type Surroundings,
  type WorkOptions,
} from '../index.js';
import { EXIT_CODES, exitCodeOf } from './exit-codes.js';
import { ProgressBar } from './progress.js';
import { count } from './units.js';

/** Options that every command has. */
export interface CommonArguments {
  json: boolean;
  events: boolean;
  quiet: boolean;
  verbose: boolean;
  color: boolean;
}

/** problems that a person is shown at once */
const MOST_SHOWN = 50;
/** milliseconds in which a build may clean up before another interrupt ends it at once */
const PATIENCE = 2000;
/** milliseconds between two progress events */
const PACE = 250;

/** `2026-11-30` as the person's calendar has it. */
function localDate(time: Date): string {
  const [year, month, day] = [time.getFullYear(), time.getMonth() + 1, time.getDate()];
  return `${year}-${String(month).padStart(2, '0')}-${String(day).padStart(2, '0')}`;
}

/** One run of one command. */
export class Session {
  readonly #arguments: CommonArguments;
  readonly #bar: ProgressBar | undefined;
  readonly #abort = new AbortController();
  #stoppedAt: number | undefined;
  #lastEvent = Number.NEGATIVE_INFINITY;
  #lastPhase = '';

  readonly stdoutIsData: boolean;

  /**
   * @param options `stdoutIsData`: the image itself goes to stdout, so that nothing else may; `stopsCleanly`: the
   * command looks at its signal and cleans up, so that only a later interrupt ends the process at once
   */
  constructor(args: CommonArguments, options: { stdoutIsData?: boolean; stopsCleanly?: boolean } = {}) {
    this.#arguments = args;
    this.stdoutIsData = options.stdoutIsData ?? false;
    const terminal = process.stderr.isTTY && !args.quiet && !args.events && !args.json;
    if (terminal) this.#bar = new ProgressBar(process.stderr, () => performance.now());
    const stop = () => this.#stop(options.stopsCleanly ?? false);
    // SIGHUP: the terminal was closed; SIGBREAK: Ctrl-Break on Windows
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGBREAK'] as const) process.on(signal, stop);
  }

  #stop(cleanly: boolean): void {
    const now = performance.now();
    this.#stoppedAt ??= now;
    this.#abort.abort();
    // a key held down sends several; whoever asks again after a while means it
    if (cleanly && now - this.#stoppedAt < PATIENCE) return;
    this.problems([{ code: 'INTERRUPTED', message: 'Stopped before it was done' }], EXIT_CODES.interrupted);
    process.exit();
  }

  /** Environment and times, read here and handed down. */
  get surroundings(): Surroundings {
    const epoch = process.env['SOURCE_DATE_EPOCH'];
    const common = { environment: process.env, today: localDate(new Date()) };
    if (epoch === undefined || epoch === '') return common;
    const seconds = Number(epoch);
    const fits = /^\d{1,12}$/.test(epoch) && seconds <= LAST_EPOCH;
    if (fits) return { ...common, sourceDateEpoch: seconds };
    throw new InplaceError({
      code: 'USAGE',
      message: `SOURCE_DATE_EPOCH is "${epoch}", expected whole seconds since 1970, before the year 10000`,
      hint: 'Set it to something like "$(git log -1 --format=%ct)", or unset it',
    });
  }

  /** Progress, the signal that stops the work, and the cores there are. */
  get work(): WorkOptions {
    const onProgress = (progress: Progress) => this.#progress(progress);
    return { onProgress, signal: this.#abort.signal, cores: availableParallelism() };
  }

  #progress(progress: Progress): void {
    this.#bar?.update(progress);
    if (!this.#arguments.events) return;
    const now = performance.now();
    const ends = progress.done === progress.total || progress.phase !== this.#lastPhase;
    if (!ends && now - this.#lastEvent < PACE) return;
    this.#lastEvent = now;
    this.#lastPhase = progress.phase;
    process.stderr.write(`${JSON.stringify({ event: 'progress', ...progress })}\n`);
  }

  /** Text for a person; silent with --json or --quiet. */
  page(text: string): void {
    this.#bar?.clear();
    if (this.#arguments.json || this.#arguments.quiet) return;
    const shown = printable(text);
    (this.stdoutIsData ? process.stderr : process.stdout).write(shown.endsWith('\n') ? shown : `${shown}\n`);
  }

  /** More text for a person who asked for it with --verbose. */
  detail(text: string): void {
    if (this.#arguments.verbose) this.page(text);
  }

  /** Every file with its size: for --verbose. */
  listing(files: readonly { readonly path: string; readonly bytes: number }[]): void {
    this.detail(files.map(({ path, bytes }) => `  ${String(bytes).padStart(14)}  ${path}`).join('\n'));
  }

  /**
   * The result for a program: one JSON document on stdout, or the last line of stderr when stdout is the image. A listing of
   * files is in it with --verbose only.
   */
  result(found: Record<string, unknown>): void {
    if (!this.#arguments.json) return;
    const { listing, ...rest } = found;
    const value = this.#arguments.verbose ? found : rest;
    if (this.stdoutIsData) process.stderr.write(`${JSON.stringify(value)}\n`);
    else process.stdout.write(`${JSON.stringify(value, null, 2)}\n`);
  }

  /** Something that a person, or a program that asked for events, should know while the work goes on. */
  notice(event: string, facts: Record<string, unknown>, text: string): void {
    if (this.#arguments.events) process.stderr.write(`${JSON.stringify({ event, ...facts })}\n`);
    this.page(text);
  }

  /** Warnings go to stderr as text or events; with --json they are part of the result. */
  warnings(findings: readonly Finding[]): void {
    this.#bar?.clear();
    for (const finding of findings.filter(({ severity }) => severity === 'warning')) {
      if (this.#arguments.events) process.stderr.write(`${JSON.stringify({ event: 'warning', ...finding })}\n`);
      else if (!this.#arguments.json)
        process.stderr.write(`${this.#paint('33', 'warning')}: ${formatFinding(finding)}\n`);
    }
  }

  /**
   * Prints problems and sets the exit code.
   * @param more belongs to the result of a program that asked for JSON
   */
  problems(findings: readonly Finding[], exitCode: number, more: Record<string, unknown> = {}): void {
    this.#bar?.clear();
    process.exitCode = exitCode;
    this.result({ ok: false, exitCode, ...more, findings });
    if (this.#arguments.json) return;
    if (this.#arguments.events) {
      for (const finding of findings) process.stderr.write(`${JSON.stringify({ event: 'error', ...finding })}\n`);
      return;
    }
    const shown = this.#arguments.verbose ? findings : findings.slice(0, MOST_SHOWN);
    for (const finding of shown) process.stderr.write(`${this.#paint('31', 'error')}: ${formatFinding(finding)}\n`);
    const hidden = findings.length - shown.length;
    if (hidden > 0) process.stderr.write(`… and ${count(hidden, 'more problem')}; --verbose or --json shows all\n`);
  }

  /** Runs the body of a command; what it throws becomes findings and an exit code. Programming mistakes pass. */
  async run(body: () => Promise<void>): Promise<void> {
    try {
      await body();
    } catch (error) {
      if (!(error instanceof InplaceError)) throw error;
      this.problems(error.findings, exitCodeOf(error.findings));
    }
  }

  #paint(code: string, text: string): string {
    const wanted = this.#arguments.color && process.stderr.isTTY && !process.env['NO_COLOR'];
    return wanted ? `\x1b[${code}m${text}\x1b[0m` : text;
  }
}
