/** Where the media is written, and what must not be overwritten (design/media.md, Command line). */
import type { Stats } from 'node:fs';
import { readdir, realpath, stat } from 'node:fs/promises';
import { basename, dirname, isAbsolute, join, relative, resolve } from 'node:path';
import { readFolderTree } from '../content/folder-tree.js';
import { InplaceError } from '../errors.js';
import { MANIFEST_PATH } from '../image/manifest.js';
import { compareNames, loadManifest } from '../image/verify-files.js';
import type { MediaFormat, MediaPlan } from './plan.js';

const SUFFIX: Record<MediaFormat, string> = { iso: '.iso', zip: '.zip', folder: '' };

/** The output the caller named, or `<label>.iso`, `.zip` or a folder `<label>` beside the definition. */
export function outputPath(
  plan: MediaPlan,
  definitionPath: string,
  named: string | { readonly descriptor: number } | undefined,
): string | { readonly descriptor: number } {
  if (named === undefined) return resolve(dirname(definitionPath), `${plan.staged.label}${SUFFIX[plan.format]}`);
  if (typeof named === 'string') return resolve(named);
  if (plan.format !== 'folder') return named;
  throw refused(
    'A folder cannot be written to standard output',
    'standard output',
    'Name a folder with -o, or build an iso or zip',
  );
}

/**
 * Refuses an output that is an input, lies inside one, or holds something that is not an earlier build.
 * @throws InplaceError OUTPUT_REFUSED
 */
export async function checkOutput(plan: MediaPlan, definitionPath: string, output: string): Promise<void> {
  const target = await realTarget(output);
  for (const input of inputsOf(plan, definitionPath)) {
    const source = await realpath(input).catch(() => resolve(input));
    if (source === target || isInside(target, source) || (await isSameFile(source, target))) {
      throw refused(`The output would overwrite an input: "${input}"`, output, 'Choose another place with -o');
    }
    if (plan.format === 'folder' && isInside(source, target)) {
      throw refused(`The output folder holds an input: "${input}"`, output, 'Choose another folder with -o');
    }
  }
  const existing = await stat(output).catch(() => undefined);
  if (existing) await checkExisting(plan.format, existing, output);
}

function inputsOf(plan: MediaPlan, definitionPath: string): string[] {
  const { upgradePackage, bootImage, packages, sequenceFile } = plan.definition;
  return [
    definitionPath,
    upgradePackage.source,
    ...(sequenceFile === undefined ? [] : [sequenceFile]),
    ...(bootImage === 'default' ? [] : [bootImage]),
    ...packages.map((item) => item.source),
  ];
}

async function checkExisting(format: MediaFormat, existing: Stats, output: string): Promise<void> {
  if (format !== 'folder') {
    if (existing.isFile()) return;
    throw refused('There is something with this name that is not a file', output, 'Choose another name with -o');
  }
  if (!existing.isDirectory())
    throw refused('There is a file with the name of the folder', output, 'Choose another name with -o');
  if ((await readdir(output)).length === 0) return;
  const { tree } = await readFolderTree(output);
  const files = new Map(tree.files.map((file) => [file.path, file.content]));
  const manifest = await loadManifest(files);
  if ('code' in manifest) {
    throw refused(
      'The folder is not empty and not an earlier build',
      output,
      'Empty it yourself, or choose another with -o',
    );
  }
  const known = new Set([MANIFEST_PATH, ...manifest.files.map((file) => file.path)]);
  const foreign = compareNames(manifest, files).expected.concat([...files.keys()].filter((path) => !known.has(path)));
  if (foreign.length === 0) return;
  const names = `"${foreign[0]}"${foreign.length > 1 ? ` and ${foreign.length - 1} more` : ''}`;
  throw refused(
    `The folder is an earlier build, but holds files that are not part of it: ${names}`,
    output,
    'Move them away first, or choose another folder with -o',
  );
}

async function realTarget(path: string): Promise<string> {
  const parent = dirname(path);
  if (parent === path) return path;
  return await realpath(path).catch(async () => join(await realTarget(parent), basename(path)));
}

function isInside(path: string, folder: string): boolean {
  const way = relative(folder, path);
  return way !== '' && !way.startsWith('..') && !isAbsolute(way);
}

async function isSameFile(a: string, b: string): Promise<boolean> {
  const [one, two] = await Promise.all([a, b].map((path) => stat(path, { bigint: true }).catch(() => undefined)));
  return one !== undefined && two !== undefined && one.ino !== 0n && one.ino === two.ino && one.dev === two.dev;
}

function refused(message: string, file: string, hint: string): InplaceError {
  return new InplaceError({ code: 'OUTPUT_REFUSED', message, where: { file }, hint });
}
