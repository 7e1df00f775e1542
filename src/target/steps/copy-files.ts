/** `copyFiles`: a file or a folder of a package to a folder of the machine (design/task-sequence.md, step types). */

import { reasonOf } from '../gone.js';
import type { StepFunction } from '../step.js';
import { filesBelow, nameOf } from './package-files.js';
import { workingFolder } from './working-folder.js';

/**
 * `to` is always a folder: a file keeps its name in it, of a folder everything in it is copied. Files that are there are
 * replaced, others stay; so a second time changes nothing.
 */
export const copyFiles: StepFunction<'copyFiles'> = (context) => {
  const { step, machine, variables, log } = context;
  const place = workingFolder(context, step.package);
  if (place.problem !== '') {
    return { outcome: 'failed', message: place.problem, advice: 'Build the media again, and look at what it holds' };
  }
  const to = withoutEnd(variables.expand(step.to));
  if (!/^([A-Za-z]:(\\|$)|\\\\[^\\])/.test(to)) {
    const message = variables.mask(`"${to}" is no place to copy to: a full path is expected, like C:\\Tools`);
    return { outcome: 'failed', message, advice: 'Correct "to" of the step, and the variables in it' };
  }
  const below = step.from === undefined ? '' : backslashes(variables.expand(step.from));
  const from = withoutEnd(below === '' ? place.folder : `${place.folder}\\${below}`);
  const stat = machine.files.stat(from);
  if (!stat) {
    const message = variables.mask(`"${below}" is not in the package "${step.package}"`);
    return { outcome: 'failed', message, advice: 'Correct "from" of the step, or put the file into the package' };
  }
  const files = stat.folder ? filesBelow(machine, from, /^/) : [from];
  const base = stat.folder ? from : from.substring(0, from.length - nameOf(from).length - 1);
  for (const file of files) {
    const target = to + file.substring(base.length);
    try {
      const folder = target.substring(0, target.length - nameOf(target).length - 1);
      if (!/^[A-Za-z]:$/.test(folder)) machine.files.createFolder(folder);
      machine.files.copyFile(file, target);
    } catch (error) {
      const message = variables.mask(`"${target}" could not be written: ${reasonOf(error)}`);
      return { outcome: 'failed', message, advice: 'See whether a program has it open, and whether there is room' };
    }
  }
  log.info(`${files.length} files copied to ${to}`);
  return { outcome: 'success' };
};

/** A path below the package. */
function backslashes(path: string): string {
  return path.replace(/\//g, '\\').replace(/^\\+/, '');
}

function withoutEnd(path: string): string {
  return path.replace(/\//g, '\\').replace(/\\+$/, '');
}
