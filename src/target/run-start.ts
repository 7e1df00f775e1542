/** The first record of a run: /start writes it once the local copy is whole and the task is registered. */
import { Journal } from './journal.js';
import { parseJson } from './json.js';
import { type LocalFolder, reportFolder } from './local-folder.js';
import type { Machine } from './machine.js';
import type { PrestartVariable } from './prestart-variables.js';
import type { RunStart, RunState } from './run-state.js';
import { type StoredVariable, VariableStore } from './variables.js';

const CURRENT_VERSION = 'HKEY_LOCAL_MACHINE\\SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion';

/** When this Windows was installed, as its registry says it; empty when it does not. */
export function installDate({ registry }: Machine): string {
  return String(registry.read(CURRENT_VERSION, 'InstallDate') ?? '');
}

/** How an earlier run stands: `ended` and `none` do not stand in the way of a new one. */
export function earlierRun(machine: Machine, folder: LocalFolder): 'none' | 'underWay' | 'ended' {
  const state = new Journal(machine, folder).read();
  if (!state) return 'none';
  return state.phase === 'ended' ? 'ended' : 'underWay';
}

/**
 * Removes the journal of a run that has ended. To be called before the task is registered: a task that finds an ended
 * run tidies itself away. The older slot goes first, or it would count as the newest for a moment.
 */
export function forgetEndedRun(machine: Machine, folder: LocalFolder): void {
  const journal = new Journal(machine, folder);
  journal.read();
  for (const path of journal.oldestFirst()) {
    machine.files.remove(path);
    // One after the other also on the disk: a removal that is not there yet could be lost alone.
    journal.flush();
  }
}

/**
 * Begins a run: writes the first journal record and returns when it is on the disk. From then on `resume` goes on with
 * it. The variables of the media are taken into the journal, so that variables.json is read only here.
 * @param set variables that the prestart command has set: they win over those of the media
 * Throws when variables.json cannot be read or the journal cannot be written; nothing has begun then.
 */
export function beginRun(
  machine: Machine,
  folder: LocalFolder,
  start: RunStart,
  set: readonly PrestartVariable[] = [],
): VariableStore {
  const journal = new Journal(machine, folder);
  const reports = reportFolder(folder, start.run);
  machine.files.createFolder(reports.folder);
  // what the run used goes wherever its reports go
  if (machine.files.stat(folder.media)) machine.files.copyFile(folder.media, reports.media);
  const variables = new VariableStore(
    { variables: readVariables(machine, folder.variables), formerSecrets: [] },
    () => '',
  );
  for (const { name, value } of set) variables.set(name, value);
  const state: RunState = {
    format: 1,
    start,
    installDate: installDate(machine),
    phase: 'sequence',
    outcome: 'success',
    next: 0,
    entered: [],
    variables: variables.stored(),
    records: 0,
    unwritten: [],
    suspended: [],
    safetyNets: [],
    restarts: 0,
    programs: 0,
    boot: machine.power.bootId(),
  };
  journal.write(state);
  // Where Windows cannot flush, the only record there is must have reached the disk before anything is changed.
  journal.settle();
  return variables;
}

/** variables.json of the media or of the local copy: `{ "variables": [{ "name", "value", "secret"? }] }`; none without the file. */
export function readVariables({ files }: Machine, path: string): readonly StoredVariable[] {
  if (!files.stat(path)) return [];
  const json = parseJson(files.readText(path)) as { readonly variables?: readonly StoredVariable[] } | null;
  const stored: StoredVariable[] = [];
  for (const { name, value, secret } of json?.variables ?? []) {
    stored.push({ name: String(name), value: String(value), ...(secret === true ? { secret } : {}) });
  }
  return stored;
}
