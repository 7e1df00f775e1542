/** What install media can upgrade, in words. */
import type { UpgradeImage, UpgradePath } from '../target/contract.js';

/** One image, and what becomes it with everything kept. */
export interface UpgradeWords {
  /** number in install.wim, from 1 */
  readonly image: number;
  readonly name: string;
  readonly edition: string;
  readonly architecture: string;
  /** the machine's base language must be this one */
  readonly language: string;
  readonly build: number;
  /** `Windows 10 Pro, version 2004 and later`: rows of Microsoft's tables in which the edition stays */
  readonly from: readonly string[];
  /** rows in which it changes: the sequence must name the edition and give its key */
  readonly fromWithKey: readonly string[];
}

/** In the order of the images. */
export function upgradeWords(images: readonly UpgradeImage[]): UpgradeWords[] {
  return images.map(({ index, name, edition, architecture, language, build, installationType, from }) => {
    // a server keeps its installation type
    const core = /^server core$/i.test(installationType) ? ', Server Core' : '';
    const words = (paths: readonly UpgradePath[]): string[] => paths.map((path) => `${path.words}${core}`);
    return {
      image: index,
      name,
      edition,
      architecture,
      language,
      build,
      from: words(from.filter(({ changesEdition }) => !changesEdition)),
      fromWithKey: words(from.filter(({ changesEdition }) => changesEdition)),
    };
  });
}
