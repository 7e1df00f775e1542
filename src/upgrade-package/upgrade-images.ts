/** The Windows that install media bring, each with the rule of what it upgrades. */
import type { WimImage } from '../formats/wim/information.js';
import type { UpgradeImage } from '../target/contract.js';
import type { SetupFacts, WindowsMediaFacts } from './facts.js';
import { hardwareFloor } from './hardware-floors.js';
import { imageProduct } from './recognise.js';
import type { MinimumVersions } from './settings.js';
import { upgradePaths } from './upgrade-paths.js';

/**
 * All images of the media, those of the first setup first. Left out are images that do not say their edition,
 * architecture, language or build: nothing can be decided about them, and Setup shows them to nobody either.
 */
export function upgradeImages(facts: WindowsMediaFacts): UpgradeImage[] {
  if (facts.setups.length > 0) return facts.setups.flatMap(setupImages);
  return facts.images.flatMap((image) => upgradeImage(image, undefined));
}

/** The images of one setup; dual-architecture media have two, each with its own numbers. */
export function setupImages({ installImage, minimumVersions }: SetupFacts): UpgradeImage[] {
  return (installImage?.images ?? []).flatMap((image) => upgradeImage(image, minimumVersions));
}

function upgradeImage(image: WimImage, minimum: MinimumVersions | undefined): UpgradeImage[] {
  const { editionId: edition, architecture, version } = image;
  const language = image.defaultLanguage ?? (image.languages.length === 1 ? image.languages[0] : undefined);
  const product = imageProduct(image);
  const installationType = image.installationType ?? (product === 'client' ? 'Client' : undefined);
  if (edition === undefined || language === undefined || version === undefined) return [];
  if (installationType === undefined || /^windowspe$/i.test(installationType)) return [];
  if (architecture !== 'x86' && architecture !== 'x64' && architecture !== 'arm64') return [];
  const { major, minor, build, spBuild } = version;
  const target = { edition, installationType, architecture, build };
  const declared = declaredBuild(product === 'server' ? minimum?.minServer : minimum?.minClient);
  return [
    {
      index: image.index,
      name: image.displayName ?? image.name ?? edition,
      language,
      version: `${major}.${minor}.${build}${spBuild === undefined ? '' : `.${spBuild}`}`,
      ...target,
      from: upgradePaths({ ...target, declared }),
      floor: hardwareFloor(target),
    },
  ];
}

/** Build of a version in cversion.ini: `7601.0`; 0 when it is none. */
export function declaredBuild(text: string | undefined): number {
  return Number(/^\s*(\d{1,9})(\.|\s|$)/.exec(text ?? '')?.[1] ?? 0);
}
