/** Why a path of a definition leads nowhere, where that can be seen. */
import { lstat, readdir } from 'node:fs/promises';
import { isAbsolute, join, parse, relative, resolve, sep } from 'node:path';
import { quoteValue } from '../yaml/product-keys.js';

/**
 * Better words for a path that is not there; nothing when there are none.
 * @param source as the definition has it
 * @param folder absolute host path that relative sources begin at
 */
export async function explainMissing(
  source: string,
  folder: string,
): Promise<{ readonly message?: string; readonly hint?: string }> {
  if (/^~[^/\\]*(?:[/\\]|$)/.test(source)) {
    const home = sep === '/' ? 'HOME' : 'USERPROFILE';
    return {
      message: `${quoteValue(source)} is a path of a home folder as shells write it, and there is no such file here`,
      hint: `Write the whole path, or "\${env:${home}}/…"`,
    };
  }
  if (sep === '/' && /^(?:[A-Za-z]:|\\\\)/.test(source)) {
    return {
      message: `${quoteValue(source)} is a path of Windows, and there is no such file on this system`,
      hint: 'Write the path as this system has it, or one relative to this file with / between the names',
    };
  }
  const similar = await findSimilar(resolve(folder, source));
  if (similar !== undefined) return { hint: `Did you mean ${quoteValue(asWritten(similar, source, folder))}?` };
  if (sep !== '/' || !source.includes('\\')) return {};
  return { hint: 'Write / between the names of folders: it works on every system' };
}

/** A path in the form in which the person wrote the other. */
function asWritten(path: string, source: string, folder: string): string {
  return isAbsolute(source) ? path : relative(folder, path).replaceAll(sep, '/');
}

/** What is there under a path whose names differ only in letter case, blanks or the form of their accents. */
async function findSimilar(path: string): Promise<string | undefined> {
  const { root } = parse(path);
  let found = root;
  for (const name of path.slice(root.length).split(sep)) {
    const exact = join(found, name);
    if (await lstat(exact).catch(() => undefined)) {
      found = exact;
      continue;
    }
    const names = await readdir(found).catch(() => []);
    const similar = names.find((candidate) => bare(candidate) === bare(name));
    if (similar === undefined) return undefined;
    found = join(found, similar);
  }
  return found;
}

function bare(name: string): string {
  return name.normalize('NFKC').toLowerCase().replace(/\s/g, '');
}
