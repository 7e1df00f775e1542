/** Reads the scripts in packages that steps run: what they do is what the step does. */
import { open, realpath, stat } from 'node:fs/promises';
import { resolve, sep } from 'node:path';
import { scriptNames } from './script-names.js';
import type { LintSequence, PackageScript } from './sequence.js';

/** Bytes of a script that are read, and scripts of a sequence: more is not what people write. */
const MOST_BYTES = 256 * 1024;
const MOST_SCRIPTS = 500;

/**
 * The scripts as far as they are there: what is missing, is no file, or lies outside its package is nothing to the lint.
 * Names on the media have no letter case; on the host they may: only the spelling of the step is looked for.
 */
export async function readPackageScripts({ steps, media }: LintSequence): Promise<readonly PackageScript[]> {
  const folders = new Map(media.packages.map(({ id, folder }) => [id, folder]));
  const wanted = new Map<string, Omit<PackageScript, 'text'>>();
  for (const step of steps) {
    for (const { packageId, path } of step.enabled ? scriptNames(step, media) : []) {
      if (wanted.size < MOST_SCRIPTS) wanted.set(JSON.stringify([packageId, path]), { packageId, path });
    }
  }
  const scripts: PackageScript[] = [];
  for (const { packageId, path } of wanted.values()) {
    const folder = folders.get(packageId);
    const text = folder === undefined ? undefined : await readInside(folder, path);
    if (text !== undefined) scripts.push({ packageId, path, text });
  }
  return scripts;
}

async function readInside(folder: string, path: string): Promise<string | undefined> {
  if (path.includes('\0')) return undefined;
  try {
    const root = await realpath(folder);
    const file = await realpath(resolve(root, path));
    return file.startsWith(root.endsWith(sep) ? root : root + sep) ? await readText(file) : undefined;
  } catch {
    // whatever is wrong with it is reported when the package is put onto the media
    return undefined;
  }
}

/** The beginning of a file as text: UTF-16 with its mark, which PowerShell writes, else one byte after the other. */
async function readText(file: string): Promise<string | undefined> {
  // asked before it is opened: opening a pipe waits for its other end
  if (!(await stat(file)).isFile()) return undefined;
  const handle = await open(file, 'r');
  try {
    const { buffer, bytesRead } = await handle.read(new Uint8Array(MOST_BYTES), 0, MOST_BYTES, 0);
    const bytes = buffer.subarray(0, bytesRead);
    const encoding = bytes[0] === 0xff && bytes[1] === 0xfe ? 'utf-16le' : 'utf-8';
    return new TextDecoder(encoding).decode(bytes);
  } finally {
    await handle.close();
  }
}
