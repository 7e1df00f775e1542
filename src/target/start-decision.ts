/** Everything that /start, /check and the screen decide before the first change: nothing here writes. */
import type { ReadinessChecks } from './contract.js';
import { secondsToRead } from './file-checks.js';
import { firstReadiness } from './first-readiness.js';
import type { LocalFolder } from './local-folder.js';
import type { Machine } from './machine.js';
import { spaceProblem } from './move-in.js';
import { bytesToCopy, type MoveInPlan, planMoveIn } from './move-in-plan.js';
import { runChecks } from './readiness/run-checks.js';
import { neededSpace } from './readiness/space.js';
import { type SetupSource, setupSource } from './setup-source.js';
import { onMedia, readStartMedia, type StartMedia } from './start-media.js';
import type { ChosenUpgrade, Refusal } from './step.js';
import { checkUpgrade, type UpgradeSource, upgradeSource } from './upgrade-check.js';
import { reflectsDrivers, upgradeWishes } from './upgrade-wishes.js';
import { validityProblem } from './validity.js';

/** An upgrade that can begin. */
export interface Decision {
  readonly media: StartMedia;
  readonly source: UpgradeSource;
  readonly chosen: ChosenUpgrade;
  readonly setup: SetupSource;
  readonly plan: MoveInPlan;
  /** bytes that are still to be copied */
  readonly toCopy: number;
  /** bytes that the whole upgrade needs on the drive of Windows */
  readonly spaceNeeded: number;
  /** seconds to copy and to check */
  readonly seconds: number;
  /** what was not checked, in sentences */
  readonly unchecked: readonly string[];
}

export type Decided =
  | { readonly end: 'ready'; readonly decision: Decision }
  | { readonly end: 'refused' | 'damaged' | 'outsideDates'; readonly problems: readonly Refusal[] };

/**
 * Reads the media, chooses the upgrade and checks readiness. Every reason at once.
 * @param otherwise checks of readiness when the sequence begins with none
 */
export function decide(machine: Machine, local: LocalFolder, otherwise: readonly ReadinessChecks[]): Decided {
  const read = readStartMedia(machine);
  if ('problems' in read) return { end: 'damaged', problems: read.problems };
  const { media } = read;
  const { sequence } = media;
  const source = upgradeSource(machine);
  const { chosen, refusals } = checkUpgrade(source, sequence.upgradePackages, upgradeWishes(sequence));
  const setup = setupSource(machine, media.root, sequence);
  const plan = chosen && planMoveIn(media, local, chosen.package, setup);
  const toCopy = plan ? bytesToCopy(machine, plan) : 0;
  const problems = refusals.slice();
  const unchecked = plan ? checkedBySize(plan) : [];
  const own = firstReadiness(sequence);
  for (const checks of own.length > 0 ? own : otherwise) {
    const readiness = runChecks({
      machine,
      checks,
      source,
      chosen,
      refusals,
      toCopy,
      reflectsDrivers: reflectsDrivers(sequence),
      setupFolder: chosen && folderOf(media, chosen),
    });
    for (const reason of readiness.refusals) addNew(problems, reason);
    for (const words of readiness.unchecked) unchecked.push(words);
  }
  const room = plan && spaceProblem(machine, plan);
  if (room && !hasRule(problems, room.rule)) problems.push(room);
  const outside = media.validity && validityProblem(machine.clock, media.validity, media.made);
  if (outside) return { end: 'outsideDates', problems: [outside, ...problems] };
  if (!chosen || !plan || problems.length > 0) return { end: 'refused', problems };
  const spaceNeeded = neededSpace(source.running.architecture, toCopy, own[0]?.freeSpace);
  const seconds = secondsToRead(plan.bytesRead, plan.hashes);
  return { end: 'ready', decision: { media, source, chosen, setup, plan, toCopy, spaceNeeded, seconds, unchecked } };
}

function folderOf(media: StartMedia, { package: { path } }: ChosenUpgrade): string {
  return path === '' ? media.root : onMedia(media.root, path);
}

/** What is not hashed is said by name: a changed byte in it would not be found. */
function checkedBySize({ files, onMedia: there }: MoveInPlan): string[] {
  let count = 0;
  for (const { entry, hashed } of [...files, ...there]) if (!hashed && entry.size > 0) count += 1;
  if (count === 0) return [];
  return [`${count} files of Windows Setup are checked by their size only: they are no programs, and small`];
}

/** A reason that was given already is not given twice. */
function addNew(problems: Refusal[], reason: Refusal): void {
  for (const one of problems) if (one.rule === reason.rule && one.message === reason.message) return;
  problems.push(reason);
}

function hasRule(problems: readonly Refusal[], rule: string): boolean {
  for (const one of problems) if (one.rule === rule) return true;
  return false;
}
