/** `runCommand` (facts/configmgr.md, B.6 Run Command Line). */
import type { StepContext, StepFunction, StepResult } from '../step.js';
import { isReadByCmd, startable } from './command-line.js';
import { runAndJudge } from './run-program.js';
import { expandForCmd } from './secret-text.js';
import { workingFolder } from './working-folder.js';

/** A command as a step or a package has it. */
export interface PackageCommand {
  /** may hold %variables% */
  readonly command: string;
  readonly package?: string | undefined;
  readonly startIn?: string | undefined;
  readonly successCodes: readonly number[];
  readonly outputVariable?: string | undefined;
  /** what people call it in messages */
  readonly called: string;
}

/** Runs a command line from the package's folder. */
export const runCommand: StepFunction<'runCommand'> = (context) => {
  const { command, package: id, startIn, successCodes, outputVariable } = context.step;
  return runPackageCommand(context, {
    command,
    package: id,
    startIn,
    successCodes,
    outputVariable,
    called: 'The program',
  });
};

/** Runs a command of a step or of a package and judges it. */
export function runPackageCommand(context: StepContext, wanted: PackageCommand): StepResult {
  const { machine, variables } = context;
  const place = workingFolder(context, wanted.package, wanted.startIn);
  if (place.problem !== '') {
    return { outcome: 'failed', message: place.problem, advice: 'Build the media again, and look at what it holds' };
  }
  const folder = place.named ? place.folder : undefined;
  const plain = variables.expand(wanted.command);
  const readByCmd = isReadByCmd(machine, plain, folder);
  const { text, environment } = readByCmd ? expandForCmd(variables, wanted.command) : { text: plain, environment: {} };
  return runAndJudge(context, {
    line: startable(machine, text, folder),
    workingDirectory: place.folder,
    environment,
    successCodes: wanted.successCodes,
    outputVariable: wanted.outputVariable,
    called: wanted.called,
  });
}
