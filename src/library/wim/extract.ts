import { stat } from 'node:fs/promises';
import { basename, resolve } from 'node:path';
import { quote } from '../../bytes/quote.js';
import type { Content } from '../../content/content.js';
import { BytesContent } from '../../content/views.js';
import { type EmitFile, emitFolder } from '../../emit/emit-folder.js';
import { type Finding, InplaceError } from '../../errors.js';
import { type Dentry, fileTimeOf, isDirectory, isReparsePoint } from '../../formats/wim/dentry.js';
import { walkTree } from '../../formats/wim/directory-tree.js';
import { fromFileTime } from '../../formats/wim/file-time.js';
import { streamsOf } from '../../formats/wim/streams.js';
import { findEntry } from '../../formats/wim/tree-edit.js';
import type { Wim } from '../../formats/wim/wim.js';
import { checkNewFolder, checkPlainOutput, type Output } from '../output.js';
import type { WorkOptions } from '../work.js';
import { emitOptions, writeFileView } from './emit-view.js';
import { onlyImage } from './list.js';
import { withWim } from './open-path.js';

export interface ExtractOptions extends WorkOptions {
  /** from 1; may be left out when there is one only */
  readonly image?: number;
  /** a file, a folder for a directory, or a descriptor; default: the name that it has in the image, in the current folder */
  readonly output?: Output;
}

export interface ExtractResult {
  /** left out when it went to a descriptor */
  readonly output?: string;
  readonly files: number;
  readonly bytes: number;
  /** what a directory holds that was left out: links, streams */
  readonly warnings: readonly Finding[];
}

/**
 * Writes one file of an image, one of its streams (`file.txt:stream`), or a directory with all that is in it.
 * @param inner path in the image, in any letter case, with `/` or `\`
 * @throws InplaceError when it is not there or cannot be read or written
 */
export async function extractFromWim(
  path: string,
  inner: string,
  options: ExtractOptions = {},
): Promise<ExtractResult> {
  return await withWim(path, async ({ wim, inputs }) => {
    const image = onlyImage(wim, options.image);
    const { root } = await wim.tree(image);
    const entry = findEntry(root, inner);
    if (entry !== undefined && isDirectory(entry) && !isReparsePoint(entry)) {
      return await extractDirectory(wim, inner, entry, inputs, options);
    }
    const content = entry === undefined ? streamContent(wim, root, inner) : dataOf(wim, inner, entry);
    if (content === undefined) throw notThere(wim, image, inner);
    const output = options.output ?? (await defaultOutput(entry?.name ?? inner));
    await writeFileView(content, output, inputs, options);
    const named = typeof output === 'string' ? { output } : {};
    return { ...named, files: 1, bytes: content.size, warnings: [] };
  });
}

function dataOf(wim: Wim, path: string, entry: Dentry): Content | undefined {
  if (isReparsePoint(entry) && streamsOf(entry).data === undefined) {
    throw new InplaceError({
      code: 'SOURCE_UNSUPPORTED',
      message: 'This is a link or another reparse point, and has no bytes of its own',
      where: { file: wim.file, path },
      hint: 'Extract what it leads to; "inplace wim list --image N" shows where that is',
    });
  }
  return blobContent(wim, path, streamsOf(entry).data);
}

function blobContent(wim: Wim, path: string, sha1: string | undefined): Content {
  return sha1 === undefined ? new BytesContent(new Uint8Array(0)) : wim.blob(sha1, path).content;
}

/** `file.txt:stream`; undefined when there is none. */
function streamContent(wim: Wim, root: Dentry, inner: string): Content | undefined {
  const colon = inner.lastIndexOf(':');
  const entry = colon <= 0 ? undefined : findEntry(root, inner.slice(0, colon));
  const name = inner.slice(colon + 1).toUpperCase();
  const stream = entry && streamsOf(entry).named.find((each) => each.name.toUpperCase() === name);
  return stream && blobContent(wim, inner, stream.sha1);
}

function notThere(wim: Wim, image: number, inner: string): InplaceError {
  return new InplaceError({
    code: 'SOURCE_MISSING',
    message: `There is no ${quote(inner, 255)} in image ${image}`,
    where: { file: wim.file },
    hint: `"inplace wim list --image ${image}" shows what is in it`,
  });
}

/** What is there already was not named by the person and stays. */
async function defaultOutput(name: string): Promise<string> {
  const output = resolve(basename(name.replaceAll('\\', '/')).replaceAll(':', '_'));
  if ((await stat(output).catch(() => undefined)) === undefined) return output;
  const message = 'There is a file of this name already';
  throw new InplaceError({ code: 'OUTPUT_REFUSED', message, where: { file: output }, hint: 'Name the output with -o' });
}

async function extractDirectory(
  wim: Wim,
  inner: string,
  directory: Dentry,
  inputs: readonly string[],
  options: ExtractOptions,
): Promise<ExtractResult> {
  const output = options.output ?? (await defaultOutput(directory.name || 'image'));
  if (typeof output !== 'string') {
    const hint = 'Name a folder with -o';
    throw new InplaceError({ code: 'USAGE', message: `${quote(inner)} is a directory of the image`, hint });
  }
  await checkPlainOutput(output, inputs);
  await checkNewFolder(output);
  const { files, directories, warnings } = planFolder(wim, directory);
  await emitFolder(files, directories, resolve(output), emitOptions(options));
  const bytes = files.reduce((sum, { content }) => sum + content.size, 0);
  return { output, files: files.length, bytes, warnings };
}

function planFolder(
  wim: Wim,
  directory: Dentry,
): { files: EmitFile[]; directories: string[]; warnings: readonly Finding[] } {
  const files: EmitFile[] = [];
  const directories: string[] = [];
  let links = 0;
  let streams = 0;
  const taken = new Set<string>();
  for (const { path, entry } of walkTree(directory)) {
    checkHostName(wim, path, entry, taken);
    streams += streamsOf(entry).named.length;
    if (isReparsePoint(entry)) links += 1;
    else if (isDirectory(entry)) directories.push(path);
    else {
      const content = blobContent(wim, path, streamsOf(entry).data);
      files.push({ path, content, modified: fromFileTime(fileTimeOf(entry, 'written')) ?? new Date(0) });
    }
  }
  const left = (number: number, what: string): Finding[] =>
    number === 0 ? [] : [{ code: 'SOURCE_UNSUPPORTED', severity: 'warning', message: `${number} ${what} left out` }];
  return {
    files,
    directories,
    warnings: [...left(links, 'links and other reparse points are'), ...left(streams, 'alternate streams are')],
  };
}

/** A name must not lead out of the folder on any system, nor stand twice. */
function checkHostName(wim: Wim, path: string, { name }: Dentry, taken: Set<string>): void {
  const twice = taken.has(path);
  taken.add(path);
  if (!twice && !/[\\:]/.test(name)) return;
  throw new InplaceError({
    code: 'MEDIA_NAME',
    message: twice ? 'The name stands twice in its directory' : `The name ${quote(name)} cannot be that of a file`,
    where: { file: wim.file, path },
    hint: 'Extract the files that you need one by one',
  });
}
