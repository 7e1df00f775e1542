/** Why no path of the tables leads from the installed Windows to an image, as precisely as it can be said. */
import type { UpgradeImage, UpgradePath, WindowsIdentity } from './contract.js';
import type { ChosenUpgrade, Refusal } from './step.js';
import { contains, sameText } from './text.js';
import type { UpgradeWish } from './upgrade-wishes.js';

/** Paths that are listed in a message; Microsoft's tables have at most this many for one image. */
const MOST_PATHS = 8;

/** At least one reason. The images are those that fit in everything else. @param hold what the reasons call what has them */
export function editionReasons(
  identity: WindowsIdentity,
  candidates: readonly ChosenUpgrade[],
  wish: UpgradeWish,
  hold = 'the media holds',
): Refusal[] {
  const { edition, build } = identity;
  const images: UpgradeImage[] = [];
  for (const { image } of candidates) {
    if (wish.edition === undefined || sameText(wish.edition, image.edition)) images.push(image);
  }
  if (images.length === 0) return [missingEdition(wish.edition ?? '', candidates, hold)];
  if (/eval$/i.test(edition)) return [evaluation(edition)];
  const ofEdition = pathsFrom(images, edition);
  if (ofEdition.length === 0) return [noPath(identity, images, hold)];
  const allowed: UpgradePath[] = [];
  for (const path of ofEdition) {
    if (!path.changesEdition || (wish.edition !== undefined && wish.hasKey)) allowed.push(path);
  }
  if (allowed.length === 0) return [needsKey(edition, images, wish, hold)];
  return [wrongBuild(build, allowed, images)];
}

function pathsFrom(images: readonly UpgradeImage[], edition: string): UpgradePath[] {
  const paths: UpgradePath[] = [];
  for (const { from } of images) {
    for (const path of from) for (const one of path.editions) if (sameText(one, edition)) paths.push(path);
  }
  return paths;
}

function missingEdition(wanted: string, candidates: readonly ChosenUpgrade[], hold: string): Refusal {
  return {
    rule: 'edition',
    message: `The task sequence asks for the edition ${wanted}, and ${hold} ${editionsOf(candidates)} for this computer`,
    advice: 'Correct "edition" of the upgrade step, or use media that hold it',
  };
}

function evaluation(edition: string): Refusal {
  return {
    rule: 'edition',
    message: `This Windows is an evaluation (${edition}), which cannot be upgraded`,
    advice:
      'Convert it to a licensed edition first (DISM /Set-Edition with a key); a domain controller cannot be converted',
  };
}

function noPath({ edition }: WindowsIdentity, images: readonly UpgradeImage[], hold: string): Refusal {
  const words: string[] = [];
  for (const { from } of images) for (const path of from) if (!contains(words, path.words)) words.push(path.words);
  const listed = words.slice(0, MOST_PATHS).join('; ') + (words.length > MOST_PATHS ? '; and others' : '');
  return {
    rule: 'edition',
    message: `No upgrade that keeps everything leads from the edition ${edition || '(unknown)'} to what ${hold} (${namesOf(images)})`,
    advice: `Use media with the edition of this Windows. These upgrade: ${listed || 'nothing'}`,
  };
}

function needsKey(edition: string, images: readonly UpgradeImage[], wish: UpgradeWish, hold: string): Refusal {
  const named = wish.edition === undefined ? 'does not name another edition' : 'gives no product key';
  return {
    rule: 'edition',
    message: `This Windows is ${edition}, ${hold} ${namesOf(images)}, and the task sequence ${named}`,
    advice:
      'An upgrade keeps the edition unless the upgrade step has both "edition" and "key": add them, or use media with this edition',
  };
}

/** The edition is right, and the version is not. */
function wrongBuild(build: number, paths: readonly UpgradePath[], images: readonly UpgradeImage[]): Refusal {
  let oldest = Number.MAX_VALUE;
  let newest = 0;
  const words: string[] = [];
  for (const path of paths) {
    oldest = Math.min(oldest, path.minimumBuild);
    newest = Math.max(newest, path.maximumBuild);
    words.push(path.words);
  }
  if (build > newest) {
    return {
      rule: 'upgradePath',
      message: `This Windows is build ${build}, newer than what the media upgrades to (${namesOf(images)})`,
      advice: 'Nothing needs to be done, or use media with a newer Windows',
    };
  }
  const step =
    build < oldest ? 'Upgrade to one of them first, and then from there' : 'Use media that upgrade this version';
  return {
    rule: 'upgradePath',
    message: `This Windows is build ${build || '(unknown)'}, from which Microsoft supports no upgrade to ${namesOf(images)}`,
    advice: `These are upgraded: ${words.join('; ')}. ${step}`,
  };
}

function editionsOf(candidates: readonly ChosenUpgrade[]): string {
  const all: string[] = [];
  for (const { image } of candidates) if (!contains(all, image.edition)) all.push(image.edition);
  return all.join(', ');
}

function namesOf(images: readonly UpgradeImage[]): string {
  const all: string[] = [];
  for (const { name, build } of images) {
    const text = `${name}, build ${build}`;
    if (!contains(all, text)) all.push(text);
  }
  return all.join('; ');
}
