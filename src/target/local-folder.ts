/** The engine's folder on the machine (design/task-sequence.md, 3): every path in it, said once. */

import { resumeTask } from './hooks.js';
import type { MachineEnvironment } from './machine.js';

/** Full paths; what belongs to one run lies below its folder of reports. */
export interface LocalFolder {
  /** `C:\Inplace` */
  readonly folder: string;
  readonly sequence: string;
  readonly variables: string;
  readonly media: string;
  /** the two slots of the journal, written in turn */
  readonly journals: readonly [string, string];
  /** held open by the one engine that works */
  readonly lock: string;
  readonly task: string;
  readonly engine: string;
  /** exit codes, outputs and scripts of steps; only while a run is under way */
  readonly work: string;
  /** files of the prestart command; only while it runs */
  readonly prestart: string;
  /** holds a folder for each package that was copied */
  readonly packages: string;
  /** holds a folder for each upgrade package that was copied */
  readonly os: string;
  readonly reports: string;
}

/** What a run leaves for people; it stays until it is collected. */
export interface ReportFolder {
  /** `C:\Inplace\Reports\RUN` */
  readonly folder: string;
  readonly status: string;
  readonly summary: string;
  /** the same in plain words, for whoever looks into the folder */
  readonly note: string;
  /** what media the run was started from */
  readonly media: string;
  /** CMTrace */
  readonly log: string;
}

/** The paths on this machine. */
export function localFolder({ systemDrive }: Pick<MachineEnvironment, 'systemDrive'>): LocalFolder {
  const folder = `${systemDrive}\\Inplace`;
  return {
    folder,
    sequence: `${folder}\\sequence.json`,
    variables: `${folder}\\variables.json`,
    media: `${folder}\\media.json`,
    journals: [`${folder}\\journal-a.json`, `${folder}\\journal-b.json`],
    lock: `${folder}\\engine.lock`,
    task: resumeTask(folder).xml,
    engine: `${folder}\\engine.js`,
    work: `${folder}\\Work`,
    prestart: `${folder}\\prestart`,
    packages: `${folder}\\packages`,
    os: `${folder}\\os`,
    reports: `${folder}\\Reports`,
  };
}

/** @param run id of the run: letters, digits and `-`, fit for a file name */
export function reportFolder(local: LocalFolder, run: string): ReportFolder {
  const folder = `${local.reports}\\${run}`;
  return {
    folder,
    status: `${folder}\\status.jsonl`,
    summary: `${folder}\\summary.json`,
    note: `${folder}\\result.txt`,
    media: `${folder}\\media.json`,
    log: `${folder}\\inplace.log`,
  };
}

/** `C:` of a full path. */
export function driveOf(path: string): string {
  return path.substring(0, 2);
}
