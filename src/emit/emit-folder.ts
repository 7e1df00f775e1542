/** Writes a tree of files as a folder: every byte once, in order, hashed on the way. */
import { mkdir, utimes } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { parentsOf } from '../content/parents.js';
import { type EmitFile, totalSize } from './emit-file.js';
import { NO_SUM, PAGE, ProgramBuilder } from './program.js';
import { replaceFolder } from './replace-folder.js';
import { explainSinkErrors } from './sink-error.js';
import { runTransfer, type Transfer, type TransferOptions, throwIfAborted } from './transfer.js';

export type { EmitFile } from './emit-file.js';

export interface EmitTreeOptions extends TransferOptions {
  /** called when all files before the late one are hashed; `digestOf` gives their SHA-256 in lower-case hexadecimal */
  beforeLate?(digestOf: (path: string) => string): void;
  /**
   * modification time of the directories; default: in a folder the time when they were filled, in a zip the newest of
   * the files
   */
  modified?: Date;
  /** owner of the temporary name; default: this process */
  pid?: number;
}

/**
 * Writes the files in the given order, gives files and directories their times, and puts the folder in place when it is whole. A
 * folder that is there already is replaced: the caller has made sure that it may be. When it throws, that folder is
 * what it was.
 * @param directories paths of all directories; those that hold something may be left out
 * @throws InplaceError as `emitImage`
 */
export async function emitFolder(
  files: readonly EmitFile[],
  directories: readonly string[],
  folder: string,
  options: EmitTreeOptions = {},
): Promise<void> {
  throwIfAborted(options.signal);
  const total = totalSize(files);
  const paths = new Set([...parentsOf([...files.map(({ path }) => path), ...directories]), ...directories]);
  await replaceFolder(folder, {
    pid: options.pid ?? process.pid,
    // a file takes whole blocks on the disk
    needed: files.reduce((sum, file) => sum + Math.ceil(file.content.size / PAGE) * PAGE, 0),
    write: async (partial) => {
      const facts = { path: folder, folder: dirname(partial), temporary: partial, needed: total };
      await explainSinkErrors({ ...facts, written: 0 }, () => makeDirectories(paths, partial, options));
      await runTransfer({ ...compile(files, partial, options), sinks: [{ to: 'folder' }], facts }, options);
      await explainSinkErrors({ ...facts, written: total }, () => setTimes(paths, partial, options));
    },
    check: () => throwIfAborted(options.signal),
    warn: (finding) => options.onWarning?.(finding),
  });
}

async function makeDirectories(paths: ReadonlySet<string>, root: string, options: EmitTreeOptions): Promise<void> {
  for (const path of paths) {
    throwIfAborted(options.signal);
    await mkdir(hostPath(root, path), { recursive: true });
  }
}

/** When all is written, because every file and directory that is made gives the one that it lies in the clock's time. */
async function setTimes(
  paths: ReadonlySet<string>,
  root: string,
  { modified, signal }: EmitTreeOptions,
): Promise<void> {
  if (modified === undefined) return;
  for (const path of [root, ...[...paths].map((each) => hostPath(root, each))]) {
    throwIfAborted(signal);
    await utimes(path, modified, modified);
  }
}

/** The place of a file or directory under the folder; a path that leads out of it is a mistake of the caller. */
function hostPath(root: string, path: string): string {
  const names = path.split('/');
  if (names.some((name) => name === '' || name === '.' || name === '..')) throw new Error(`"${path}" is no media path`);
  return join(root, ...names);
}

function compile(
  files: readonly EmitFile[],
  root: string,
  options: EmitTreeOptions,
): Omit<Transfer, 'sinks' | 'facts'> {
  const builder = new ProgramBuilder();
  const sums = new Map<string, number>();
  for (const { path, content, modified, late } of files) {
    builder.output({ path: hostPath(root, path), size: content.size, modifiedMs: modified.getTime() });
    if (late) {
      builder.late(content);
      continue;
    }
    const sum = builder.newSum();
    sums.set(path, sum);
    builder.content(content, sum);
  }
  return {
    program: builder.build(),
    supplied: builder.supplied,
    sumEnds: builder.sumEnds,
    beforeLate: (_, digestOf) => options.beforeLate?.((path) => digestOf(sums.get(path) ?? NO_SUM)),
  };
}
