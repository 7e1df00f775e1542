/**
 * What builds that were killed left beside an output. It is removed only when its maker is surely gone; everything else
 * may be the work of a build on another machine or in another container.
 */
import { lstat, readdir, rename, rm, unlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { describeSystemError } from '../content/file.js';
import type { Finding } from '../errors.js';
import { type Owner, stateOf } from './owner.js';
import type { Fresh } from './pinned.js';
import { isOurs, ownerInName, type TemporaryKind } from './temporary.js';

/** A maker that nobody can ask is gone when nothing of its work changed for this long (ms). */
const AGE = 60 * 60 * 1000;

export interface Cleaning {
  /** the output, links resolved */
  readonly target: string;
  /** who cleans */
  readonly self: Owner;
  readonly kinds: readonly TemporaryKind[];
  warn(finding: Finding): void;
}

/** Cleans up after makers of this machine whose process has ended. Never throws: what cannot be removed is told. */
export async function cleanUpGone(cleaning: Cleaning): Promise<void> {
  for (const { path, kind, state } of await findLeftovers(cleaning)) {
    if (state === 'gone') await clear(path, kind, cleaning);
  }
}

/**
 * Cleans up after makers of other machines, of this one before it was started again, and on systems other than Linux
 * of every maker: what belongs to the same user and has not changed for an hour. Never throws.
 */
export async function cleanUpAged(cleaning: Cleaning, now: Fresh): Promise<void> {
  for (const { path, kind, state } of await findLeftovers(cleaning)) {
    if (state === 'unknown' && (await isUnchanged(path, now).catch(() => false))) await clear(path, kind, cleaning);
  }
}

async function findLeftovers({ target, self, kinds }: Cleaning) {
  const names = await readdir(dirname(target)).catch(() => []);
  const found: { path: string; kind: TemporaryKind; state: ReturnType<typeof stateOf> }[] = [];
  for (const kind of kinds) {
    for (const name of names) {
      const owner = ownerInName(name, target, kind);
      if (!owner || isOurs(owner)) continue;
      found.push({ path: join(dirname(target), name), kind, state: stateOf(owner, self) });
    }
  }
  return found;
}

/**
 * Whether nothing in the file or folder changed for an hour. The time of the last change of the inode is asked for: the
 * modification time of a file is set to that of its source when it is done. Both times are those of the file system, so
 * that no clock of another machine matters.
 */
async function isUnchanged(path: string, now: Fresh): Promise<boolean> {
  const there = await lstat(path);
  if (there.uid !== now.uid || now.changedMs - there.ctimeMs < AGE) return false;
  if (!there.isDirectory()) return true;
  for (const name of await readdir(path)) if (!(await isUnchanged(join(path, name), now))) return false;
  return true;
}

/** Half-made things go; a folder that was moved aside comes back when nothing took its place. */
async function clear(path: string, kind: TemporaryKind, { target, warn }: Cleaning): Promise<void> {
  try {
    if (kind === 'previous' && !(await exists(target))) await rename(path, target);
    else await removeWhole(path);
  } catch (error) {
    // another build may have cleaned it up meanwhile
    if (await exists(path)) warn(leftoverWarning(path, error));
  }
}

/** Says that something of a build is still there. */
export function leftoverWarning(path: string, error: unknown): Finding {
  return {
    code: 'OUTPUT_LEFTOVER',
    severity: 'warning',
    message: `What an earlier build left cannot be removed: ${describeSystemError(error)}`,
    where: { file: path },
    hint: 'Remove it by hand; nothing needs it',
  };
}

/** Removes a file or a folder. `rm` would tell of a file that must not be removed that it is no folder. */
export async function removeWhole(path: string): Promise<void> {
  if ((await lstat(path)).isDirectory()) await rm(path, { recursive: true });
  else await unlink(path);
}

export async function exists(path: string): Promise<boolean> {
  return (await lstat(path).catch(() => undefined)) !== undefined;
}
