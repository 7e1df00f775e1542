/** What a machine holds when the simulation begins; made once for each model, for a model is run thousands of times. */
import { type Entry, entriesOf } from './drive.js';
import type { MachineModel, RegistryModel } from './model.js';
import { hardwareValues, windowsValues } from './windows-registry.js';

/** Milliseconds for which the Windows of the start has been there. */
const YEAR = 365 * 86_400_000;

const files = new WeakMap<MachineModel, readonly ReadonlyMap<string, Entry>[]>();

/** Files of every drive. */
export function startFiles(model: MachineModel): readonly ReadonlyMap<string, Entry>[] {
  let found = files.get(model);
  if (!found) {
    const { drive } = model.media;
    found = model.drives.map(({ name }) => {
      const own = model.files.filter(({ path }) => path.toLowerCase().startsWith(`${name.toLowerCase()}\\`));
      const media = name === drive ? model.media.files.map((file) => ({ ...file, path: `${name}\\${file.path}` })) : [];
      return entriesOf([...own, ...media], model.clock.began);
    });
    files.set(model, found);
  }
  return found;
}

const registries = new WeakMap<MachineModel, readonly RegistryModel[]>();

/** Values of the registry. */
export function startRegistry(model: MachineModel): readonly RegistryModel[] {
  let found = registries.get(model);
  if (!found) {
    found = [
      ...windowsValues(model.windows, model.clock.began - YEAR),
      ...hardwareValues(model.hardware),
      ...model.registry,
    ];
    registries.set(model, found);
  }
  return found;
}
