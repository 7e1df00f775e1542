/**
 * Finds a WIM by what a person types: a path, or `Win.iso:sources/install.wim`, with a folder or zip in place of the ISO if need be.
 * The parts of a split WIM are found by their names.
 */
import { readdir, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { quote } from '../../bytes/quote.js';
import { closeContent, openFile, sourceUnreadable } from '../../content/file.js';
import { readFolderTree } from '../../content/folder-tree.js';
import type { FileTree } from '../../content/tree.js';
import { InplaceError } from '../../errors.js';
import { readWimHeader } from '../../formats/wim/header.js';
import { partNames } from '../../formats/wim/part-names.js';
import { openWim, type Wim, type WimFile } from '../../formats/wim/wim.js';
import { lookup } from '../../upgrade-package/lookup.js';
import { mediaKind } from '../media-kind.js';

/** An opened WIM and what must be closed with it. */
export interface OpenedWim {
  readonly wim: Wim;
  /** host paths that are read: outputs must be none of them */
  readonly inputs: readonly string[];
  /** name of the file without folder, also when it lies in an ISO */
  readonly name: string;
  /** modification time of the (first) file */
  readonly modified: Date;
}

/**
 * Opens a WIM, hands it out and closes it.
 * @throws InplaceError SOURCE_MISSING, SOURCE_UNREADABLE, SOURCE_CORRUPT, SOURCE_UNSUPPORTED, and what `use` throws
 */
export async function withWim<T>(path: string, use: (opened: OpenedWim) => Promise<T>): Promise<T> {
  if (await exists(path)) return await withHostFile(path, use);
  const split = await splitPath(path);
  if (split === undefined) throw sourceUnreadable(path, await statError(path));
  return await withTree(split.container, async (tree) => {
    const { files, name, modified } = await filesInTree(tree, split);
    return await use({ wim: await openWim(files), inputs: [split.container], name, modified });
  });
}

/** `C:\Win.iso:sources\install.wim`: the last colon with something that exists in front of it. */
async function splitPath(path: string): Promise<{ container: string; inner: string } | undefined> {
  for (let colon = path.lastIndexOf(':'); colon > 0; colon = path.lastIndexOf(':', colon - 1)) {
    const container = path.slice(0, colon);
    const inner = path.slice(colon + 1).replaceAll('\\', '/');
    if (inner !== '' && (await exists(container))) return { container, inner };
  }
  return undefined;
}

async function withHostFile<T>(path: string, use: (opened: OpenedWim) => Promise<T>): Promise<T> {
  if ((await mediaKind(path)) !== 'wim') throw notAWim(path);
  const first = await openFile(path);
  const opened = [first];
  try {
    const { totalParts, partNumber } = await readWimHeader(first, path);
    const files: WimFile[] = [{ file: path, content: first }];
    const there = totalParts > 1 ? await readdir(dirname(path)).catch(() => []) : [];
    for (const name of partNames(basename(path), partNumber, totalParts)) {
      const found = there.find((each) => each.toLowerCase() === name.toLowerCase());
      if (found === undefined) continue;
      const file = join(dirname(path), found);
      const content = await openFile(file);
      opened.push(content);
      files.push({ file, content });
    }
    const modified = new Date(first.local.seen.modifiedMs);
    const inputs = files.map(({ file }) => file);
    return await use({ wim: await openWim(files), inputs, name: basename(path), modified });
  } finally {
    for (const content of opened) await content.close();
  }
}

/** An ISO, a zip or a folder as a tree of files. */
async function withTree<T>(container: string, use: (tree: FileTree) => Promise<T>): Promise<T> {
  const kind = await mediaKind(container);
  if (kind === 'wim') throw new InplaceError({ code: 'USAGE', message: `${quote(container, 255)} is itself a WIM` });
  if (kind === 'folder') return await withFolder(container, use);
  const { tree, close } = kind === 'zip' ? await zipTree(container) : await packageTree(container);
  try {
    return await use(tree);
  } finally {
    await close();
  }
}

async function zipTree(path: string): Promise<{ tree: FileTree; close(): Promise<void> }> {
  const { openZipTree } = await import('../../image/zip-tree.js');
  const zip = await openZipTree(path);
  return { tree: zip, close: () => zip.close() };
}

/** A WIM that lies in a folder needs none of the file systems: they are loaded when there is an ISO. */
async function packageTree(path: string): Promise<{ tree: FileTree; close(): Promise<void> }> {
  const { openUpgradePackage } = await import('../../upgrade-package/open.js');
  return await openUpgradePackage(path);
}

async function withFolder<T>(path: string, use: (tree: FileTree) => Promise<T>): Promise<T> {
  const { tree } = await readFolderTree(path);
  try {
    return await use(tree);
  } finally {
    for (const { content } of tree.files) await closeContent(content);
  }
}

async function filesInTree(
  tree: FileTree,
  { container, inner }: { container: string; inner: string },
): Promise<{ files: WimFile[]; name: string; modified: Date }> {
  const find = lookup(tree);
  const file = find(inner);
  if (file === undefined) {
    const wims = tree.files.filter(({ path }) => /\.(wim|esd|swm)$/i.test(path)).map(({ path }) => path);
    throw new InplaceError({
      code: 'SOURCE_MISSING',
      message: `There is no file ${quote(inner, 255)} in it`,
      where: { file: container },
      hint: wims.length === 0 ? 'It holds no WIM' : `It holds ${wims.slice(0, 5).join(', ')}`,
    });
  }
  const nameOf = (path: string): string => `${container}:${path}`;
  const { totalParts, partNumber } = await readWimHeader(file.content, nameOf(file.path));
  const name = basename(file.path);
  const folder = file.path.slice(0, file.path.length - name.length);
  const others = partNames(name, partNumber, totalParts).flatMap((other) => find(folder + other) ?? []);
  const files = [file, ...others].map(({ path, content }) => ({ file: nameOf(path), content }));
  return { files, name, modified: file.modified };
}

function notAWim(path: string): InplaceError {
  return new InplaceError({
    code: 'SOURCE_UNSUPPORTED',
    message: 'This is no WIM',
    where: { file: path },
    hint: `Of an ISO or a folder, name the WIM that lies in it: "${path}:sources/install.wim"`,
  });
}

async function exists(path: string): Promise<boolean> {
  return await stat(path).then(
    () => true,
    () => false,
  );
}

async function statError(path: string): Promise<unknown> {
  return await stat(path).catch((error: unknown) => error);
}
