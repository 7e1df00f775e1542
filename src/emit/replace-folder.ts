import { rename } from 'node:fs/promises';
import { dirname } from 'node:path';
import { type Finding, InplaceError } from '../errors.js';
import { cleanUpAged, cleanUpGone, exists, leftoverWarning, removeWhole } from './leftovers.js';
import { Pinned } from './pinned.js';
import { flushFolder, type Replacement } from './replace-file.js';
import { checkFreeSpace, explainSinkErrors, lostTemporary } from './sink-error.js';
import { claim, resolveOutput, temporaryName } from './temporary.js';

/**
 * Makes a folder: it is filled under a temporary name beside the output and then takes its place. An earlier folder
 * is moved aside for the moment between, put back when anything fails, and removed only when the new one is in place.
 * The caller has made sure that what is there when the work begins may be replaced; what came there since is left alone.
 * @throws InplaceError SINK_FULL, SINK_FAILED, OUTPUT_REFUSED, and what `write` and `check` throw
 */
export async function replaceFolder(output: string, replacement: Replacement): Promise<void> {
  const { pid, needed, warn } = replacement;
  const target = await explainSinkErrors({ path: output, needed, written: 0 }, () => resolveOutput(output));
  await claim(target, pid, async (self) => {
    const partial = temporaryName(target, self, 'partial');
    const facts = { path: output, folder: dirname(target), needed, written: 0 };
    const cleaning = { target, self, kinds: ['partial', 'previous'], warn } as const;
    await cleanUpGone(cleaning);
    const made = await explainSinkErrors(facts, () => Pinned.makeFolder(partial));
    let earlier: Pinned | undefined;
    try {
      await cleanUpAged(cleaning, made.fresh);
      await checkFreeSpace(facts);
      earlier = await Pinned.find(target);
      await replacement.write(partial);
      replacement.check();
      if (!(await made.isAt(partial))) throw lostTemporary({ ...facts, temporary: partial });
      const swap = { output, target, aside: temporaryName(target, self, 'previous'), earlier, warn };
      await explainSinkErrors({ ...facts, temporary: partial }, () => swapFolders(partial, swap));
    } catch (error) {
      await made.discard();
      throw error;
    } finally {
      await made.close();
      await earlier?.close();
    }
    await flushFolder(dirname(target));
  });
}

interface Swap {
  /** the output as the person named it, and with links resolved */
  readonly output: string;
  readonly target: string;
  /** name of the earlier folder for the moment between */
  readonly aside: string;
  /** what may be replaced */
  readonly earlier: Pinned | undefined;
  warn(finding: Finding): void;
}

/** No system that Node runs on can exchange two folders in one step; between the two renames the name is free. */
async function swapFolders(partial: string, swap: Swap): Promise<void> {
  const { output, target, aside, earlier } = swap;
  if (!(await exists(target))) return await rename(partial, target);
  if (earlier === undefined) throw somethingElse(output);
  await rename(target, aside);
  try {
    // looked at under the name that nobody else uses
    if (!(await earlier.isAt(aside))) throw somethingElse(output);
    await rename(partial, target);
  } catch (error) {
    await putBack(swap, error);
    throw error;
  }
  await removeWhole(aside).catch((error) => swap.warn(leftoverWarning(aside, error)));
}

/** @throws InplaceError SINK_FAILED that says where the earlier folder is, when it cannot have its name again */
async function putBack({ output, target, aside }: Swap, cause: unknown): Promise<void> {
  try {
    await rename(aside, target);
  } catch {
    const finding = {
      code: 'SINK_FAILED',
      message: 'Cannot write: the earlier folder was moved aside and cannot be moved back',
      where: { file: output },
      hint: `The earlier folder is whole and is now called "${aside}"`,
    } as const;
    throw new InplaceError(finding, { cause });
  }
}

function somethingElse(output: string): InplaceError {
  return new InplaceError({
    code: 'OUTPUT_REFUSED',
    message: 'Something else has taken the place of the output while it was being made',
    where: { file: output },
    hint: 'Another build may write the same folder. Choose another name, or run again when nothing else uses it',
  });
}
