/** Runs a program of a step and judges it by its exit code (facts/configmgr.md, B.4 and B.6). */
import type { CompiledStep } from '../contract.js';
import { endWords } from '../end-process.js';
import { reasonOf } from '../gone.js';
import type { Program, ProgramResult, StepContext, StepResult } from '../step.js';
import { adviceForExitCode, isAmong, RESTART_BEGUN, RESTART_NEEDED, TIMED_OUT } from './exit-codes.js';
import { restartFor } from './restarting.js';

/** A program and what counts as its success. */
export interface JudgedProgram {
  readonly line: string;
  /** what the log shows instead of the line */
  readonly shown?: string;
  readonly workingDirectory: string;
  readonly environment?: Readonly<Record<string, string>>;
  readonly successCodes: readonly number[];
  /** variable that gets the last 1000 characters of the output */
  readonly outputVariable?: string | undefined;
  /** what people call it in messages: `The program`, `Update "a.msu"` */
  readonly called: string;
}

/** Characters of output that a variable gets. */
const OUTPUT_LENGTH = 1000;

/**
 * Starts it, waits for its end and says how it went; a restart is asked for when it ended with 3010 as a success.
 * Whether the line is logged is the sequence's choice: `OSDDoNotLogCommand`.
 */
export function runAndJudge(context: StepContext, program: JudgedProgram): StepResult {
  const { step, variables } = context;
  logCommand(context, program.shown ?? program.line);
  let result: ProgramResult;
  try {
    result = context.run(started(step, program));
  } catch (error) {
    return {
      outcome: 'failed',
      message: variables.mask(`${program.called} could not be started: ${reasonOf(error)}`),
      advice: 'Look at the command, and whether the package of the step holds the program',
    };
  }
  if (program.outputVariable !== undefined) {
    const from = Math.max(0, result.output.length - OUTPUT_LENGTH);
    variables.set(program.outputVariable, result.output.substring(from));
  }
  return judge(context, program, result);
}

function judge({ step, variables }: StepContext, program: JudgedProgram, result: ProgramResult): StepResult {
  const output = variables.maskEnd(result.output);
  const code = result.exitCode;
  if (!result.timedOut && code === undefined) {
    return {
      outcome: 'failed',
      output,
      message: `${program.called} was ended before it said how it went`,
      advice:
        'Nobody knows what it has done: look into its own logs, and whether somebody or a virus scanner has ended it',
    };
  }
  if (code === undefined) {
    const { stillRuns } = result;
    return {
      outcome: 'failed',
      exitCode: TIMED_OUT,
      output,
      exceeded: step.timeout ?? 0,
      message: variables.mask(
        `${program.called} did not end in ${durationWords(step.timeout ?? 0)} ${endWords(stillRuns)}`,
      ),
      advice:
        stillRuns === ''
          ? 'Give the step more time, or see whether the program waits for somebody'
          : 'End the program by hand or restart the computer, and repair WMI of this computer; the step is not tried again beside it',
      stillRuns: stillRuns !== '',
    };
  }
  if (!isAmong(code, program.successCodes)) {
    return {
      outcome: 'failed',
      exitCode: code,
      output,
      message: `${program.called} ended with exit code ${code}, expected ${program.successCodes.join(' or ')}`,
      advice: adviceForExitCode(code),
    };
  }
  if (code !== RESTART_NEEDED && code !== RESTART_BEGUN) return { outcome: 'success', exitCode: code, output };
  return { outcome: 'success', exitCode: code, output, restart: restartFor(variables, step.name) };
}

function logCommand({ variables, log }: StepContext, line: string): void {
  if (variables.get('OSDDoNotLogCommand').toUpperCase() === 'TRUE') {
    log.info('Command: not logged, because OSDDoNotLogCommand is TRUE');
  } else {
    log.info(`Command: ${line}`);
  }
}

function started(step: CompiledStep, program: JudgedProgram): Program {
  const { line, workingDirectory } = program;
  const environment = program.environment ?? {};
  if (step.timeout === undefined) return { line, workingDirectory, environment };
  return { line, workingDirectory, environment, timeout: step.timeout };
}

/** `90 s`, `15 min`, `2 h`. */
export function durationWords(seconds: number): string {
  if (seconds > 0 && seconds % 3600 === 0) return `${seconds / 3600} h`;
  return seconds > 0 && seconds % 60 === 0 ? `${seconds / 60} min` : `${seconds} s`;
}
