/** Writes a tree of files as a folder: every byte once, in order, hashed on the way. */
import { mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { type EmitFile, totalSize } from './emit-file.js';
import { NO_SUM, PAGE, ProgramBuilder } from './program.js';
import { replaceFolder } from './replace-folder.js';
import { explainSinkErrors } from './sink-error.js';
import { runTransfer, type Transfer, type TransferOptions, throwIfAborted } from './transfer.js';

export type { EmitFile } from './emit-file.js';

export interface EmitTreeOptions extends TransferOptions {
  /** called when all files before the late one are hashed; `digestOf` gives their SHA-256 in lower-case hexadecimal */
  beforeLate?(digestOf: (path: string) => string): void;
  /** owner of the temporary name; default: this process */
  pid?: number;
}

/**
 * Writes the files in the given order, gives them their times, and puts the folder in place when it is whole. A
 * folder that is there already is replaced: the caller has made sure that it may be. When it throws, that folder is
 * what it was.
 * @param directories paths of all directories; those that only hold files may be left out
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
  await replaceFolder(folder, {
    pid: options.pid ?? process.pid,
    // a file takes whole blocks on the disk
    needed: files.reduce((sum, file) => sum + Math.ceil(file.content.size / PAGE) * PAGE, 0),
    write: async (partial) => {
      const facts = { path: folder, folder: dirname(partial), needed: total };
      await explainSinkErrors({ ...facts, written: 0 }, () => makeDirectories(files, directories, partial, options));
      await runTransfer({ ...compile(files, partial, options), sink: { to: 'folder' }, facts }, options);
    },
    check: () => throwIfAborted(options.signal),
  });
}

async function makeDirectories(
  files: readonly EmitFile[],
  directories: readonly string[],
  root: string,
  options: EmitTreeOptions,
): Promise<void> {
  const paths = new Set(directories);
  for (const { path } of files) if (path.includes('/')) paths.add(path.slice(0, path.lastIndexOf('/')));
  for (const path of paths) {
    throwIfAborted(options.signal);
    await mkdir(hostPath(root, path), { recursive: true });
  }
}

/** The place of a file or directory under the folder; a path that leads out of it is a mistake of the caller. */
function hostPath(root: string, path: string): string {
  const names = path.split('/');
  if (names.some((name) => name === '' || name === '.' || name === '..')) throw new Error(`"${path}" is no media path`);
  return join(root, ...names);
}

function compile(files: readonly EmitFile[], root: string, options: EmitTreeOptions): Omit<Transfer, 'sink' | 'facts'> {
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
