/** `--redact`: a report that can leave the house. Names become numbers, and what people typed or programs printed is gone. */
import type { RunSummary, SetupDiagnosis, StatusRecord } from '../target/contract.js';
import type { FieldRun } from './run.js';

/**
 * The same runs without what tells whose machines they are: computer names and serial numbers become `PC 1`, `PC 2`, in
 * the order of the runs; outputs, variables and the names of files and folders are left out; user names in paths and
 * the computer's name in sentences are replaced.
 */
export function redactRuns(runs: readonly FieldRun[]): FieldRun[] {
  const numbers = new Map<string, string>();
  return runs.map((run) => {
    const key = `${run.computer}\0${run.serial}`.toLowerCase();
    if (!numbers.has(key)) numbers.set(key, `PC ${numbers.size + 1}`);
    const computer = numbers.get(key)!;
    const clean = (text: string): string => cleanText(text, run, computer);
    return {
      computer,
      serial: '',
      run: run.run,
      found: '',
      records: run.records.map((record) => cleanRecord(record, clean)),
      ...(run.summary ? { summary: cleanSummary(run.summary, computer, clean) } : {}),
      // names that somebody gave may tell who it was
      ...(run.media ? { media: { ...run.media, name: '', packages: [] } } : {}),
      files: [],
      problems: run.problems.map(clean),
    };
  });
}

function cleanRecord({ output, variables, ...record }: StatusRecord, clean: (text: string) => string): StatusRecord {
  const reason = record.reason === undefined ? {} : { reason: clean(record.reason) };
  return { ...record, name: clean(record.name), group: record.group.map(clean), ...reason };
}

function cleanSummary(summary: RunSummary, computer: string, clean: (text: string) => string): RunSummary {
  const advice = summary.advice === undefined ? {} : { advice: clean(summary.advice) };
  const { failedAt: at } = summary;
  const failedAt = at === undefined ? {} : { failedAt: { ...at, name: clean(at.name) } };
  const { setupDiag: found } = summary;
  const setupDiag = found === undefined ? {} : { setupDiag: cleanDiagnosis(found, clean) };
  return { ...summary, computer, message: clean(summary.message), ...advice, ...failedAt, ...setupDiag };
}

/** What failed is in the words of a program, and may name an account: its codes stay. */
function cleanDiagnosis({ rule, advice }: SetupDiagnosis, clean: (text: string) => string): SetupDiagnosis {
  return { rule, ...(advice === undefined ? {} : { advice: clean(advice) }) };
}

function cleanText(text: string, { computer, serial }: FieldRun, number: string): string {
  const names = [computer, serial].filter((name) => name.length > 1);
  let cleaned = text.replace(/(\\Users\\)[^\\"'<>|:*?/]+/gi, '$1…').replace(/\\\\[^\\\s"']+/g, '\\\\…');
  for (const name of names) {
    cleaned = cleaned.replace(new RegExp(name.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'), 'gi'), number);
  }
  return cleaned;
}
