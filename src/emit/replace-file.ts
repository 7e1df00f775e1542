import { lstat, open, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { InplaceError } from '../errors.js';
import { checkFreeSpace, explainSinkErrors } from './sink-error.js';
import { claim, leftBehind, resolveOutput, temporaryName } from './temporary.js';

export interface Replacement {
  /** owner of the temporary name */
  readonly pid: number;
  /** bytes in all, to see beforehand whether there is room */
  readonly needed: number;
  /** fills what has the temporary name: an empty file or folder */
  write(partial: string): Promise<void>;
  /** looked at last, before the name is given: throws when the work was stopped */
  check(): void;
}

/**
 * Makes a file in one step: it is written under a temporary name beside the output, which it then replaces. When
 * anything fails, the temporary file is removed and the earlier output is what it was.
 * @throws InplaceError SINK_FULL, SINK_FAILED, OUTPUT_REFUSED, and what `write` and `check` throw
 */
export async function replaceFile(output: string, replacement: Replacement): Promise<void> {
  const target = await resolveOutput(output);
  await refuseSpecialFile(target, output);
  const { pid, needed } = replacement;
  const facts = { path: output, folder: dirname(target), needed, written: 0 };
  const partial = temporaryName(target, pid, 'partial');
  for (const path of await leftBehind(target, pid, 'partial')) await rm(path, { force: true, recursive: true });
  await checkFreeSpace(facts);
  await claim(partial, async () => {
    await explainSinkErrors(facts, async () => await (await open(partial, 'wx')).close());
    try {
      await replacement.write(partial);
      replacement.check();
      await explainSinkErrors(facts, () => rename(partial, target));
    } catch (error) {
      await rm(partial, { force: true }).catch(() => undefined);
      throw error;
    }
    await flushFolder(dirname(target));
  });
}

/** A device, pipe or folder must not be replaced by a file. */
async function refuseSpecialFile(target: string, output: string): Promise<void> {
  const there = await lstat(target).catch(() => undefined);
  if (there === undefined || there.isFile() || there.isSymbolicLink()) return;
  throw new InplaceError({
    code: 'OUTPUT_REFUSED',
    message: there.isDirectory() ? 'The output is a folder, a file was expected' : 'The output is not a regular file',
    where: { file: output },
    hint: 'Choose another name, or write to standard output with "-o -"',
  });
}

/** Makes the new name survive a power cut, where the system lets a folder be flushed (Windows does not). */
export async function flushFolder(folder: string): Promise<void> {
  try {
    const handle = await open(folder, 'r');
    try {
      await handle.sync();
    } finally {
      await handle.close();
    }
  } catch {
    // the file itself is flushed and has its name
  }
}
