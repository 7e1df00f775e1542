import { stat } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { sourceUnreadable } from '../content/file.js';
import { readFolderTree } from '../content/folder-tree.js';
import type { FileTree } from '../content/tree.js';
import { type Finding, InplaceError } from '../errors.js';
import { findRuns } from '../monitor/find-runs.js';
import { redactRuns } from '../monitor/redact.js';
import { causeOf, type FieldOutcome, type FieldRun, outcomeOf, startOf } from '../monitor/run.js';
import { type FieldStatistics, statisticsOf } from '../monitor/statistics.js';
import { openPackedTree } from '../monitor/zip-tree.js';
import { duration, parseDuration } from '../task-sequence/schema/durations.js';
import { mediaKind } from './media-kind.js';
import type { WorkOptions } from './work.js';

/** How a report is made. */
export interface ReportOptions extends WorkOptions {
  /** host paths of files to write; their ending says what: .html, .csv or .json */
  outputs?: readonly string[];
  /** take out what tells whose machines they are */
  redact?: boolean;
  /** runs that took longer are listed as such: `90 min`, `6 h`; left out: 4 h */
  longerThan?: string;
}

/** What came back from the field. */
export interface FieldReport {
  readonly runs: readonly (FieldRun & { readonly outcome: FieldOutcome; readonly cause: string })[];
  readonly statistics: FieldStatistics;
  /** host paths of what was written */
  readonly outputs: readonly string[];
  /** runs and files that could not be read */
  readonly warnings: readonly Finding[];
}

const KINDS = ['.html', '.csv', '.json'];

/**
 * Reads what the engine left on sticks, in folders or in zips, and writes reports of it.
 * The same run found twice, as on a stick and in its copy, counts once.
 * @param paths host paths: a stick's root, its Reports folder, one run, a folder of any number of them, or a zip
 * @throws InplaceError USAGE when an output has another ending or `longerThan` is no duration; SOURCE_MISSING and others with every path that cannot
 *   be read, and when there is no run in any of them; SINK_… when an output cannot be written
 */
export async function report(paths: readonly string[], options: ReportOptions = {}): Promise<FieldReport> {
  const outputs = options.outputs ?? [];
  const longerThan = checkOptions(outputs, options.longerThan);
  const warnings: Finding[] = [];
  const found = await readAll(paths, warnings);
  const runs = options.redact ? redactRuns(found) : found;
  const result: FieldReport = {
    runs: runs.map((run) => ({ ...run, outcome: outcomeOf(run), cause: causeOf(run) })),
    statistics: statisticsOf(runs, longerThan),
    outputs,
    warnings: [...(options.redact ? warnings.map(withoutPlace) : warnings), ...runs.flatMap(problemsOf)],
  };
  for (const output of outputs) await write(output, result, options);
  return result;
}

/** @returns seconds of `longerThan`; undefined when nothing is said */
function checkOptions(outputs: readonly string[], longerThan: string | undefined): number | undefined {
  const wrong = outputs.filter((output) => !KINDS.includes(extname(output).toLowerCase()));
  const findings: Finding[] = wrong.map((output) => ({
    code: 'USAGE',
    message: `The output is "${output}", expected a name that ends with ${KINDS.join(', ')}`,
    hint: 'The ending says what is written; -o may be given several times',
  }));
  if (longerThan !== undefined && !duration.safeParse(longerThan).success) {
    findings.push({
      code: 'USAGE',
      message: `The time is "${longerThan}", expected a number and a unit`,
      hint: 'Such as 90 min or 6 h',
    });
  }
  if (findings.length > 0) throw new InplaceError(findings);
  return longerThan === undefined ? undefined : parseDuration(longerThan);
}

async function readAll(paths: readonly string[], warnings: Finding[]): Promise<FieldRun[]> {
  const problems: Finding[] = [];
  const runs: FieldRun[] = [];
  for (const path of paths) {
    try {
      runs.push(...(await withTree(path, warnings, (tree) => findRuns(tree, path))));
    } catch (error) {
      if (!(error instanceof InplaceError) || error.kind === 'interrupted') throw error;
      problems.push(...error.findings);
    }
  }
  if (problems.length > 0) throw new InplaceError(problems);
  if (runs.length === 0) {
    throw new InplaceError({
      code: 'SOURCE_MISSING',
      message: `No run was found in ${paths.map((path) => `"${path}"`).join(', ')}`,
      hint: 'Name a stick, its Reports folder, or a folder or zip with what machines left behind (status.jsonl, summary.json)',
    });
  }
  return sorted(onceEach(runs));
}

async function withTree<T>(path: string, warnings: Finding[], use: (tree: FileTree) => Promise<T>): Promise<T> {
  if ((await mediaKind(path)) === 'zip') {
    const zip = await openPackedTree(path);
    return await use(zip).finally(() => zip.close());
  }
  if (!(await isFolder(path))) {
    throw new InplaceError({
      code: 'SOURCE_UNSUPPORTED',
      message: 'Neither a folder nor a zip',
      where: { file: path },
      hint: 'Name the folder that holds the runs: a stick, its Reports folder, or a copy',
    });
  }
  // on a stick the Reports are beside gigabytes of Windows, of which nothing need be listed
  const reports = join(path, 'Reports');
  const { tree, findings } = await readFolderTree((await isFolder(reports)) ? reports : path, { links: 'refuse' });
  warnings.push(...findings.map((finding) => ({ ...finding, severity: 'warning' as const })));
  return await use(tree);
}

async function isFolder(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isDirectory();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false;
    throw sourceUnreadable(path, error);
  }
}

/** The same run from two places is one; the one with more records counts. */
function onceEach(runs: readonly FieldRun[]): FieldRun[] {
  const byKey = new Map<string, FieldRun>();
  for (const run of runs) {
    const key = `${run.computer}\0${run.serial}\0${run.run}`.toLowerCase();
    const other = byKey.get(key);
    if (!other || weight(run) > weight(other)) byKey.set(key, run);
  }
  return [...byKey.values()];
}

function weight({ summary, records, files }: FieldRun): number {
  return (summary ? 1_000_000 : 0) + records.length * 10 + Math.min(files.length, 9);
}

function sorted(runs: readonly FieldRun[]): FieldRun[] {
  const key = (run: FieldRun): string => `${run.computer.toLowerCase()}\0${run.serial}\0${startOf(run)}\0${run.run}`;
  return [...runs].sort((a, b) => (key(a) < key(b) ? -1 : 1));
}

/** A redacted run was found nowhere: it is named by its number. */
function problemsOf({ found, computer, problems }: FieldRun): Finding[] {
  const where = { file: found === '' ? computer : found };
  return problems.map((message) => ({ code: 'SOURCE_CORRUPT', severity: 'warning', message, where }));
}

/** Folders are named after computers. */
function withoutPlace({ where, ...finding }: Finding): Finding {
  return finding;
}

async function write(output: string, result: FieldReport, options: ReportOptions): Promise<void> {
  const { writeReport } = await import('./write-report.js');
  await writeReport(output, await textOf(output, result, options), options.signal ? { signal: options.signal } : {});
}

async function textOf(output: string, { runs, statistics }: FieldReport, options: ReportOptions): Promise<string> {
  switch (extname(output).toLowerCase()) {
    case '.html':
      return (await import('../monitor/page.js')).reportPage(runs, statistics, options.redact === true);
    case '.csv':
      return (await import('../monitor/csv.js')).runsCsv(runs);
    default:
      return `${JSON.stringify({ statistics, runs }, null, 2)}\n`;
  }
}
