/**
 * Brings engine, sequence, variables and content to `%SystemDrive%\Inplace` and checks them (design/task-sequence.md, 3).
 *
 * A power cut can happen at every line of this file, and nothing of the upgrade has begun: no task is registered, no
 * journal is written. What a cut leaves is mended by the next /start, which keeps only what its hash proves and copies
 * everything else again. The order that makes it so:
 *  1. the folder gets its protection before anything is written into it, or somebody else could write along;
 *  2. an older sequence.json goes first, and a new one comes when everything else is right and flushed: where there is
 *     one, all that it needs is there;
 *  3. all of it is flushed before the task is registered and the journal begun (start.ts), so that a task never finds
 *     content that a cut has taken.
 */
import { checkFile } from './file-checks.js';
import { reasonOf } from './gone.js';
import { driveOf, type LocalFolder } from './local-folder.js';
import type { Machine } from './machine.js';
import { bytesToCopy, type CopiedFile, type MoveInPlan } from './move-in-plan.js';
import { freeOnSystemDrive } from './readiness/space.js';
import { sizeWords } from './size-words.js';
import { fileProblem } from './start-media.js';
import type { Refusal } from './step.js';
import { filesBelow } from './steps/package-files.js';

/** Whether it was moved in; `refused` before anything was written, `damaged` when the media are, `failed` else. */
export type MoveInEnd =
  | { readonly end: 'done' }
  | { readonly end: 'refused' | 'damaged' | 'failed'; readonly problems: readonly Refusal[] };

/** Bytes that stay free for the journal, logs and what steps write. */
const ROOM_FOR_LOGS = 512 * 1024 * 1024;
/** Damaged files that are listed; a stick that is broken has thousands. */
const MOST_PROBLEMS = 20;

/** Copies and checks; afterwards everything is in the folder, and on the disk where Windows can flush. */
export function moveIn(machine: Machine, local: LocalFolder, plan: MoveInPlan): MoveInEnd {
  const room = spaceProblem(machine, plan);
  if (room) return { end: 'refused', problems: [room] };
  const damaged = problemsOnMedia(machine, plan);
  if (damaged.length > 0) return { end: 'damaged', problems: damaged };
  try {
    // An existing folder of another owner, or one that leads elsewhere, is refused by the machine.
    machine.files.createProtectedFolder(local.folder);
  } catch (error) {
    return { end: 'refused', problems: [folderProblem(local, reasonOf(error))] };
  }
  try {
    machine.files.remove(local.sequence);
    // Nothing may be changed below a sequence that a cut could bring back.
    machine.files.flush(driveOf(local.folder));
    removeStrangers(machine, local, plan);
    for (const folder of plan.folders) machine.files.createFolder(folder);
    const problems = copyAll(machine, plan);
    if (problems.length > 0) return { end: 'damaged', problems };
    machine.files.flush(driveOf(local.folder));
    const problem = copyOne(machine, plan.sequence);
    if (problem) return { end: 'damaged', problems: [problem] };
    machine.files.flush(driveOf(local.folder));
    return { end: 'done' };
  } catch (error) {
    const advice = 'See whether the drive of Windows has room and is healthy, and start again';
    return { end: 'failed', problems: [{ rule: 'moveIn', message: `Copying failed: ${reasonOf(error)}`, advice }] };
  }
}

/** Reckoned before the first byte. */
export function spaceProblem(machine: Machine, plan: MoveInPlan): Refusal | undefined {
  const free = freeOnSystemDrive(machine);
  const needed = bytesToCopy(machine, plan) + ROOM_FOR_LOGS;
  if (free === undefined || free >= needed) return undefined;
  return {
    rule: 'freeSpace',
    message: `${sizeWords(needed)} are copied to ${machine.environment.systemDrive}, and ${sizeWords(free)} are free`,
    advice: `Free ${sizeWords(needed - free)} more`,
  };
}

/** The folder belongs to somebody else, or leads elsewhere. */
export function folderProblem(local: LocalFolder, reason: string): Refusal {
  return {
    rule: 'localFolder',
    message: `The folder ${local.folder} cannot be used: ${reason}`,
    advice: `See who made ${local.folder}. When nobody needs it, remove it and start again`,
  };
}

/** Setup runs from the media: what would be checked after copying is checked there. No problem: all is right. */
export function problemsOnMedia(machine: Machine, plan: Pick<MoveInPlan, 'onMedia'>): Refusal[] {
  const problems: Refusal[] = [];
  for (const { path, entry, hashed } of plan.onMedia) {
    const problem = fileProblem(path, checkFile(machine, path, entry, hashed));
    if (problem) problems.push(problem);
    if (problems.length >= MOST_PROBLEMS) break;
  }
  return problems;
}

/** What earlier media or an earlier attempt left in the folders of content, and these media do not have. */
function removeStrangers(machine: Machine, local: LocalFolder, plan: MoveInPlan): void {
  const ours: Record<string, true> = {};
  for (const { to } of plan.files) ours[to.toLowerCase()] = true;
  for (const folder of [local.packages, local.os]) {
    for (const path of filesBelow(machine, folder, /^/)) {
      if (ours[path.toLowerCase()] !== true) machine.files.remove(path);
    }
  }
}

function copyAll(machine: Machine, plan: MoveInPlan): Refusal[] {
  const problems: Refusal[] = [];
  for (const file of plan.files) {
    const problem = copyOne(machine, file);
    if (problem) problems.push(problem);
    // a stick that is broken is not read to its end
    if (problems.length >= MOST_PROBLEMS) break;
  }
  return problems;
}

/**
 * One file. What is there already is kept only when its hash is right: a cut can leave a file of the right size full of
 * zeros. So a file that is checked by its size alone is always copied again.
 */
function copyOne(machine: Machine, { from, to, entry, hashed }: CopiedFile): Refusal | undefined {
  if (hashed && entry.size > 0 && checkFile(machine, to, entry, true) === 'good') return undefined;
  const stat = machine.files.stat(from);
  if (!stat || stat.folder) return fileProblem(from, 'missing');
  machine.files.createFolder(to.substring(0, to.lastIndexOf('\\')));
  machine.files.copyFile(from, to);
  return fileProblem(from, checkFile(machine, to, entry, hashed));
}
