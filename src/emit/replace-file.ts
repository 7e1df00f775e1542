import { lstat, open, rename } from 'node:fs/promises';
import { dirname } from 'node:path';
import { type Finding, InplaceError } from '../errors.js';
import { cleanUpAged, cleanUpGone } from './leftovers.js';
import { Pinned } from './pinned.js';
import { checkFreeSpace, explainSinkErrors, lostTemporary } from './sink-error.js';
import { claim, resolveOutput, temporaryName } from './temporary.js';

export interface Replacement {
  /** owner of the temporary name */
  readonly pid: number;
  /** bytes in all, to see beforehand whether there is room */
  readonly needed: number;
  /** fills what has the temporary name: an empty file or folder */
  write(partial: string): Promise<void>;
  /** looked at last, before the name is given: throws when the work was stopped */
  check(): void;
  /** told what does not stop the work */
  warn(finding: Finding): void;
}

/**
 * Makes a file in one step: it is written under a temporary name beside the output, which it then replaces. When
 * anything fails, the temporary file is removed and the earlier output is what it was. Only the very file that was
 * made here gets the name: one that something removed or replaced meanwhile is an error.
 * @throws InplaceError SINK_FULL, SINK_FAILED, OUTPUT_REFUSED, and what `write` and `check` throw
 */
export async function replaceFile(output: string, replacement: Replacement): Promise<void> {
  const { pid, needed, warn } = replacement;
  const target = await explainSinkErrors({ path: output, needed, written: 0 }, () => resolveOutput(output));
  await refuseSpecialFile(target, output);
  await claim(target, pid, async (self) => {
    const partial = temporaryName(target, self, 'partial');
    const facts = { path: output, folder: dirname(target), needed, written: 0 };
    const cleaning = { target, self, kinds: ['partial'], warn } as const;
    await cleanUpGone(cleaning);
    const made = await explainSinkErrors(facts, () => Pinned.makeFile(partial));
    try {
      await cleanUpAged(cleaning, made.fresh);
      await checkFreeSpace(facts);
      await replacement.write(partial);
      replacement.check();
      await giveName(made, target, { ...facts, temporary: partial });
    } catch (error) {
      await made.discard();
      throw error;
    }
    await flushFolder(dirname(target));
  });
}

/** Closed before it is renamed, because Windows wants that of some volumes. */
async function giveName(made: Pinned, target: string, facts: Parameters<typeof lostTemporary>[0]): Promise<void> {
  if (!(await made.isAt(made.path))) throw lostTemporary(facts);
  await made.close();
  await explainSinkErrors(facts, () => rename(made.path, target));
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
