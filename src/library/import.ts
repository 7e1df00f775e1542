import { lstat, mkdir, open, realpath, rm, rmdir, stat } from 'node:fs/promises';
import { basename, dirname, extname, join, resolve } from 'node:path';
import { describeSystemError, sourceUnreadable } from '../content/file.js';
import { type Finding, InplaceError, interrupted } from '../errors.js';
import type { ImportedExport } from '../task-sequence/import/import-export.js';
import { writeReport } from './write-report.js';

/** How a sequence is imported. */
export interface ImportOptions {
  /** the YAML file; default: beside the input, with its name */
  readonly output?: string;
  /** replace files of an earlier import; without it one file in the way stops the import */
  readonly overwrite?: boolean;
  readonly signal?: AbortSignal;
  onWarning?(finding: Finding): void;
}

/** What was imported, and what a person must do with it. */
export interface ImportResult extends Omit<ImportedExport, 'files'> {
  /** host path of the YAML file of the first sequence */
  readonly output: string;
  /** host paths of all files that were written; `output` is the last */
  readonly written: readonly string[];
  /** what media.yaml must have, as YAML to paste */
  readonly mediaYaml: string;
}

/** An export without its content is far below; one with it is not read. */
const MOST_BYTES = 256 * 2 ** 20;

/**
 * Makes YAML of a task sequence that ConfigMgr (XML, exported zip) or MDT (ts.xml) has written. Scripts that stood in it are
 * files of a package beside it. What could not be translated is a `review` step, which `check` refuses until a person has
 * dealt with it. Values of passwords, product keys and hidden variables are in nothing that is written or returned.
 * @throws InplaceError SOURCE_MISSING, SOURCE_UNREADABLE, SOURCE_CORRUPT, SOURCE_UNSUPPORTED; OUTPUT_REFUSED when a file would
 * overwrite something; SINK_FULL, SINK_FAILED, INTERRUPTED: nothing new is left then
 */
export async function importSequence(path: string, options: ImportOptions = {}): Promise<ImportResult> {
  const [{ importExport }, { renderMediaYaml }] = await Promise.all([
    import('../task-sequence/import/import-export.js'),
    import('../task-sequence/import/media-yaml.js'),
  ]);
  const output = resolve(options.output ?? `${path.slice(0, path.length - extname(path).length)}.yaml`);
  checkName(options.output);
  const { files, ...found } = await importExport(await readInput(path), path, basename(output));
  const targets = [...files].map(([name, text]) => ({ path: join(dirname(output), ...name.split('/')), text }));
  await checkTargets(
    targets.map((target) => target.path),
    path,
    options.overwrite ?? false,
  );
  await writeAll(targets, options);
  return {
    ...found,
    output,
    written: targets.map((target) => target.path),
    mediaYaml: renderMediaYaml({ files, ...found }),
  };
}

function checkName(output: string | undefined): void {
  if (output === undefined || (output !== '-' && /\.ya?ml$/i.test(output))) return;
  throw new InplaceError({
    code: 'USAGE',
    message: `The output is named ${JSON.stringify(output)}, and a sequence is a YAML file`,
    hint: 'Name a file that ends in .yaml; scripts and further sequences are written beside it',
  });
}

async function readInput(path: string): Promise<Uint8Array> {
  try {
    const status = await stat(path);
    if (status.isDirectory()) throw unsupported(path, 'This is a folder, expected the file of a task sequence');
    if (status.size > MOST_BYTES) throw unsupported(path, 'The file is too large for a task sequence');
    const handle = await open(path, 'r');
    try {
      return await readAtMost(handle, path);
    } finally {
      await handle.close();
    }
  } catch (error) {
    throw error instanceof InplaceError ? error : sourceUnreadable(path, error);
  }
}

/** A pipe says that its size is 0. */
async function readAtMost(handle: Awaited<ReturnType<typeof open>>, path: string): Promise<Uint8Array> {
  const pieces: Buffer[] = [];
  let total = 0;
  for (;;) {
    const { bytesRead, buffer } = await handle.read(Buffer.alloc(2 ** 20), 0, 2 ** 20, null);
    if (bytesRead === 0) return Buffer.concat(pieces);
    total += bytesRead;
    if (total > MOST_BYTES) throw unsupported(path, 'The file is too large for a task sequence');
    pieces.push(buffer.subarray(0, bytesRead));
  }
}

function unsupported(file: string, message: string): InplaceError {
  const hint = 'Export the task sequence from ConfigMgr without its content, or name the ts.xml of MDT';
  return new InplaceError({ code: 'SOURCE_UNSUPPORTED', message, where: { file }, hint });
}

/** People change what was imported: it is replaced only when they say so, and the input never. */
async function checkTargets(targets: readonly string[], input: string, overwrite: boolean): Promise<void> {
  const source = await stat(input, { bigint: true }).catch(() => undefined);
  const sourcePath = await realpath(input).catch(() => resolve(input));
  const findings: Finding[] = [];
  for (const file of targets) {
    const there = await lstat(file).catch(() => undefined);
    if (there === undefined) continue;
    const same = await stat(file, { bigint: true }).catch(() => undefined);
    const isInput =
      file === sourcePath || (same && source && same.ino === source.ino && same.dev === source.dev && same.ino !== 0n);
    if (isInput) findings.push(refused(file, 'The output would overwrite the input', 'Choose another name with -o'));
    else if (!overwrite) findings.push(refused(file, 'This file exists already and is not overwritten', OVERWRITE));
  }
  if (findings.length > 0) throw new InplaceError(findings);
}

const OVERWRITE = 'Choose another name with -o, or say --overwrite';

function refused(file: string, message: string, hint: string): Finding {
  return { code: 'OUTPUT_REFUSED', message, where: { file }, hint };
}

/** Each file in one step; when one fails, those that were not there before are removed again. */
async function writeAll(
  targets: readonly { readonly path: string; readonly text: string }[],
  options: ImportOptions,
): Promise<void> {
  const made: string[] = [];
  const folders: string[] = [];
  const { signal, onWarning } = options;
  try {
    for (const { path, text } of targets) {
      if (signal?.aborted) throw interrupted();
      await makeFolder(dirname(path), folders);
      const isNew = (await lstat(path).catch(() => undefined)) === undefined;
      await writeReport(path, text, { ...(signal ? { signal } : {}), ...(onWarning ? { onWarning } : {}) });
      if (isNew) made.push(path);
    }
  } catch (error) {
    await Promise.all(made.map((path) => rm(path, { force: true }).catch(() => undefined)));
    for (const folder of folders.reverse()) await rmdir(folder).catch(() => undefined);
    throw error;
  }
}

/** Only the folders of scripts and sources are made; that of the output must be there. */
async function makeFolder(folder: string, made: string[]): Promise<void> {
  if (
    await stat(folder).then(
      (found) => found.isDirectory(),
      () => false,
    )
  )
    return;
  try {
    await mkdir(folder);
    made.push(folder);
  } catch (error) {
    const missing = (error as NodeJS.ErrnoException).code === 'ENOENT';
    const message = missing
      ? 'The folder of the output does not exist'
      : `Cannot write there: ${describeSystemError(error)}`;
    const hint = missing ? 'Make the folder first, or choose another place with -o' : 'Choose another place with -o';
    throw new InplaceError({ code: 'SINK_FAILED', message, where: { file: folder }, hint }, { cause: error });
  }
}
