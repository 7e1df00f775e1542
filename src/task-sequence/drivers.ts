import { PACKAGES_PATH, type SequenceMedia } from './model.js';

/** Folders on the media that Setup's /installdrivers and /reflectdrivers take. */
export interface DriverFolders {
  readonly drivers?: string;
  readonly reflectDrivers?: string;
}

/**
 * Chooses what Setup installs. A named package is taken; without a name the one driver package of the media is, or the
 * folder of all packages when all of them are drivers. Drivers of disk encryption (`reflectDrivers`) are not counted.
 * @returns `ambiguous` where several driver packages lie among other packages: Setup takes only one folder
 */
export function chooseDrivers(
  named: { readonly drivers?: string | undefined; readonly reflectDrivers?: string | undefined },
  packages: SequenceMedia['packages'],
): DriverFolders | { readonly ambiguous: readonly string[] } {
  const reflected = named.reflectDrivers;
  const reflect = reflected === undefined ? {} : { reflectDrivers: packagePath(reflected) };
  if (named.drivers !== undefined) return { ...reflect, drivers: packagePath(named.drivers) };
  const others = packages.filter(({ id }) => id !== reflected);
  const candidates = others.filter(({ kind }) => kind === 'drivers').map(({ id }) => id);
  if (candidates.length === 0) return reflect;
  if (candidates.length === 1) return { ...reflect, drivers: packagePath(candidates[0]!) };
  if (candidates.length < packages.length) return { ambiguous: candidates };
  return { ...reflect, drivers: PACKAGES_PATH };
}

/** Where a package lies on the media. */
export function packagePath(id: string): string {
  return `${PACKAGES_PATH}/${id}`;
}
