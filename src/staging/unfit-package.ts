/** Sources that media cannot be made of, or that hold nothing that Windows Setup would use. */
import type { FileTree } from '../content/tree.js';
import type { Finding } from '../errors.js';
import type { UpgradePackage } from '../upgrade-package/open.js';
import { setupImages } from '../upgrade-package/upgrade-images.js';
import { MEDIA_PATHS } from './media-paths.js';

/** Why no media can be made of an upgrade package that opens. */
export function refuseUnfit(upgradePackage: UpgradePackage): Finding[] {
  return [...ownMedia(upgradePackage), ...dualArchitecture(upgradePackage), ...unknownImages(upgradePackage)];
}

/** Media that inplace built are no upgrade package: their deploy folder and ours would mix. */
function ownMedia({ path, tree }: UpgradePackage): Finding[] {
  const ours = [MEDIA_PATHS.deploy, MEDIA_PATHS.bootstrap, MEDIA_PATHS.reports].map((name) => name.toLowerCase());
  const names = [...tree.directories, ...tree.files.map((file) => file.path)];
  const found = names.filter((name) => ours.includes(name.toLowerCase()));
  return found.map((name) => ({
    code: 'NOT_WINDOWS_MEDIA',
    message: `The upgrade package has a "${name}" of its own, and inplace puts one there: is this media that inplace built?`,
    where: { file: path, path: name },
    hint: 'Give the original Windows ISO',
  }));
}

/** Both lie in folders of their own, and have no boot.wim where staging looks for it. */
function dualArchitecture({ path, facts }: UpgradePackage): Finding[] {
  if (!facts.dualArchitecture) return [];
  const both = facts.architectures.join(' and ');
  return [
    {
      code: 'SOURCE_UNSUPPORTED',
      message: `The Windows media are for ${both} at once, and this version builds from one architecture`,
      where: { file: path },
      hint: 'Give an ISO of one architecture, or one of the folders in it',
    },
  ];
}

/** A WIM that says nothing of the Windows in it is nothing that an upgrade could be decided by. */
function unknownImages({ path, facts }: UpgradePackage): Finding[] {
  return facts.setups.flatMap((setup): Finding[] => {
    const { installImage } = setup;
    if (installImage === undefined || installImage.images.length === 0 || setupImages(setup).length > 0) return [];
    return [
      {
        code: 'SOURCE_UNSUPPORTED',
        message: 'No image says which Windows it is: edition, installation type, architecture, language and build',
        where: { file: path, path: installImage.path },
        hint: 'Give an ISO of Windows, or write what is missing into the WIM: "inplace wim list" shows what is there, and DISM or wimlib write it',
      },
    ];
  });
}

/** A warning of a package of kind drivers in which Setup finds none. @param source its folder */
export function withoutDrivers(id: string, source: string, tree: FileTree): Finding[] {
  if (tree.files.some(({ path }) => /\.inf$/i.test(path))) return [];
  return [
    {
      code: 'DEFINITION_INVALID',
      severity: 'warning',
      message: `The drivers package "${id}" holds no .inf file, so Windows Setup will find no driver in it`,
      where: { file: source },
      hint: 'Extract the drivers into the folder: a folder of installers is a package of kind files',
    },
  ];
}
