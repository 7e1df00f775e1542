/** /collect: brings what runs have left, and the logs of Windows Setup, from the machine to the media. */
import { collectFiles } from './collect-files.js';
import { computerFolder } from './copy-reports.js';
import { reasonOf } from './gone.js';
import { Journal } from './journal.js';
import { localFolder } from './local-folder.js';
import type { Machine } from './machine.js';
import { readVariables } from './run-start.js';
import { CONTROL_FILES, onMedia } from './start-media.js';
import { filesBelow } from './steps/package-files.js';
import { isoTime } from './text.js';
import { VariableStore } from './variables.js';

/** @returns the exit code of upgrade.cmd: 1 when the media cannot be written */
export function collect(machine: Machine): number {
  const local = localFolder(machine.environment);
  const root = machine.environment.startedFrom.replace(/\\+$/, '');
  const target = `${root}\\Reports\\${computerFolder(machine)}`;
  try {
    const files = filesBelow(machine, local.reports, /^/);
    for (const file of files) {
      const to = target + file.substring(local.reports.length);
      machine.files.createFolder(to.substring(0, to.lastIndexOf('\\')));
      machine.files.copyFile(file, to);
    }
    const setup = `${target}\\setup-${isoTime(machine.clock.now()).replace(/[-:]|\.\d+/g, '')}`;
    const collected = collectFiles(machine, knownSecrets(machine, root), setup, []);
    for (const problem of collected.problems) machine.console.write(problem);
    machine.files.flush(root.substring(0, 2));
    machine.console.write(
      `${files.length} files of runs and ${collected.files} logs of Windows were copied to ${target}`,
    );
    return 0;
  } catch (error) {
    machine.console.write(`The reports cannot be copied to ${target}: ${reasonOf(error)}`);
    machine.console.write(
      `They stay in ${local.reports}. Media that can be written are sticks and folders, not discs.`,
    );
    return 1;
  }
}

/**
 * What is masked in the logs of Windows: the secret variables of the media, and those of a run that is under way. Those
 * that an ended run had set by itself are known nowhere any more (finish.ts).
 * Throws when variables.json of the media is there and cannot be read: nothing leaves the machine unmasked.
 */
function knownSecrets(machine: Machine, root: string): VariableStore {
  const local = localFolder(machine.environment);
  const state = new Journal(machine, local).read();
  const former = state ? state.variables.formerSecrets.slice() : [];
  for (const { value, secret } of state ? state.variables.variables : []) if (secret === true) former.push(value);
  const variables = readVariables(machine, onMedia(root, CONTROL_FILES.variables));
  return new VariableStore({ variables, formerSecrets: former }, () => '');
}
