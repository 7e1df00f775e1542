/**
 * Temporary names: what is being made is called `<output>.<pid>.partial` beside the output, and gets its name when it
 * is whole. What a killed process left behind is removed by the next one.
 */
import { readdir, realpath } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { InplaceError } from '../errors.js';

/** `partial`: being made; `previous`: an earlier folder, moved aside while the new one takes its name. */
export type TemporaryKind = 'partial' | 'previous';

/** Temporary names that this process uses now. */
const inUse = new Set<string>();

export function temporaryName(output: string, pid: number, kind: TemporaryKind): string {
  return `${output}.${pid}.${kind}`;
}

/** The file or folder that a symbolic link stands for, so that the link stays; any other path as it is. */
export async function resolveOutput(output: string): Promise<string> {
  return await realpath(output).catch(() => output);
}

/** Paths of this output's temporary names that no living process owns. */
export async function leftBehind(output: string, pid: number, kind: TemporaryKind): Promise<string[]> {
  const names = await readdir(dirname(output)).catch(() => []);
  const start = `${basename(output)}.`;
  const end = `.${kind}`;
  const isOurs = (name: string) =>
    name.startsWith(start) && name.endsWith(end) && name.length > start.length + end.length;
  const isDead = (owner: string) =>
    /^[1-9][0-9]{0,9}$/.test(owner) && (Number(owner) === pid || !isAlive(Number(owner)));
  return names
    .filter((name) => isOurs(name) && isDead(name.slice(start.length, -end.length)))
    .map((name) => join(dirname(output), name))
    .filter((path) => !inUse.has(path));
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // EPERM: it lives, and belongs to somebody else
    return (error as NodeJS.ErrnoException).code !== 'ESRCH';
  }
}

/** Keeps a temporary name for `work`. @throws InplaceError SINK_FAILED when this process makes that output already */
export async function claim<T>(path: string, work: () => Promise<T>): Promise<T> {
  if (inUse.has(path)) {
    const message = 'Cannot write: the output is being written already';
    throw new InplaceError({ code: 'SINK_FAILED', message, where: { file: path } });
  }
  inUse.add(path);
  try {
    return await work();
  } finally {
    inUse.delete(path);
  }
}
