/**
 * The scripts that Windows Setup runs at its end (/postoobe, /postrollback): hints, never needed, for Setup ignores them
 * on many PCs with an OEM licence (design/task-sequence.md, 4). They run no step: they leave a claim, register the
 * task that resumes the sequence if it is gone, and run it.
 */
import type { Machine } from './machine.js';

/** The scheduled task that resumes the sequence, and the file it can be registered from. */
export interface ResumeTask {
  readonly name: string;
  /** file with the task's XML in the local copy */
  readonly xml: string;
}

/** The task and its file, for all who register, run or remove it. @param folder the local copy: `C:\\Inplace` */
export function resumeTask(folder: string): ResumeTask {
  return { name: 'Inplace', xml: `${folder}\\task.xml` };
}

/** Where hooks and claims lie; always on the drive of Windows, which is there when Setup ends. */
export interface HookPaths {
  readonly folder: string;
  readonly postoobe: string;
  readonly postrollback: string;
  /** is there when Setup says that the new Windows runs */
  readonly upgradedClaim: string;
  /** is there when Setup says that it went back to the old Windows */
  readonly rolledBackClaim: string;
}

/** @param folder the local copy: `C:\Inplace` */
export function hookPaths(folder: string): HookPaths {
  const hooks = `${folder}\\Hooks`;
  return {
    folder: hooks,
    postoobe: `${hooks}\\SetupComplete.cmd`,
    postrollback: `${hooks}\\SetupRollback.cmd`,
    upgradedClaim: `${hooks}\\upgraded.claim`,
    rolledBackClaim: `${hooks}\\rolled-back.claim`,
  };
}

/** Writes both scripts and removes the claims of an earlier run. */
export function writeHooks(machine: Machine, folder: string): HookPaths {
  const paths = hookPaths(folder);
  const task = resumeTask(folder);
  machine.files.createFolder(paths.folder);
  machine.files.remove(paths.upgradedClaim);
  machine.files.remove(paths.rolledBackClaim);
  machine.files.writeText(paths.postoobe, hookScript(paths.upgradedClaim, task));
  machine.files.writeText(paths.postrollback, hookScript(paths.rolledBackClaim, task));
  return paths;
}

/**
 * Text of a hook. It ends with 0 whatever happens: what it does is a hint.
 * @param claim file that it leaves
 */
export function hookScript(claim: string, task: ResumeTask): string {
  const schtasks = '"%SystemRoot%\\System32\\schtasks.exe"';
  const lines = [
    '@echo off',
    'rem Left by inplace for Windows Setup. It tells the task sequence how Setup ended, and does nothing else.',
    `> "${claim}" echo claim`,
    `${schtasks} /query /tn "${task.name}" >nul 2>&1`,
    `if errorlevel 1 ${schtasks} /create /tn "${task.name}" /xml "${task.xml}" /f >nul 2>&1`,
    `${schtasks} /run /tn "${task.name}" >nul 2>&1`,
    'exit /b 0',
  ];
  return `${lines.join('\r\n')}\r\n`;
}

/** What Setup's hooks have claimed; undefined when neither ran. */
export function claimOf(machine: Machine, folder: string): 'upgraded' | 'rolledBack' | undefined {
  const paths = hookPaths(folder);
  if (machine.files.stat(paths.rolledBackClaim)) return 'rolledBack';
  return machine.files.stat(paths.upgradedClaim) ? 'upgraded' : undefined;
}
