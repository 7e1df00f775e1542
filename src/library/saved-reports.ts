/**
 * What machines left in /Reports of a stick, kept in a folder of this computer before anything of the stick changes:
 * `NAME/Reports/…` and `NAME/reports.json`, which says where each file was. It is never removed.
 */
import { createHash } from 'node:crypto';
import { mkdir, open, readFile, rename } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { type Content, readBytes } from '../content/content.js';
import { parentsOf } from '../content/parents.js';
import { checkWindowsName, foldCase } from '../content/windows-names.js';
import { flushFolder } from '../emit/replace-file.js';
import type { Disk, VolumeFile, VolumeTree } from '../image/disk.js';
import { MANIFEST_PATH } from '../image/manifest.js';

/** A file that was in /Reports. */
export interface SavedFile {
  /** path on the stick */
  readonly path: string;
  /** path in the folder, with `/` */
  readonly kept: string;
  readonly bytes: number;
  readonly sha256: string;
  /** ISO 8601, UTC */
  readonly modified: string;
}

/** Reports in a folder of this computer. */
export interface SavedReports {
  readonly folder: string;
  /** the folder's own name: what the marker on an unfinished stick says */
  readonly name: string;
  readonly files: readonly SavedFile[];
  /** folders on the stick */
  readonly directories: readonly string[];
}

const INDEX = 'reports.json';
const FOLDER = 'REPORTS';
const PIECE = 1024 * 1024;

/**
 * The trees of a disk that holds media of inplace; none when it holds something else.
 * @param ours it is known to be ours, whatever its files say
 * @throws InplaceError SOURCE_CORRUPT, SOURCE_UNREADABLE
 */
export async function mediaTrees(disk: Disk, ours = false): Promise<VolumeTree[]> {
  const trees: VolumeTree[] = [];
  for (const volume of disk.volumes) trees.push(await volume.tree());
  return ours || trees.some(isMedia) ? trees : [];
}

function isMedia({ files }: VolumeTree): boolean {
  return files.some(({ path }) => foldCase(path) === foldCase(MANIFEST_PATH));
}

/** Files in /Reports. */
export function reportsOf(trees: readonly VolumeTree[]): VolumeFile[] {
  return trees.flatMap(({ files }) => files.filter(({ path }) => isBelowReports(path)));
}

function isBelowReports(path: string): boolean {
  return foldCase(path.split('/', 1)[0]!) === FOLDER && path.includes('/');
}

/**
 * Copies /Reports into a new folder; when it returns, every file and folder is flushed and has its name.
 * @param parent folder of this computer, made when it is not there
 * @param name of the new folder
 * @throws errors of the operating system, InplaceError SOURCE_*
 */
export async function saveReports(trees: readonly VolumeTree[], parent: string, name: string): Promise<SavedReports> {
  const partial = join(parent, `${name}.partial`);
  await mkdir(parent, { recursive: true });
  await mkdir(partial);
  const files: SavedFile[] = [];
  for (const file of reportsOf(trees)) files.push(await saveFile(file, partial));
  const directories = trees.flatMap((tree) => tree.directories.filter(isBelowReports));
  for (const path of directories) await mkdir(join(partial, ...keptPath(path).split('/')), { recursive: true });
  const kept = [...files.map((file) => file.kept), ...directories.map((path) => `${keptPath(path)}/.`)];
  await writeFlushed(join(partial, INDEX), Buffer.from(`${JSON.stringify({ files, directories }, null, 2)}\n`));
  for (const path of [...parentsOf(kept)].sort().reverse()) await flushFolder(join(partial, ...path.split('/')));
  await flushFolder(partial);
  const folder = join(parent, name);
  await rename(partial, folder);
  await flushFolder(parent);
  await flushFolder(dirname(parent));
  return { folder, name, files, directories };
}

async function saveFile({ path, content, modified }: VolumeFile, root: string): Promise<SavedFile> {
  const kept = keptPath(path);
  const target = join(root, ...kept.split('/'));
  await mkdir(dirname(target), { recursive: true });
  const hash = createHash('sha256');
  const handle = await open(target, 'wx');
  try {
    for (let at = 0; at < content.size; at += PIECE) {
      const bytes = await readBytes(content, at, Math.min(PIECE, content.size - at));
      hash.update(bytes);
      await handle.writeFile(bytes);
    }
    await handle.utimes(modified, modified);
    await handle.sync();
  } finally {
    await handle.close();
  }
  const sha256 = hash.digest('hex');
  return { path, kept, bytes: content.size, sha256, modified: modified.toISOString() };
}

async function writeFlushed(path: string, bytes: Uint8Array): Promise<void> {
  const handle = await open(path, 'wx');
  try {
    await handle.writeFile(bytes);
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** A name that a stick has may be one that this computer cannot have, or that leads elsewhere. */
function keptPath(path: string): string {
  const escaped = (name: string) =>
    `%${encodeURIComponent(name.replace(/\p{Surrogate}/gu, '_')).replace(/[.*]/g, '_')}`;
  return path
    .split('/')
    .map((name) => (checkWindowsName(name).length === 0 && !name.startsWith('%') ? name : escaped(name)))
    .join('/');
}

/** The reports that a folder keeps; undefined when it is not there or holds something else. */
export async function loadReports(parent: string, name: string): Promise<SavedReports | undefined> {
  const folder = join(parent, name);
  try {
    const { files, directories } = JSON.parse(await readFile(join(folder, INDEX), 'utf8')) as Partial<SavedReports>;
    if (!Array.isArray(files) || !Array.isArray(directories)) return undefined;
    return { folder, name, files, directories };
  } catch {
    return undefined;
  }
}

/** Where a kept file is on this computer. */
export function keptFile({ folder }: SavedReports, { kept }: SavedFile): string {
  return join(folder, ...kept.split('/'));
}

/** The sum of a content. */
export async function sha256Of(content: Content): Promise<string> {
  const hash = createHash('sha256');
  for (let at = 0; at < content.size; at += PIECE) {
    hash.update(await readBytes(content, at, Math.min(PIECE, content.size - at)));
  }
  return hash.digest('hex');
}
