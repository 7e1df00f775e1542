/** How the media starts Windows Setup: the arguments that the upgrade step and this Windows ask for. */
import type { MediaDefinition } from '../definition/model.js';
import type { Finding, Place } from '../errors.js';
import type { WimImage } from '../formats/wim/information.js';
import { checkSetup, type SetupArgument, type SetupMedia, setupArguments } from '../task-sequence/setup-command.js';
import type { UpgradePackage } from '../upgrade-package/open.js';
import { maskProductKeys } from '../yaml/product-keys.js';
import { shownCommandLine } from './bootstrap.js';

export interface SetupPlan {
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

/** Works out the command line; what this Windows cannot do of what the sequence asks are findings. */
export function planSetup(
  definition: MediaDefinition,
  upgradePackage: UpgradePackage,
): { plan?: SetupPlan; findings: readonly Finding[] } {
  const { facts, path } = upgradePackage;
  const { upgrade } = definition.sequence;
  const build = Math.max(0, ...facts.images.map((image) => image.version?.build ?? 0));
  if (facts.images.length === 0) return { findings: [] };
  const image =
    upgrade.edition === undefined
      ? undefined
      : findEdition(upgrade.edition, upgradePackage, definition.place('upgrade.edition'));
  if (image && 'code' in image) return { findings: [image] };
  const key = definition.variables.find(({ name }) => name === upgrade.key)?.value;
  const media: SetupMedia = {
    build,
    server: facts.product === 'server',
    ...(image ? { imageIndex: image.index } : {}),
    ...(key === undefined ? {} : { key }),
  };
  const findings = checkSetup(upgrade, media, (option) => definition.place(`upgrade.${option}`)).map((finding) => ({
    ...finding,
    where: { file: path, ...finding.where },
  }));
  if (findings.length > 0) return { findings };
  const args = setupArguments(upgrade, media);
  const scanArguments = setupArguments({ ...upgrade, scanOnly: true }, media);
  const shown = shownCommandLine(args, '%SystemDrive%\\Inplace\\Logs');
  return { plan: { arguments: args, scanArguments, build, server: media.server, shown }, findings };
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
