/** Status records and summaries from files that a power cut may have torn, and that anybody may have written. */
import type { RunSummary, StatusRecord } from '../target/contract.js';

/** Bytes of one file that are read. */
export const LARGEST_FILE = 64 * 1024 * 1024;
const MOST_RECORDS = 100_000;
const LONGEST_LINE = 1024 * 1024;

/** Records of a status.jsonl and what was wrong with it. */
export interface ParsedRecords {
  readonly records: readonly StatusRecord[];
  readonly problems: readonly string[];
}

/**
 * Each event once: after a power cut the engine may write an event again under the same number, and the later one counts.
 * A last line without an end is what a power cut leaves, and is no problem.
 */
export function parseRecords(text: string): ParsedRecords {
  const byNumber = new Map<number, StatusRecord>();
  const problems: string[] = [];
  const lines = text.split('\n');
  const torn = lines.pop() ?? '';
  let unread = 0;
  for (const line of lines) {
    if (line.trim() === '') continue;
    const record = line.length > LONGEST_LINE || byNumber.size >= MOST_RECORDS ? undefined : readRecord(line);
    if (record) byNumber.set(record.record, record);
    else unread += 1;
  }
  const last = readRecord(torn);
  if (last) byNumber.set(last.record, last);
  if (unread > 0) problems.push(`${unread} of the lines of status.jsonl could not be read`);
  return { records: [...byNumber.values()].sort((a, b) => a.record - b.record), problems };
}

/** @returns undefined when the text is no summary */
export function parseSummary(text: string): RunSummary | undefined {
  const value = parseObject(text);
  if (value?.['format'] !== 1) return undefined;
  const names = ['run', 'sequence', 'computer', 'message', 'start', 'end'];
  if (!names.every((name) => typeof value[name] === 'string')) return undefined;
  if (!OUTCOMES.has(value['outcome']) || !isTime(value['start']) || !isTime(value['end'])) return undefined;
  if (!isCount(value['restarts']) || !isIdentity(value['before']) || !isIdentity(value['after'])) return undefined;
  if (!optional(value['advice'], isText) || !optional(value['extendCode'], isText)) return undefined;
  if (!optional(value['setupCode'], isCount) || !optional(value['failedAt'], isStep)) return undefined;
  if (!optional(value['upgradePackage'], isText) || !optional(value['setupDiag'], isDiagnosis)) return undefined;
  return value as unknown as RunSummary;
}

const OUTCOMES: ReadonlySet<unknown> = new Set(['success', 'failed', 'refused', 'rolledBack']);
const STEP_OUTCOMES: ReadonlySet<unknown> = new Set([
  'success',
  'failed',
  'ignored',
  'skipped',
  'restarted',
  'rolledBack',
]);

function readRecord(line: string): StatusRecord | undefined {
  const value = parseObject(line);
  if (value?.['format'] !== 1 || !isCount(value['record']) || !isCount(value['attempt'])) return undefined;
  if (!['run', 'path', 'name', 'type'].every((name) => isText(value[name]))) return undefined;
  if (!isTime(value['start']) || !isTime(value['end']) || !STEP_OUTCOMES.has(value['outcome'])) return undefined;
  if (!Array.isArray(value['group']) || !value['group'].every(isText)) return undefined;
  if (!optional(value['reason'], isText) || !optional(value['output'], isText)) return undefined;
  if (!optional(value['exitCode'], isCount) || !optional(value['variables'], isTexts)) return undefined;
  if (!optional(value['exceeded'], isCount)) return undefined;
  return value as unknown as StatusRecord;
}

function parseObject(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function optional(value: unknown, test: (value: unknown) => boolean): boolean {
  return value === undefined || test(value);
}

function isText(value: unknown): value is string {
  return typeof value === 'string';
}

function isCount(value: unknown): boolean {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}

function isTime(value: unknown): boolean {
  return typeof value === 'string' && /^\d{4}-\d\d-\d\dT/.test(value) && !Number.isNaN(Date.parse(value));
}

function isTexts(value: unknown): boolean {
  return isObject(value) && Object.values(value).every(isText);
}

function isStep(value: unknown): boolean {
  return isObject(value) && isText(value['path']) && isText(value['name']);
}

function isDiagnosis(value: unknown): boolean {
  return (
    isObject(value) && isText(value['rule']) && optional(value['failure'], isText) && optional(value['advice'], isText)
  );
}

function isIdentity(value: unknown): boolean {
  return isObject(value) && isCount(value['build']) && isText(value['edition']) && isText(value['installationType']);
}
