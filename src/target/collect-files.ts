/**
 * Copies logs to one folder: those of Windows Setup by phase (facts/configmgr.md, E.4), SetupDiag's results and what is
 * asked for. Known secret values are masked (design/task-sequence.md, Log lines).
 */
import { reasonOf } from './gone.js';
import type { Machine } from './machine.js';
import { setupDiagFolder } from './setup-diag.js';
import type { Variables } from './step.js';

/** A folder or file whose logs are taken, and the name of its folder in the collection. */
interface Source {
  readonly path: string;
  readonly as: string;
}

/** What was collected; a problem is a sentence about one file. */
export interface Collected {
  readonly files: number;
  readonly problems: readonly string[];
}

/** Bytes of one file that are copied whole; of a longer one its end is taken, where the failure stands. */
const WHOLE_BYTES = 8 * 1024 * 1024;
/** Characters of the end of a long file. */
const TAIL_CHARACTERS = 2 * 1024 * 1024;
/** Bytes of one collection. */
const ALL_BYTES = 128 * 1024 * 1024;

/** Text that helps; everything else of a folder stays. */
const LOG_NAMES = /\.(log|xml|txt|json|ini)$/i;
/** Memory dumps, traces and the migration's list of every file of every user. */
const PERSONAL_NAMES = /(\.(dmp|etl|evtx)$|^miglog)/i;

/** Where Windows Setup and SetupDiag write; folders of other phases than the last are simply not there. */
function setupSources(machine: Machine): readonly Source[] {
  const { environment } = machine;
  const work = `${environment.systemDrive}\\$Windows.~BT\\Sources`;
  const windows = environment.windowsFolder;
  return [
    { path: `${work}\\Panther`, as: 'Setup\\Panther' },
    { path: `${work}\\Panther\\UnattendGC`, as: 'Setup\\Panther\\UnattendGC' },
    { path: `${work}\\Rollback`, as: 'Setup\\Rollback' },
    { path: `${windows}\\Panther`, as: 'Windows\\Panther' },
    { path: `${windows}\\Panther\\UnattendGC`, as: 'Windows\\Panther\\UnattendGC' },
    { path: `${windows}\\Panther\\NewOs\\Panther`, as: 'Windows\\Panther\\NewOs' },
    { path: `${windows}\\Logs\\MoSetup\\BlueBox.log`, as: 'Windows\\MoSetup' },
    { path: setupDiagFolder(machine), as: 'Windows\\SetupDiag' },
  ];
}

/**
 * Copies the logs; what cannot be copied is said and does not stop the rest.
 * @param target folder that gets them; files of an earlier collection are replaced
 * @param include full paths of files and folders, expanded; a file is taken whatever it is called
 */
export function collectFiles(
  machine: Machine,
  variables: Variables,
  target: string,
  include: readonly string[],
): Collected {
  const collection = new Collection(machine, variables);
  for (const { path, as } of setupSources(machine)) collection.take(path, `${target}\\${as}`, false);
  for (const path of include) collection.take(path, `${target}\\Included`, true);
  return collection;
}

/** One collection under way: counts files and bytes. */
class Collection implements Collected {
  files = 0;
  problems: string[] = [];
  private bytes = 0;
  private readonly machine: Machine;
  private readonly variables: Variables;

  constructor(machine: Machine, variables: Variables) {
    this.machine = machine;
    this.variables = variables;
  }

  /** Takes a file, or the logs that lie directly in a folder. @param asked whether its absence is worth a word */
  take(path: string, target: string, asked: boolean): void {
    const { files } = this.machine;
    const stat = files.stat(path);
    if (!stat) {
      if (asked) this.problems.push(`"${path}" is not there and was not collected`);
      return;
    }
    if (!stat.folder) {
      this.copy(path, stat.size, target);
      return;
    }
    for (const name of files.list(path)) {
      const inside = `${path}\\${name}`;
      if (!LOG_NAMES.test(name) || PERSONAL_NAMES.test(name)) continue;
      const log = files.stat(inside);
      if (log && !log.folder) this.copy(inside, log.size, target);
    }
  }

  private copy(path: string, size: number, folder: string): void {
    const { files } = this.machine;
    const taken = Math.min(size, WHOLE_BYTES);
    if (this.bytes + taken > ALL_BYTES) {
      this.problems.push(`"${path}" was not collected: the logs are larger than ${ALL_BYTES / 1024 / 1024} MB`);
      return;
    }
    const target = `${folder}\\${path.substring(path.lastIndexOf('\\') + 1)}`;
    try {
      files.createFolder(folder);
      copyLog(this.machine, this.variables, path, target);
      this.files += 1;
      this.bytes += taken;
    } catch (error) {
      this.problems.push(`"${path}" could not be collected: ${reasonOf(error)}`);
    }
  }
}

/** Copies one log: the end of a long one, secrets masked; without secrets as it is, with every character of its own. Its folder is there. */
export function copyLog({ files }: Machine, variables: Variables, path: string, target: string): void {
  const size = files.stat(path)?.size ?? 0;
  if (size > WHOLE_BYTES) files.writeText(target, variables.maskEnd(files.readTail(path, TAIL_CHARACTERS)));
  else if (variables.masksAnything()) files.writeText(target, variables.mask(files.readText(path)));
  else files.copyFile(path, target);
}
