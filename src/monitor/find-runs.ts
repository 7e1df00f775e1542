/** Runs in a tree: every folder that holds a status.jsonl or a summary.json, however deep (a stick, many sticks, a zip). */
import { readBytes } from '../content/content.js';
import { closeContent } from '../content/file.js';
import { byCodeUnit, type FileTree, type TreeFile } from '../content/tree.js';
import { parseMedia } from './media.js';
import { LARGEST_FILE, parseRecords, parseSummary } from './parse.js';
import type { FieldRun } from './run.js';

/** Bytes of a tree that are read: far more than ten thousand runs leave. */
const MOST_BYTES = 512 * 1024 * 1024;

const RECORDS = 'status.jsonl';
const SUMMARY = 'summary.json';
const MEDIA = 'media.json';

/**
 * Reads every run of a tree.
 * @param origin what the person named: the runs say where they come from
 * @throws InplaceError when a file cannot be read at all
 */
export async function findRuns(tree: FileTree, origin: string): Promise<FieldRun[]> {
  const folders = new Map<string, TreeFile[]>();
  const starts = tree.files
    .filter(({ path }) => [RECORDS, SUMMARY].includes(nameOf(path)))
    .map(({ path }) => folderOf(path));
  for (const folder of new Set(starts)) folders.set(folder, []);
  for (const file of tree.files) {
    const folder = runFolderOf(file.path, folders);
    if (folder !== undefined) folders.get(folder)!.push(file);
  }
  const runs: FieldRun[] = [];
  const budget = { bytes: MOST_BYTES };
  for (const folder of [...folders.keys()].sort(byCodeUnit))
    runs.push(await readRun(folder, folders.get(folder)!, origin, budget));
  return runs;
}

/** The nearest folder above a file that is a run. */
function runFolderOf(path: string, folders: ReadonlyMap<string, unknown>): string | undefined {
  for (let folder = folderOf(path); ; folder = folderOf(folder)) {
    if (folders.has(folder)) return folder;
    if (folder === '') return undefined;
  }
}

async function readRun(
  folder: string,
  files: readonly TreeFile[],
  origin: string,
  budget: { bytes: number },
): Promise<FieldRun> {
  const problems: string[] = [];
  const text = async (name: string): Promise<string | undefined> => {
    // FAT keeps the case of a name, and old programs do not
    const file = files.find(({ path }) => folderOf(path) === folder && nameOf(path) === name);
    if (!file) return undefined;
    if (file.content.size > Math.min(LARGEST_FILE, budget.bytes)) {
      problems.push(`${name} has ${file.content.size} bytes and was not read`);
      return undefined;
    }
    budget.bytes -= file.content.size;
    const bytes = await readBytes(file.content).finally(() => closeContent(file.content));
    return new TextDecoder().decode(bytes);
  };
  const status = await text(RECORDS);
  const summaryText = await text(SUMMARY);
  const mediaText = await text(MEDIA);
  const { records, problems: unread } = parseRecords(status ?? '');
  const summary = summaryText === undefined ? undefined : parseSummary(summaryText);
  if (summaryText !== undefined && !summary) problems.push(`${SUMMARY} could not be read`);
  const media = mediaText === undefined ? undefined : parseMedia(mediaText);
  if (mediaText !== undefined && !media) problems.push(`${MEDIA} could not be read`);
  const names = folder.split('/');
  const run = summary?.run ?? records[0]?.run ?? names.at(-1) ?? '';
  const machine = names.at(-1) === run ? (names.at(-2) ?? '') : (names.at(-1) ?? '');
  return {
    ...machineOf(machine, summary?.computer),
    run,
    found: folder === '' ? origin : `${origin}: ${folder}`,
    records,
    ...(summary ? { summary } : {}),
    ...(media ? { media } : {}),
    files: files.map(({ path }) => (folder === '' ? path : path.slice(folder.length + 1))),
    problems: [...problems, ...unread],
  };
}

/** `PC-07-5CG1234XYZ` with the computer `PC-07`; without it, the serial is what follows the last dash. */
function machineOf(folder: string, computer: string | undefined): { computer: string; serial: string } {
  if (computer !== undefined) {
    // as the engine names the folder (target/copy-reports.ts)
    const prefix = `${computer.replace(/[^A-Za-z0-9_-]+/g, '_')}-`;
    const fits = folder.toLowerCase().startsWith(prefix.toLowerCase());
    return { computer, serial: fits ? folder.slice(prefix.length) : '' };
  }
  const dash = folder.lastIndexOf('-');
  if (dash <= 0) return { computer: folder, serial: '' };
  return { computer: folder.slice(0, dash), serial: folder.slice(dash + 1) };
}

/** In small letters. */
function nameOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1).toLowerCase();
}

function folderOf(path: string): string {
  const slash = path.lastIndexOf('/');
  return slash < 0 ? '' : path.slice(0, slash);
}
