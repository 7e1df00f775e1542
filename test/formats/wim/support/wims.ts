/** Opening and writing WIMs in tests. */
import { closeSync, mkdirSync, openSync, readdirSync, writeSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type Content, readBytes } from '../../../../src/content/content.js';
import { FileContent, openFile } from '../../../../src/content/file.js';
import { isDirectory, isReparsePoint } from '../../../../src/formats/wim/dentry.js';
import { walkTree } from '../../../../src/formats/wim/directory-tree.js';
import { sha1OfContent } from '../../../../src/formats/wim/sha1.js';
import { streamsOf } from '../../../../src/formats/wim/streams.js';
import { openWim, type Wim } from '../../../../src/formats/wim/wim.js';
import { runOk } from '../../../support/tools.js';

/** Opens files of this computer as one WIM. */
export async function openWims(...paths: readonly string[]): Promise<Wim> {
  const files = await Promise.all(paths.map(async (file) => ({ file, content: await openFile(file) })));
  try {
    return await openWim(files);
  } catch (error) {
    for (const { content } of files) await content.close();
    throw error;
  }
}

export async function closeWim(wim: Wim): Promise<void> {
  for (const { content } of wim.parts) if (content instanceof FileContent) await content.close();
}

/** Writes a view in pieces of an odd size, so that reads do not begin where its parts do. */
export async function writeContent(content: Content, path: string, piece = 777_777): Promise<void> {
  const file = openSync(path, 'w');
  try {
    for (let at = 0; at < content.size; at += piece) {
      writeSync(file, await readBytes(content, at, Math.min(piece, content.size - at)));
    }
  } finally {
    closeSync(file);
  }
}

/** `path size sha1` of every file and stream of an image, read through our contents. */
export async function listImage(wim: Wim, image: number): Promise<string[]> {
  const lines: string[] = [];
  const add = async (path: string, sha1: string | undefined): Promise<void> => {
    const content = sha1 === undefined ? undefined : wim.blob(sha1, path).content;
    lines.push(`${path} ${content?.size ?? 0} ${content === undefined ? '' : await sha1OfContent(content)}`);
  };
  for (const { path, entry } of walkTree((await wim.tree(image)).root)) {
    if (isDirectory(entry) && !isReparsePoint(entry)) continue;
    const { data, named } = streamsOf(entry);
    await add(path, data);
    for (const { name, sha1 } of named) await add(`${path}:${name}`, sha1);
  }
  return lines.sort();
}

/** All images of a WIM as wimlib applies them: folders under `into`. */
export async function applyAll(
  wim: string,
  into: string,
  images: number,
  ...more: readonly string[]
): Promise<string[]> {
  const folders: string[] = [];
  mkdirSync(into, { recursive: true });
  for (let image = 1; image <= images; image++) {
    const folder = join(into, `image${image}`);
    await runOk('wimlib-imagex', ['apply', wim, String(image), folder, ...more]);
    folders.push(folder);
  }
  return folders;
}

/** Parts of a split WIM, the first one first. */
export function partsOf(first: string): string[] {
  const folder = dirname(first);
  const names = readdirSync(folder).filter((name) => name.endsWith('.swm'));
  return names.map((name) => join(folder, name)).sort((a, b) => number(a) - number(b));
}

function number(path: string): number {
  return Number(/(\d+)\.swm$/.exec(path)?.[1] ?? 1);
}
