/** Where the media is written, and what must not be overwritten (design/media.md, Command line). */
import { constants, fstatSync, type Stats } from 'node:fs';
import { access, readdir, realpath, stat } from 'node:fs/promises';
import { basename, dirname, isAbsolute, join, relative, resolve, sep } from 'node:path';
import type { Content } from '../content/content.js';
import { describeSystemError } from '../content/file.js';
import { readFolderTree } from '../content/folder-tree.js';
import { OUTPUT_FORMATS } from '../definition/formats.js';
import type { MediaDefinition } from '../definition/model.js';
import { InplaceError } from '../errors.js';
import { directoriesOf, MANIFEST_PATH, type Manifest } from '../image/manifest.js';
import { loadManifest } from '../image/verify-files.js';
import type { MediaFormat } from './plan.js';

const SUFFIX: Record<MediaFormat, string> = { iso: '.iso', hybrid: '.iso', usb: '.img', zip: '.zip', folder: '' };
/** A hybrid is both: tools that write sticks ask for one name, burners for the other. */
const SUFFIXES_TOO: Partial<Record<MediaFormat, string>> = { hybrid: '.img' };

/** A path, or a descriptor that is open for writing. */
export type Output = string | { readonly descriptor: number };

/** The output the caller named, or `<label>.iso`, `.img`, `.zip` or a folder `<label>` beside the definition. */
export function outputPath(definition: MediaDefinition, named: Output | undefined): Output {
  const { format } = definition.output;
  if (named === undefined) return join(dirname(definition.file), `${definition.label}${SUFFIX[format]}`);
  if (typeof named !== 'string') {
    if (format !== 'folder') return named;
    const hint = 'Name a folder with -o, or build an image or zip';
    throw refused('A folder cannot be written to standard output', 'standard output', hint);
  }
  checkName(named, format);
  return resolve(named);
}

/** `-o media.zip` without `--format zip`, or `-o folder/`: what is written would not be what its name says. */
function checkName(named: string, format: MediaFormat): void {
  const endsWith = (suffix: string | undefined) => suffix && named.toLowerCase().endsWith(suffix);
  const fits = endsWith(SUFFIX[format]) || endsWith(SUFFIXES_TOO[format]);
  const other = fits ? undefined : OUTPUT_FORMATS.find((known) => endsWith(SUFFIX[known]));
  const isFolderName = format !== 'folder' && /[\\/]$/.test(named);
  if (other === undefined && !isFolderName) return;
  throw new InplaceError({
    code: 'USAGE',
    message: `The output is named "${named}", and the format is ${format}`,
    hint: other === undefined ? 'Name a file, or add --format folder' : `Add --format ${other}, or choose another name`,
  });
}

/**
 * Refuses an output that is an input, lies inside one, cannot be written, or holds something that is not an earlier
 * build. Nothing is read but names.
 * @throws InplaceError OUTPUT_REFUSED, SINK_FAILED
 */
export async function checkOutput(definition: MediaDefinition, output: Output): Promise<void> {
  if (typeof output !== 'string') {
    await checkDescriptor(definition, output.descriptor);
    return;
  }
  const { format } = definition.output;
  const target = await realTarget(output);
  for (const input of inputsOf(definition)) {
    const source = await realpath(input).catch(() => resolve(input));
    if (source === target || isInside(target, source) || (await isSameFile(source, target))) {
      throw refused(`The output would overwrite an input: "${input}"`, output, 'Choose another place with -o');
    }
    if (format === 'folder' && isInside(source, target)) {
      throw refused(`The output folder holds an input: "${input}"`, output, 'Choose another folder with -o');
    }
  }
  await checkParent(output);
  const existing = await stat(output).catch(() => undefined);
  if (existing) await checkExisting(format, existing, output);
}

/** Every path that a definition reads. */
export function inputsOf(definition: MediaDefinition): string[] {
  const { file, upgradePackage, otherUpgradePackages, bootImage, packages, prestart, sequenceFile } = definition;
  return [
    file,
    upgradePackage.source,
    ...otherUpgradePackages.map(({ source }) => source),
    ...(prestart?.files === undefined ? [] : [prestart.files]),
    ...(sequenceFile === undefined ? [] : [sequenceFile]),
    ...(bootImage === 'default' ? [] : [bootImage]),
    ...packages.map((item) => item.source),
  ];
}

/** A descriptor that leads to a file may lead to an input: a shell has opened it already, but nothing is written yet. */
async function checkDescriptor(definition: MediaDefinition, descriptor: number): Promise<void> {
  const status = fstatSync(descriptor, { bigint: true });
  if (!status.isFile()) return;
  for (const input of inputsOf(definition)) {
    for (const path of await filesOf(input)) {
      const other = await stat(path, { bigint: true }).catch(() => undefined);
      if (other && other.ino === status.ino && other.dev === status.dev) {
        throw refused(`The output would overwrite an input: "${path}"`, 'standard output', 'Send it to another file');
      }
    }
  }
}

/** The file itself, or all files of a folder. */
async function filesOf(input: string): Promise<string[]> {
  const status = await stat(input).catch(() => undefined);
  if (!status?.isDirectory()) return [input];
  const { tree } = await readFolderTree(input);
  return tree.files.map(({ path }) => join(input, ...path.split('/')));
}

/** Said before inputs are read for minutes, not after. */
async function checkParent(output: string): Promise<void> {
  const parent = dirname(output);
  try {
    await access(parent, constants.W_OK);
  } catch (error) {
    const missing = (error as NodeJS.ErrnoException).code === 'ENOENT';
    throw new InplaceError(
      {
        code: 'SINK_FAILED',
        message: missing
          ? 'The folder of the output does not exist'
          : `Cannot write there: ${describeSystemError(error)}`,
        where: { file: output },
        hint: missing ? 'Make the folder first, or choose another place with -o' : 'Choose another place with -o',
      },
      { cause: error },
    );
  }
}

async function checkExisting(format: MediaFormat, existing: Stats, output: string): Promise<void> {
  const otherName = 'Choose another name with -o';
  if (format !== 'folder') {
    if (!existing.isFile()) throw refused('There is something with this name that is not a file', output, otherName);
    return;
  }
  if (!existing.isDirectory()) throw refused('There is a file with the name of the folder', output, otherName);
  if ((await readdir(output)).length > 0) await checkEarlierBuild(output);
}

/** A folder is replaced only when everything in it is what an earlier build put there. */
async function checkEarlierBuild(output: string): Promise<void> {
  const { tree, findings } = await readFolderTree(output);
  const files = new Map(tree.files.map((file) => [file.path, file.content]));
  const manifest = await loadManifest(files);
  if ('code' in manifest) {
    const hint = 'Empty it yourself, or choose another with -o';
    throw refused('The folder is not empty and not an earlier build', output, hint);
  }
  const foreign = [
    ...findings.map(({ where, message }) => where?.path || where?.file || message),
    ...foreignTo(manifest, files, tree.directories),
  ];
  if (foreign.length === 0) return;
  const names = `"${foreign[0]}"${foreign.length > 1 ? ` and ${foreign.length - 1} more` : ''}`;
  const message = `The folder is an earlier build, but holds what is not part of it or was changed: ${names}`;
  throw refused(message, output, 'Move it away first, or choose another folder with -o');
}

/** Files that the manifest does not know or knows with another size, and folders that hold none of its files. */
function foreignTo(manifest: Manifest, files: ReadonlyMap<string, Content>, directories: readonly string[]): string[] {
  const sizes = new Map(manifest.files.map(({ path, size }) => [path, size]));
  const own = ({ path, size }: { path: string; size: number }) => path === MANIFEST_PATH || sizes.get(path) === size;
  const known = directoriesOf(manifest);
  return [
    ...[...files].filter(([path, { size }]) => !own({ path, size })).map(([path]) => path),
    ...directories.filter((path) => !known.has(path)),
  ];
}

/**
 * For commands that write one file or a new folder: refuses an output that is an input, or lies where nothing can be written.
 * @throws InplaceError OUTPUT_REFUSED, SINK_FAILED
 */
export async function checkPlainOutput(output: string, inputs: readonly string[]): Promise<void> {
  const target = await realTarget(resolve(output));
  for (const input of inputs) {
    const source = await realpath(input).catch(() => resolve(input));
    if (source !== target && !isInside(source, target) && !(await isSameFile(source, target))) continue;
    throw refused(`The output would overwrite an input: "${input}"`, output, 'Choose another place with -o');
  }
  await checkParent(resolve(output));
}

/** A folder to be written must be absent or empty. @throws InplaceError OUTPUT_REFUSED */
export async function checkNewFolder(output: string): Promise<void> {
  const existing = await stat(output).catch(() => undefined);
  if (existing === undefined) return;
  if (existing.isDirectory() && (await readdir(output)).length === 0) return;
  const message = existing.isDirectory() ? 'The folder is not empty' : 'There is a file with the name of the folder';
  throw refused(message, output, 'Choose another folder with -o');
}

async function realTarget(path: string): Promise<string> {
  const parent = dirname(path);
  if (parent === path) return path;
  return await realpath(path).catch(async () => join(await realTarget(parent), basename(path)));
}

function isInside(path: string, folder: string): boolean {
  const way = relative(folder, path);
  return way !== '' && way !== '..' && !way.startsWith(`..${sep}`) && !isAbsolute(way);
}

async function isSameFile(a: string, b: string): Promise<boolean> {
  const [one, two] = await Promise.all([a, b].map((path) => stat(path, { bigint: true }).catch(() => undefined)));
  return one !== undefined && two !== undefined && one.ino !== 0n && one.ino === two.ino && one.dev === two.dev;
}

function refused(message: string, file: string, hint: string): InplaceError {
  return new InplaceError({ code: 'OUTPUT_REFUSED', message, where: { file }, hint });
}
