/**
 * Programs of steps (step.ts, StepContext.run). A program outlives the engine that started it: its exit code goes into a
 * file, and the journal knows the file and the process, so that another engine can wait for the same program.
 */
import { crc32 } from './checksum.js';
import { endProcess } from './end-process.js';
import { rethrowGone } from './gone.js';
import type { Run } from './run.js';
import type { StartedProgram, StepUnderWay } from './run-state.js';
import { setupProgress } from './setup-progress.js';
import type { Program, ProgramResult } from './step.js';

/** Characters of output that a result has. */
const OUTPUT_LENGTH = 1000;
/** Seconds between two looks: soon at first, later a tenth of what was waited, so that long programs cost few looks. */
const FIRST_LOOK = 1;
const LONGEST_LOOK = 30;
/** Attempts to end a program, one at each look: WMI may be gone for a while, and without it nothing can be ended. */
const ATTEMPTS = 20;

/** Runs the programs of one step. */
export class ProgramRunner {
  private readonly run: Run;
  private readonly step: StepUnderWay;
  private readonly repeatable: boolean;
  /** how often each key was asked for since this engine began the step */
  private readonly asked: Record<string, number> = {};

  /** @param repeatable whether a program of which nothing is known may be started again */
  constructor(run: Run, step: StepUnderWay, repeatable: boolean) {
    this.run = run;
    this.step = step;
    this.repeatable = repeatable;
  }

  /** Runs a program to its end, or takes over the one that an earlier engine started for the same step. */
  start(program: Program): ProgramResult {
    const key = this.keyOf(program);
    const known = this.known(key);
    if (known) {
      const result = this.takeOver(known, program);
      if (result) return result;
      const mayRun = this.repeatable || this.hasNotBegun(known);
      if (!mayRun) throw new Error('it was cut off, its end is not known, and it may not run again');
      this.forget(known);
    }
    return this.startNew(key, program);
  }

  /** Whether every program of the step can be taken over, and there is one: nothing would run twice then. */
  canTakeOver(): boolean {
    for (const program of this.step.programs) {
      if (program.exitCode !== undefined || this.isRunning(program)) continue;
      // Only now: it may have ended, and left its code, while it was looked at.
      if (this.exitCodeOf(program) === undefined && !this.hasNotBegun(program)) return false;
    }
    return this.step.programs.length > 0;
  }

  private startNew(key: string, program: Program): ProgramResult {
    const { machine, local, boot } = this.run;
    const base = `${local.work}\\${this.freeNumber()}`;
    const started: StartedProgram = {
      key,
      resultFile: `${base}.exit`,
      outputFile: `${base}.out`,
      boot,
      process: '',
    };
    this.step.programs.push(started);
    machine.files.createFolder(local.work);
    // Before it is started: an engine that finds no process looks for one of this result file, and starts no second beside it.
    this.run.save();
    started.process = machine.processes.start({
      line: program.line,
      workingDirectory: program.workingDirectory,
      environment: program.environment ?? {},
      resultFile: started.resultFile,
      outputFile: started.outputFile,
    });
    // After it is started: an engine that takes over finds the process.
    this.run.save();
    return this.wait(started, program);
  }

  /**
   * A number of its own: the result of another program can never be taken for this one's. Where Windows cannot flush, a power cut may take
   * back the journal with the count and leave the results of programs that it no longer knows.
   */
  private freeNumber(): number {
    const { machine, local, state } = this.run;
    do state.programs += 1;
    while (machine.files.stat(`${local.work}\\${state.programs}.exit`));
    return state.programs;
  }

  /** undefined: it is gone, and nobody knows how it ended. */
  private takeOver(started: StartedProgram, program: Program): ProgramResult | undefined {
    const code = started.exitCode ?? this.exitCodeOf(started);
    if (code !== undefined) return this.ended(started, code);
    if (this.isRunning(started)) this.run.log.info('The program still runs: this engine waits for its end');
    else if (this.exitCodeOf(started) === undefined) return undefined;
    return this.wait(started, program);
  }

  /** Waits are counted, for the clock of the machine may jump; who takes over counts from the beginning. */
  private wait(started: StartedProgram, program: Program): ProgramResult {
    const { machine, log } = this.run;
    const { timeout, expect } = program;
    const progress = expect === undefined ? undefined : setupProgress(machine, log);
    for (let waited = 0, attempts = 0; ; ) {
      const code = this.exitCodeOf(started);
      if (code !== undefined) return this.ended(started, code);
      // Looked at twice: it may have ended, and left its code, between the two calls.
      if (!this.isRunning(started)) return this.gone(started);
      progress?.();
      if (expect !== undefined && waited >= expect && !this.step.overdue) {
        this.step.overdue = true;
        this.run.save();
        log.warning(`It takes longer than ${Math.round(expect / 60)} min; it is not ended`);
      }
      // What is expected to take its time is Windows Setup, and that is never ended: it would leave half a Windows.
      const isLate = expect === undefined && timeout !== undefined && waited >= timeout;
      if (isLate) {
        const stillRuns = endProcess(machine, started.process);
        attempts += 1;
        if (stillRuns === '' || attempts === ATTEMPTS) return this.timedOut(started, stillRuns);
        if (attempts === 1) log.warning(`Its time is over, and it cannot be ended yet: ${stillRuns}`);
      }
      const left = timeout === undefined || expect !== undefined || isLate ? LONGEST_LOOK : timeout - waited;
      const look = Math.max(FIRST_LOOK, Math.min(LONGEST_LOOK, Math.floor(waited / 10), left));
      machine.clock.sleep(look * 1000);
      waited += look;
    }
  }

  private timedOut(started: StartedProgram, stillRuns: string): ProgramResult {
    this.forget(started);
    return { exitCode: undefined, output: this.outputOf(started), timedOut: true, stillRuns };
  }

  private gone(started: StartedProgram): ProgramResult {
    const code = this.exitCodeOf(started);
    if (code !== undefined) return this.ended(started, code);
    this.forget(started);
    return { exitCode: undefined, output: this.outputOf(started), timedOut: false, stillRuns: '' };
  }

  private ended(started: StartedProgram, code: number): ProgramResult {
    started.exitCode = code;
    return { exitCode: code, output: this.outputOf(started), timedOut: false, stillRuns: '' };
  }

  private isRunning(started: StartedProgram): boolean {
    const process = this.processOf(started);
    return process !== '' && this.run.machine.processes.isRunning(process);
  }

  /** Of an earlier start of Windows nobody knows: a power cut may have taken back what would show that it has begun. */
  private hasNotBegun(started: StartedProgram): boolean {
    return started.boot === this.run.boot && this.processOf(started) === '';
  }

  /** Empty: none in this start of Windows. An engine that ended while it started the program could not write down its process. */
  private processOf(started: StartedProgram): string {
    if (started.boot !== this.run.boot) return '';
    if (started.process === '') started.process = this.run.machine.processes.adopt(started.resultFile) ?? '';
    return started.process;
  }

  /**
   * undefined until the file holds a whole number: signed or not, it becomes unsigned. The line end says that it is
   * whole: of 3010 a power cut may leave 3.
   */
  private exitCodeOf({ resultFile }: StartedProgram): number | undefined {
    const { files } = this.run.machine;
    try {
      const text = files.stat(resultFile) ? files.readText(resultFile) : '';
      const match = /^\s*(-?\d{1,10}) *[\r\n]+$/.exec(text);
      return match ? Number(match[1]) >>> 0 : undefined;
    } catch (error) {
      // The program's shell has it open at this moment: the next look finds it.
      rethrowGone(error);
      return undefined;
    }
  }

  private outputOf({ outputFile }: StartedProgram): string {
    try {
      const { files } = this.run.machine;
      return files.stat(outputFile) ? files.readTail(outputFile, OUTPUT_LENGTH) : '';
    } catch (error) {
      rethrowGone(error);
      return '';
    }
  }

  /** The same line for the same time it is asked for is the same program: steps ask in the same order again. */
  private keyOf({ line }: Program): string {
    const sum = `${crc32(line)}-${line.length}`;
    const times = (this.asked[sum] ?? 0) + 1;
    this.asked[sum] = times;
    return `${sum}-${times}`;
  }

  private known(key: string): StartedProgram | undefined {
    for (const program of this.step.programs) if (program.key === key) return program;
    return undefined;
  }

  private forget(started: StartedProgram): void {
    const rest: StartedProgram[] = [];
    for (const program of this.step.programs) if (program !== started) rest.push(program);
    this.step.programs = rest;
  }
}
