/**
 * Which Windows of the media fits this machine, or every reason why none does and what would help
 * (design/task-sequence.md, 2; facts/configmgr.md, F.4 and the seed: same edition, architecture and language).
 */
import { compareVersions } from './compare-values.js';
import type { CompiledUpgradePackage, UpgradeImage, UpgradePath, WindowsIdentity } from './contract.js';
import { editionReasons } from './edition-reasons.js';
import { floorReasons } from './floor-reasons.js';
import { type Hardware, readHardware } from './hardware.js';
import type { Machine } from './machine.js';
import { type RunningWindows, runningWindows } from './running-windows.js';
import type { ChosenUpgrade, Refusal } from './step.js';
import { windowsIdentity } from './steps/windows-build.js';
import { contains, sameText } from './text.js';
import type { UpgradeWish } from './upgrade-wishes.js';

/** The machine as the rules see it. */
export interface UpgradeSource {
  readonly running: RunningWindows;
  readonly identity: WindowsIdentity;
  readonly hardware: Hardware;
}

/** Either an image, or at least one refusal. */
export interface UpgradeVerdict {
  readonly chosen: ChosenUpgrade | undefined;
  readonly refusals: readonly Refusal[];
}

/** Asks the machine once. */
export function upgradeSource(machine: Machine): UpgradeSource {
  return { running: runningWindows(machine), identity: windowsIdentity(machine), hardware: readHardware(machine) };
}

/**
 * Chooses among all images of all upgrade packages. Of several that fit, the newest version counts, whatever its place;
 * of equal versions that of the package that the media list first, and in it the first image.
 * Where the sequence has several wishes the first that can be fulfilled counts, and else the reasons of the first: of
 * several packages those of each.
 */
export function checkUpgrade(
  source: UpgradeSource,
  packages: readonly CompiledUpgradePackage[],
  wishes: readonly UpgradeWish[],
): UpgradeVerdict {
  let first: UpgradeWish | undefined;
  for (const wish of wishes.length > 0 ? wishes : [{ hasKey: false }]) {
    const verdict = checkWish(source, candidatesOf(packages), wish);
    if (verdict.chosen) return verdict;
    first = first ?? wish;
  }
  return { chosen: undefined, refusals: reasonsOfEach(source, packages, first ?? { hasKey: false }) };
}

/** Why no package fits: what is so for all of them once, everything else with the name of its package. */
function reasonsOfEach(
  source: UpgradeSource,
  packages: readonly CompiledUpgradePackage[],
  wish: UpgradeWish,
): readonly Refusal[] {
  const lists: (readonly Refusal[])[] = [];
  for (const one of packages)
    lists.push(checkWish(source, candidatesOf([one]), wish, packages.length > 1 ? 'it holds' : MEDIA_HOLD).refusals);
  if (lists.length === 0) return [NOTHING];
  const refusals: Refusal[] = [];
  for (let index = 0; index < lists.length; index++) {
    for (const reason of lists[index] ?? []) {
      const isCommon = isInAll(lists, reason);
      if (isCommon && index > 0) continue;
      const message = isCommon ? reason.message : `Upgrade package "${packages[index]?.id ?? ''}": ${reason.message}`;
      refusals.push({ ...reason, message });
    }
  }
  return refusals;
}

function isInAll(lists: readonly (readonly Refusal[])[], { rule, message }: Refusal): boolean {
  for (const list of lists) {
    let found = false;
    for (const one of list) if (one.rule === rule && one.message === message) found = true;
    if (!found) return false;
  }
  return true;
}

const NOTHING: Refusal = {
  rule: 'upgradePath',
  message: 'This media holds no Windows that a computer could be upgraded to',
  advice: 'Build the media again, and look at what "inplace check" says of its upgrade package',
};

/** What the reasons call the upgrade packages. */
const MEDIA_HOLD = 'the media holds';

function candidatesOf(packages: readonly CompiledUpgradePackage[]): ChosenUpgrade[] {
  const all: ChosenUpgrade[] = [];
  for (const one of packages) for (const image of one.images) all.push({ package: one, image });
  return all;
}

/**
 * Rule after rule narrows the images down. Where none passes a rule, that is one reason, and the next rule goes on with
 * the images from before, so that a person gets all reasons at once.
 * @param hold what reasons call that which has the images
 */
function checkWish(
  source: UpgradeSource,
  all: readonly ChosenUpgrade[],
  wish: UpgradeWish,
  hold = MEDIA_HOLD,
): UpgradeVerdict {
  if (all.length === 0) return { chosen: undefined, refusals: [NOTHING] };
  const { running, identity } = source;
  const refusals: Refusal[] = [];
  let left = all;
  const narrow = (fits: (image: UpgradeImage) => boolean, reason: (of: readonly ChosenUpgrade[]) => Refusal): void => {
    const passed: ChosenUpgrade[] = [];
    for (const one of left) if (fits(one.image)) passed.push(one);
    if (passed.length === 0) refusals.push(reason(left));
    else left = passed;
  };
  narrow(
    (image) => image.architecture === running.architecture,
    (of) => wrongArchitecture(running, of, hold),
  );
  narrow(
    (image) => sameText(image.language, running.language),
    (of) => wrongLanguage(running, of, hold),
  );
  narrow(
    (image) => sameText(image.installationType, identity.installationType),
    (of) => wrongType(identity, of, hold),
  );
  if (isSameProduct(identity, left)) {
    // What is wrong with the type was said above: the paths are looked at as if it fitted.
    const installed = refusals.length > 0 ? { ...identity, installationType: typeOf(identity, left) } : identity;
    const reachable: ChosenUpgrade[] = [];
    for (const one of left) if (pathOf(one.image, installed, wish)) reachable.push(one);
    if (reachable.length > 0) left = reachable;
    else for (const reason of editionReasons(identity, left, wish, hold)) refusals.push(reason);
  }
  const best = newest(withEnoughHardware(left, source.hardware));
  for (const reason of floorReasons(best.image, source.hardware)) refusals.push(reason);
  return refusals.length > 0 ? { chosen: undefined, refusals } : { chosen: best, refusals };
}

/** Whether the media holds clients for a client, or servers for a server: other editions need no word. */
function isSameProduct({ installationType }: WindowsIdentity, of: readonly ChosenUpgrade[]): boolean {
  for (const { image } of of) if (isServer(image.installationType) === isServer(installationType)) return true;
  return false;
}

function isServer(installationType: string): boolean {
  return /^server/i.test(installationType);
}

/** The type of the machine where an image has it, else that of the images. */
function typeOf({ installationType }: WindowsIdentity, of: readonly ChosenUpgrade[]): string {
  for (const { image } of of) if (sameText(image.installationType, installationType)) return installationType;
  return of[0]?.image.installationType ?? installationType;
}

/** Those whose hardware floor the machine has; all of them when it has none. */
function withEnoughHardware(of: readonly ChosenUpgrade[], hardware: Hardware): readonly ChosenUpgrade[] {
  const enough: ChosenUpgrade[] = [];
  for (const one of of) if (floorReasons(one.image, hardware).length === 0) enough.push(one);
  return enough.length > 0 ? enough : of;
}

/** The path that leads from the installed Windows to the image, as the wish allows it; undefined when none does. */
export function pathOf(image: UpgradeImage, identity: WindowsIdentity, wish: UpgradeWish): UpgradePath | undefined {
  if (wish.edition !== undefined && !sameText(wish.edition, image.edition)) return undefined;
  for (const path of image.from) {
    if (path.changesEdition && (wish.edition === undefined || !wish.hasKey)) continue;
    if (leadsFrom(path, image, identity)) return path;
  }
  return undefined;
}

/** Whether a path begins at this Windows. */
function leadsFrom(
  path: UpgradePath,
  image: UpgradeImage,
  { build, edition, installationType }: WindowsIdentity,
): boolean {
  if (build < path.minimumBuild || build > path.maximumBuild) return false;
  if (!sameText(path.installationType ?? image.installationType, installationType)) return false;
  for (const one of path.editions) if (sameText(one, edition)) return true;
  return false;
}

function newest(candidates: readonly ChosenUpgrade[]): ChosenUpgrade {
  let best = candidates[0] as ChosenUpgrade;
  for (const one of candidates) if (compareVersions(one.image.version, best.image.version) > 0) best = one;
  return best;
}

function wrongArchitecture({ architecture }: RunningWindows, of: readonly ChosenUpgrade[], hold: string): Refusal {
  const has = listOf(of, (image) => image.architecture);
  return {
    rule: 'architecture',
    message: `This Windows is ${architecture}, and ${hold} Windows for ${has}`,
    advice: `An upgrade keeps the architecture: use media for ${architecture}, or install Windows anew`,
  };
}

/** The base language is what Windows was installed in; what a user sees may be another one. */
function wrongLanguage({ language }: RunningWindows, of: readonly ChosenUpgrade[], hold: string): Refusal {
  const has = listOf(of, (image) => image.language);
  return {
    rule: 'language',
    message: `The base language of this Windows is ${language || 'unknown'}, and ${hold} ${has}`,
    advice: `An upgrade keeps the base language, whatever language is displayed: use media in ${language || 'the language that Windows was installed in'}`,
  };
}

function wrongType({ installationType }: WindowsIdentity, of: readonly ChosenUpgrade[], hold: string): Refusal {
  const has = listOf(of, (image) => image.installationType);
  return {
    rule: 'installationType',
    message: `This Windows is of the type "${installationType || 'unknown'}", and ${hold} ${has}`,
    advice:
      'A client stays a client, a server a server, and Server Core stays without the desktop: use media that hold the same type',
  };
}

/** Each different text once: `en-US, nb-NO`. */
function listOf(candidates: readonly ChosenUpgrade[], text: (image: UpgradeImage) => string): string {
  const all: string[] = [];
  for (const { image } of candidates) if (!contains(all, text(image))) all.push(text(image));
  return all.join(', ');
}
