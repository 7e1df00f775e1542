/** `installPackage`: a program of a package, silent, that reports 3010 (facts/configmgr.md, B.6 Install Package). */
import type { StepFunction } from '../step.js';
import { runPackageCommand } from './run-command.js';

/** Runs the program from the package's folder. */
export const installPackage: StepFunction<'installPackage'> = (context) =>
  runPackageCommand(context, {
    command: context.step.program,
    package: context.step.package,
    successCodes: context.step.successCodes,
    called: `The program of package "${context.step.package}"`,
  });
