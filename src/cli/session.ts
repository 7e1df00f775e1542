/** What every command shares: where output goes, how progress and findings are shown, how the process ends. */
import {
  type Finding,
  formatFinding,
  InplaceError,
  type Progress,
  type Surroundings,
  type WorkOptions,
} from '../index.js';
import { exitCodeOf } from './exit-codes.js';
import { ProgressBar } from './progress.js';

/** Options that every command has. */
export interface CommonArguments {
  json: boolean;
  events: boolean;
  quiet: boolean;
  verbose: boolean;
  color: boolean;
}

/** milliseconds between two progress events */
const PACE = 250;

export class Session {
  readonly #arguments: CommonArguments;
  readonly #bar: ProgressBar | undefined;
  readonly #abort = new AbortController();
  #lastEvent = Number.NEGATIVE_INFINITY;
  #lastPhase = '';

  /** @param stdoutIsData true when the image itself goes to stdout, so that nothing else may */
  constructor(
    args: CommonArguments,
    readonly stdoutIsData = false,
  ) {
    this.#arguments = args;
    const terminal = process.stderr.isTTY && !args.quiet && !args.events && !args.json;
    if (terminal) this.#bar = new ProgressBar(process.stderr, () => performance.now());
    const stop = () => this.#abort.abort();
    process.on('SIGINT', stop).on('SIGTERM', stop);
  }

  /** Environment and times, read here and handed down. */
  get surroundings(): Surroundings {
    const epoch = process.env['SOURCE_DATE_EPOCH'];
    if (epoch === undefined || epoch === '') return { environment: process.env };
    const seconds = Number(epoch);
    if (/^\d{1,12}$/.test(epoch)) return { environment: process.env, sourceDateEpoch: seconds };
    throw new InplaceError({
      code: 'USAGE',
      message: `SOURCE_DATE_EPOCH is "${epoch}", expected whole seconds since 1970`,
      hint: 'Set it to something like "$(git log -1 --format=%ct)", or unset it',
    });
  }

  /** Progress and the signal that stops the work. */
  get work(): WorkOptions {
    return { onProgress: (progress) => this.#progress(progress), signal: this.#abort.signal };
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
    (this.stdoutIsData ? process.stderr : process.stdout).write(text.endsWith('\n') ? text : `${text}\n`);
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

  /** Warnings go to stderr as text or events; with --json they are part of the result. */
  warnings(findings: readonly Finding[]): void {
    this.#bar?.clear();
    for (const finding of findings.filter(({ severity }) => severity === 'warning')) {
      if (this.#arguments.events) process.stderr.write(`${JSON.stringify({ event: 'warning', ...finding })}\n`);
      else if (!this.#arguments.json)
        process.stderr.write(`${this.#paint('33', 'warning')}: ${formatFinding(finding)}\n`);
    }
  }

  /** Prints problems, all of them, and sets the exit code by the worst kind. */
  problems(findings: readonly Finding[], exitCode: number): void {
    this.#bar?.clear();
    process.exitCode = exitCode;
    this.result({ ok: false, exitCode, findings });
    if (this.#arguments.json) return;
    for (const finding of findings) {
      if (this.#arguments.events) process.stderr.write(`${JSON.stringify({ event: 'error', ...finding })}\n`);
      else process.stderr.write(`${this.#paint('31', 'error')}: ${formatFinding(finding)}\n`);
    }
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
