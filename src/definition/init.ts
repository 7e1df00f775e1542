import { lstat, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describeSystemError } from '../content/file.js';
import type { Finding } from '../errors.js';
import { taskSequenceJsonSchema } from '../task-sequence/schema.js';
import { mediaDefinitionJsonSchema } from './schema.js';

/** The same place seen from src/definition and from dist/definition. */
const TEMPLATES = fileURLToPath(new URL('../../templates/init/', import.meta.url));

/** Files of a new project, `/` between names: copied from the templates, or made here. */
const FILES: readonly { readonly path: string; readonly schema?: () => object }[] = [
  { path: 'media.yaml' },
  { path: 'upgrade.yaml' },
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
 * Nothing that exists is touched: one file in the way, and nothing is written (OUTPUT_REFUSED).
 */
export async function initFolder(folder: string): Promise<InitResult> {
  const targets = FILES.map(({ path }) => join(folder, ...path.split('/')));
  const existing = await filter(targets, exists);
  if (existing.length > 0) return { written: [], findings: existing.map(inTheWay) };
  const written: string[] = [];
  try {
    for (const [index, { path, schema }] of FILES.entries()) {
      const target = targets[index]!;
      const text = schema ? `${JSON.stringify(schema(), null, 2)}\n` : await readFile(join(TEMPLATES, path), 'utf8');
      await mkdir(dirname(target), { recursive: true });
      // wx: a file that appeared since the check is not overwritten either.
      await writeFile(target, text, { flag: 'wx' });
      written.push(target);
    }
    return { written, findings: [] };
  } catch (error) {
    await Promise.all(written.map((path) => rm(path, { force: true })));
    return { written: [], findings: [failed(folder, error)] };
  }
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
  return { code: full ? 'SINK_FULL' : 'SINK_FAILED', message, where: { file: path } };
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
