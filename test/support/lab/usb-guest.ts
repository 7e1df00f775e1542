/** A computer with USB sticks in which the command line runs, with this computer's Node and lsblk. */
import { cpSync, mkdirSync, realpathSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { runOk, tool } from '../tools.js';
import { kernelTools } from './kernel.js';

/** What the guest needs beyond the lab; for `describeWith`. */
export const usbTools = [...kernelTools, 'lsblk', 'ldd', 'npm'];

const root = fileURLToPath(new URL('../../..', import.meta.url));
/** Where the command line is in the guest. */
export const GUEST_MAIN = '/inplace/dist/cli/main.js';

/**
 * Makes the RAM disk with Node, lsblk, the built command line and a folder of this computer as /project.
 * @param work an empty folder
 * @returns its path
 */
export async function makeUsbOverlay(work: string, project: string): Promise<string> {
  const tree = join(work, 'tree');
  await addProgram(tree, process.execPath, 'usr/bin/node');
  await addProgram(tree, tool('lsblk')!, 'usr/bin/lsblk');
  const needed = await runOk('npm', ['ls', '--omit=dev', '--all', '--parseable'], { cwd: root });
  const packages = needed.split('\n').filter((path) => path.includes('node_modules'));
  const wanted = ['dist', 'templates', 'package.json', ...packages.map((path) => relative(root, path))];
  for (const path of wanted) {
    const filter = (name: string) => !/\.(map|d\.ts|d\.cts|d\.mts|md)$/.test(name);
    cpSync(join(root, path), join(tree, 'inplace', path), { recursive: true, filter });
  }
  cpSync(project, join(tree, 'project'), { recursive: true });
  const overlay = join(work, 'overlay.cpio');
  await runOk('sh', ['-c', 'cd "$0" && find . | cpio -o -H newc --quiet >"$1"', tree, overlay]);
  return overlay;
}

/** A program with its libraries, each where it is here. */
async function addProgram(tree: string, program: string, as: string): Promise<void> {
  const add = (from: string, to: string) => {
    mkdirSync(dirname(join(tree, to)), { recursive: true });
    cpSync(realpathSync(from), join(tree, to));
  };
  add(program, as);
  const libraries = (await runOk('ldd', [program])).match(/\/[^ ]+\.so[^ ]*/g) ?? [];
  for (const library of libraries) add(library, library);
}
