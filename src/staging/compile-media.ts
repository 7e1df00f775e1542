/** What a task sequence is compiled with: the packages and variables of a definition, and the Windows it brings. */
import { readFolderTree } from '../content/folder-tree.js';
import { isSystemFolder } from '../content/system-folders.js';
import type { MediaDefinition } from '../definition/model.js';
import { throwFindings } from '../errors.js';
import { packagePath } from '../task-sequence/drivers.js';
import type { CompileMedia } from '../task-sequence/model.js';
import { setupImages } from '../upgrade-package/upgrade-images.js';
import type { StagedUpgradePackage } from './staged-upgrade-package.js';

/**
 * Sizes are those of the files; nothing but directories is read.
 * @throws InplaceError with everything that a folder of a package may not hold
 */
export async function compileMediaOf(
  definition: MediaDefinition,
  upgradePackages: readonly StagedUpgradePackage[],
): Promise<CompileMedia> {
  const packages: CompileMedia['packages'][number][] = [];
  for (const { id, kind, source, install } of definition.packages) {
    const { tree, findings } = await readFolderTree(source, { skip: isSystemFolder });
    throwFindings(findings);
    const bytes = sum(tree.files.map(({ content }) => content.size));
    packages.push({ id, kind, path: packagePath(id), bytes, ...(install === undefined ? {} : { install }) });
  }
  return {
    packages,
    variables: definition.variables.map(({ name, secret }) => ({ name, secret })),
    upgradePackages: upgradePackages.flatMap(compileSetups),
  };
}

/** One entry for each Windows Setup of the package: dual-architecture media have two, each in its own folder. */
function compileSetups({ id, path, upgradePackage }: StagedUpgradePackage): CompileMedia['upgradePackages'] {
  const { facts, tree } = upgradePackage;
  return facts.setups.map((setup) => {
    const { folder } = setup;
    const own = folder === '' ? tree.files : tree.files.filter((file) => file.path.startsWith(`${folder}/`));
    return {
      id: folder === '' ? id : `${id}-${folder.toLowerCase()}`,
      path: [path, folder].filter((part) => part !== '').join('/'),
      bytes: sum(own.map(({ content }) => content.size)),
      images: setupImages(setup),
    };
  });
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
