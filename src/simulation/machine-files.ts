/** Which machines are meant: files, folders of files, or names of those that come with the program. */
import { readdir, stat } from 'node:fs/promises';
import { basename, extname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describeSystemError } from '../content/file.js';
import { byCodeUnit } from '../content/tree.js';
import { InplaceError } from '../errors.js';

/** The same place seen from src/simulation and from dist/simulation. */
const BUILT_IN = fileURLToPath(new URL('../../templates/machines/', import.meta.url));

/** The name of a machine: its file's, without the ending. */
export function machineName(file: string): string {
  return basename(file, extname(file));
}

/** Names of the machines that come with the program, sorted. */
export async function builtInMachines(): Promise<string[]> {
  return (await machinesIn(BUILT_IN)).map(machineName);
}

/**
 * Host paths of machine files in the order in which they were asked for, those of a folder sorted by name; each file once.
 * @param wanted paths of files or of folders with *.yaml, or names of built-in machines
 * @throws InplaceError USAGE with everything that was not found
 */
export async function findMachines(wanted: readonly string[]): Promise<string[]> {
  const builtIn = await builtInMachines();
  const findings: InplaceError['findings'][number][] = [];
  const files = new Set<string>();
  if (wanted.length === 0)
    throw new InplaceError({ code: 'USAGE', message: 'No machine was named', hint: hintOf(builtIn) });
  for (const name of wanted) {
    try {
      for (const file of await findMachine(name, builtIn)) files.add(file);
    } catch (error) {
      if (!(error instanceof InplaceError)) throw error;
      findings.push(...error.findings);
    }
  }
  if (findings.length > 0) throw new InplaceError(findings);
  return [...files];
}

async function findMachine(name: string, builtIn: readonly string[]): Promise<string[]> {
  const path = resolve(name);
  const status = name.includes('\0') ? undefined : await stat(path).catch(() => undefined);
  if (status?.isFile()) return [path];
  if (status?.isDirectory()) {
    const files = await machinesIn(path);
    if (files.length > 0) return files;
    throw missing(`The folder "${name}" holds no machine (*.yaml)`, builtIn);
  }
  if (builtIn.includes(name)) return [join(BUILT_IN, `${name}.yaml`)];
  throw missing(
    `There is no machine "${name}": neither a file, nor a folder, nor one that comes with inplace`,
    builtIn,
  );
}

async function machinesIn(folder: string): Promise<string[]> {
  const names = await readdir(folder).catch((error: unknown) => {
    const message = `Cannot read the folder: ${describeSystemError(error)}`;
    throw new InplaceError({ code: 'SOURCE_UNREADABLE', message, where: { file: folder } });
  });
  return names
    .filter((name) => /\.ya?ml$/i.test(name))
    .sort(byCodeUnit)
    .map((name) => join(folder, name));
}

function missing(message: string, builtIn: readonly string[]): InplaceError {
  return new InplaceError({ code: 'USAGE', message, hint: hintOf(builtIn) });
}

function hintOf(builtIn: readonly string[]): string {
  return `Name a file, a folder of files, or a machine that comes with inplace: ${builtIn.join(', ')}`;
}
