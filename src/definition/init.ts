import { lstat, mkdir, open, readFile, rm, rmdir, stat } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describeSystemError } from '../content/file.js';
import type { Finding } from '../errors.js';
import { taskSequenceJsonSchema } from '../task-sequence/schema.js';
import { mediaDefinitionJsonSchema } from './schema.js';

/** The same place seen from src/definition and from dist/definition. */
const TEMPLATES = fileURLToPath(new URL('../../templates/', import.meta.url));

/** Files of a new project, `/` between names: copied from the templates, or made here. */
const FILES: readonly { readonly path: string; readonly template?: string; readonly schema?: () => object }[] = [
  { path: 'media.yaml' },
  // the built-in sequence itself, to be changed
  { path: 'upgrade.yaml', template: 'task-sequences/client.yaml' },
  { path: 'packages/EXAMPLE/README.txt' },
  { path: 'media.schema.json', schema: mediaDefinitionJsonSchema },
  { path: 'task-sequence.schema.json', schema: taskSequenceJsonSchema },
];

export interface InitResult {
  /** host paths of the files that were written; all or none */
  readonly written: readonly string[];
  readonly findings: readonly Finding[];
}

/**
 * Starts a project: a commented definition and sequence, an example package, and the JSON Schemas for editors.
 * Nothing that exists is touched: one file in the way, and nothing is written (OUTPUT_REFUSED). When writing fails,
 * nothing is left behind: no file, no folder.
 */
export async function initFolder(folder: string): Promise<InitResult> {
  const targets = FILES.map(({ path }) => join(folder, ...path.split('/')));
  const existing = await filter(targets, exists);
  if (existing.length > 0) return { written: [], findings: existing.map(inTheWay) };
  const made: Made = { folders: [], files: [] };
  try {
    const texts = await Promise.all(FILES.map(textOf));
    for (const [index, text] of texts.entries()) {
      await makeFolder(dirname(resolve(targets[index]!)), made);
      await writeNew(targets[index]!, text, made);
    }
    return { written: made.files, findings: [] };
  } catch (error) {
    await unmake(made);
    return { written: [], findings: [failed(folder, error)] };
  }
}

/** What was made so far, in the order of making. */
interface Made {
  readonly folders: string[];
  readonly files: string[];
}

async function textOf({ path, template, schema }: (typeof FILES)[number]): Promise<string> {
  if (schema) return `${JSON.stringify(schema(), null, 2)}\n`;
  return readFile(join(TEMPLATES, ...(template ?? `init/${path}`).split('/')), 'utf8');
}

/** Makes a folder and those above it, one at a time, so that each that was made is known. */
async function makeFolder(folder: string, made: Made): Promise<void> {
  if (await isFolder(folder)) return;
  if (dirname(folder) !== folder) await makeFolder(dirname(folder), made);
  await mkdir(folder);
  made.folders.push(folder);
}

async function writeNew(file: string, text: string, made: Made): Promise<void> {
  // wx: a file that appeared since the check is not overwritten either, nor removed.
  const handle = await open(file, 'wx');
  made.files.push(file);
  try {
    await handle.writeFile(text);
  } finally {
    await handle.close();
  }
}

/** A folder that somebody has put something into meanwhile stays. */
async function unmake({ folders, files }: Made): Promise<void> {
  await Promise.all(files.map((file) => rm(file, { force: true }).catch(() => undefined)));
  for (const folder of folders.reverse()) await rmdir(folder).catch(() => undefined);
}

function inTheWay(file: string): Finding {
  return {
    code: 'OUTPUT_REFUSED',
    message: 'This file exists already and is not overwritten',
    where: { file },
    hint: 'Name an empty folder, or move the file away',
  };
}

function failed(folder: string, error: unknown): Finding {
  const { code, path = folder } = error as NodeJS.ErrnoException;
  if (code === 'EEXIST' || code === 'ENOTDIR') return inTheWay(path);
  const full = code === 'ENOSPC' || code === 'EDQUOT';
  const message = full ? 'No room left' : `Cannot write: ${describeSystemError(error)}`;
  const hint = HINTS[code ?? ''];
  return {
    code: full ? 'SINK_FULL' : 'SINK_FAILED',
    message,
    where: { file: path },
    ...(hint === undefined ? {} : { hint }),
  };
}

const NO_RIGHT = 'You have no right to write there; name a folder of your own, such as "inplace init media"';

const HINTS: Readonly<Record<string, string>> = {
  EACCES: NO_RIGHT,
  EPERM: NO_RIGHT,
  EROFS: 'The folder can only be read; name a folder on another drive',
  ENOSPC: 'Make room, or name a folder on another drive',
  EDQUOT: 'Make room, or name a folder on another drive',
  ENAMETOOLONG: 'Name a folder with a shorter path',
};

/** Whether a name leads to a folder. */
async function isFolder(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );
}

/** Whether anything has this name: a broken symbolic link counts. */
async function exists(path: string): Promise<boolean> {
  return lstat(path).then(
    () => true,
    () => false,
  );
}

async function filter<T>(items: readonly T[], keep: (item: T) => Promise<boolean>): Promise<T[]> {
  const kept = await Promise.all(items.map(keep));
  return items.filter((_, index) => kept[index]);
}
