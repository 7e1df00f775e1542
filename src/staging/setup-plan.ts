/** How the media starts Windows Setup: the arguments that the upgrade step and this Windows ask for. */
import type { MediaDefinition, SequenceKind } from '../definition/model.js';
import type { Finding, Place } from '../errors.js';
import type { WimImage } from '../formats/wim/information.js';
import { bootstrapUpgrade } from '../task-sequence/bootstrap.js';
import type { TaskSequence, UpgradeStep } from '../task-sequence/model.js';
import { checkSetup, type SetupArgument, type SetupMedia, setupArguments } from '../task-sequence/setup-command.js';
import { type FoundUpgrade, upgradeSteps } from '../task-sequence/walk.js';
import type { UpgradePackage } from '../upgrade-package/open.js';
import { maskProductKeys } from '../yaml/product-keys.js';
import { shownCommandLine } from './bootstrap.js';

export interface SetupPlan {
  /** the sequence for what this Windows is */
  readonly sequence: TaskSequence;
  /** the upgrade step that the bootstrap carries */
  readonly upgrade: UpgradeStep;
  /** what the sequence asks for */
  readonly arguments: readonly SetupArgument[];
  /** the same, only asking whether Setup would upgrade */
  readonly scanArguments: readonly SetupArgument[];
  /** build of the Windows on the media */
  readonly build: number;
  readonly server: boolean;
  /** the command line for people, secrets hidden */
  readonly shown: string;
}

/** Which sequence these media need: that for servers when all images are servers. */
export function sequenceKind({ facts }: UpgradePackage): SequenceKind {
  return facts.product === 'server' ? 'server' : 'client';
}

/** Works out the command line; what this Windows cannot do of what any upgrade step asks are findings. */
export function planSetup(
  definition: MediaDefinition,
  upgradePackage: UpgradePackage,
): { plan?: SetupPlan; findings: readonly Finding[] } {
  const { facts } = upgradePackage;
  const sequence = definition.sequences[sequenceKind(upgradePackage)];
  const upgrade = bootstrapUpgrade(sequence, definition);
  if (facts.images.length === 0 || upgrade === undefined) return { findings: [] };
  const findings = checkSetupOf(definition, upgradePackage);
  if (findings.length > 0) return { findings };
  const media = setupMedia(upgrade, definition, upgradePackage);
  const args = setupArguments(upgrade, media);
  const scanArguments = setupArguments({ ...upgrade, scanOnly: true }, media);
  const shown = shownCommandLine(args, '%SystemDrive%\\Inplace\\Logs');
  const { build, server } = media;
  return { plan: { sequence, upgrade, arguments: args, scanArguments, build, server, shown }, findings };
}

/** What this Windows cannot do of what the upgrade steps ask. */
export function checkSetupOf(definition: MediaDefinition, upgradePackage: UpgradePackage): readonly Finding[] {
  const steps = upgradeSteps(definition.sequences[sequenceKind(upgradePackage)], definition);
  return withoutDoubles(steps.flatMap((found) => checkStep(found, definition, upgradePackage)));
}

function checkStep(
  { step, place }: FoundUpgrade,
  definition: MediaDefinition,
  upgradePackage: UpgradePackage,
): readonly Finding[] {
  const image = step.edition === undefined ? undefined : findEdition(step.edition, upgradePackage, place('edition'));
  if (image && 'code' in image) return [image];
  return checkSetup(step, setupMedia(step, definition, upgradePackage), place).map((finding) => ({
    ...finding,
    where: { file: upgradePackage.path, ...finding.where },
  }));
}

function setupMedia(step: UpgradeStep, definition: MediaDefinition, upgradePackage: UpgradePackage): SetupMedia {
  const { facts } = upgradePackage;
  const image = step.edition === undefined ? undefined : findEdition(step.edition, upgradePackage, {});
  const key = definition.variables.find(({ name }) => name === step.key)?.value;
  return {
    build: Math.max(0, ...facts.images.map(({ version }) => version?.build ?? 0)),
    server: facts.product === 'server',
    ...(image && !('code' in image) ? { imageIndex: image.index } : {}),
    ...(key === undefined ? {} : { key }),
  };
}

/** What is wrong with the media is wrong for every step. */
function withoutDoubles(findings: readonly Finding[]): readonly Finding[] {
  const texts = findings.map((finding) => JSON.stringify(finding));
  return findings.filter((_, index) => texts.indexOf(texts[index]!) === index);
}

/** The one image of the edition that the sequence names, or why there is none. */
function findEdition(edition: string, { facts }: UpgradePackage, where: Place): WimImage | Finding {
  const found = facts.images.filter((image) => image.editionId?.toLowerCase() === edition.toLowerCase());
  const [image] = found;
  if (image && found.length === 1) return image;
  const code = 'SEQUENCE_INVALID';
  const shown = maskProductKeys(edition);
  if (!image) {
    const known = [...new Set(facts.images.map(({ editionId }) => editionId).filter((id) => id !== undefined))];
    const message = `The upgrade step names the edition "${shown}", which is not on this Windows media`;
    return { code, message, where, hint: `It holds ${known.join(', ') || 'no image that names its edition'}` };
  }
  const names = found.map(imageName).join('; ');
  const message = `The upgrade step names the edition "${shown}", which several images have: ${names}`;
  return { code, message, where, hint: 'Leave the edition out: Windows Setup takes the one that fits the machine' };
}

function imageName(image: WimImage): string {
  const facts = [image.installationType, image.architecture, image.defaultLanguage].filter(
    (fact) => fact !== undefined,
  );
  return `${image.index} ${image.name ?? ''} (${facts.join(', ')})`;
}
