import { PACKAGES_PATH, type SequenceMedia } from './model.js';

/** Packages whose folders Setup's /installdrivers and /reflectdrivers take; empty is the folder of all packages. */
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
): DriverFolders & { readonly ambiguous?: readonly string[] } {
  const reflected = named.reflectDrivers;
  const reflect = reflected === undefined ? {} : { reflectDrivers: reflected };
  if (named.drivers !== undefined) return { ...reflect, drivers: named.drivers };
  const others = packages.filter(({ id }) => id !== reflected);
  const candidates = others.filter(({ kind }) => kind === 'drivers').map(({ id }) => id);
  if (candidates.length === 0) return reflect;
  if (candidates.length === 1) return { ...reflect, drivers: candidates[0]! };
  if (candidates.length < packages.length) return { ...reflect, ambiguous: candidates };
  return { ...reflect, drivers: '' };
}

/** Where a package lies on the media; the folder of all packages for an empty id. */
export function packagePath(id: string): string {
  return id === '' ? PACKAGES_PATH : `${PACKAGES_PATH}/${id}`;
}
