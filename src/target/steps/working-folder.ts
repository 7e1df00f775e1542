/** The current folder of a step's program (facts/configmgr.md, B.6 Run Command Line: package, start in). */

import { reasonOf } from '../gone.js';
import type { StepContext } from '../step.js';

/** Where a program of a step starts, or why there is no such place. */
export interface WorkingFolder {
  readonly folder: string;
  /** whether the sequence named it: programs are then looked for in it */
  readonly named: boolean;
  /** plain words; empty when all is well */
  readonly problem: string;
}

/**
 * The package's folder, `startIn`, or `startIn` below the package's folder; the folder of Windows when neither is said.
 * @param packageId undefined: the step has no package
 * @param startIn may hold %variables%
 */
export function workingFolder(context: StepContext, packageId?: string, startIn?: string): WorkingFolder {
  const { machine, variables } = context;
  const below = startIn === undefined ? '' : variables.expand(startIn);
  let folder = machine.environment.windowsFolder;
  if (packageId !== undefined) {
    try {
      folder = context.content.packageFolder(packageId);
    } catch (error) {
      return { folder: '', named: false, problem: `The package "${packageId}" is not there: ${reasonOf(error)}` };
    }
  }
  if (below !== '') folder = /^([A-Za-z]:|\\\\)/.test(below) ? below : `${folder}\\${below}`;
  const named = packageId !== undefined || below !== '';
  if (named && machine.files.stat(folder)?.folder !== true) {
    return { folder, named, problem: variables.mask(`The folder "${folder}" does not exist`) };
  }
  return { folder, named, problem: '' };
}
