import { lstat, mkdir, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { flushFolder, type Replacement } from './replace-file.js';
import { checkFreeSpace, explainSinkErrors } from './sink-error.js';
import { claim, leftBehind, resolveOutput, temporaryName } from './temporary.js';

/**
 * Makes a folder: it is filled under a temporary name beside the output and then takes its place. An earlier folder
 * is moved aside for the moment between, put back when anything fails, and removed only when the new one is in place.
 * The caller has made sure that it may be replaced.
 * @throws InplaceError SINK_FULL, SINK_FAILED, and what `write` and `check` throw
 */
export async function replaceFolder(output: string, replacement: Replacement): Promise<void> {
  const target = await resolveOutput(output);
  const { pid, needed } = replacement;
  const facts = { path: output, folder: dirname(target), needed, written: 0 };
  const partial = temporaryName(target, pid, 'partial');
  await explainSinkErrors(facts, () => cleanUp(target, pid));
  await checkFreeSpace(facts);
  await claim(partial, async () => {
    await explainSinkErrors(facts, () => mkdir(partial));
    try {
      await replacement.write(partial);
      replacement.check();
      await explainSinkErrors(facts, () => swap(partial, target, temporaryName(target, pid, 'previous')));
    } catch (error) {
      await rm(partial, { recursive: true, force: true }).catch(() => undefined);
      throw error;
    }
    await flushFolder(dirname(target));
  });
}

/** Undoes what a killed process left: half-made folders go; a folder that was moved aside comes back when nothing took its place. */
async function cleanUp(target: string, pid: number): Promise<void> {
  for (const path of await leftBehind(target, pid, 'partial')) await remove(path);
  for (const path of await leftBehind(target, pid, 'previous')) {
    if (await exists(target)) await remove(path);
    else await rename(path, target);
  }
}

/** No system that Node runs on can exchange two folders in one step; between the two renames the name is free. */
async function swap(partial: string, target: string, aside: string): Promise<void> {
  if (!(await exists(target))) return await rename(partial, target);
  await rename(target, aside);
  try {
    await rename(partial, target);
  } catch (error) {
    await rename(aside, target);
    throw error;
  }
  // the output is whole and has its name: what cannot be removed now is removed by the next run
  await remove(aside).catch(() => undefined);
}

async function exists(path: string): Promise<boolean> {
  return (await lstat(path).catch(() => undefined)) !== undefined;
}

async function remove(path: string): Promise<void> {
  await rm(path, { recursive: true, force: true });
}
