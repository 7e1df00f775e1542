/**
 * status.jsonl: one line of JSON for each step (contract.ts, StatusRecord). Every record has a number; the engine writes
 * a record again when it cannot know that its line reached the disk, so the same number twice is the same event. A line
 * that a power cut tore is passed over by readers and never joined by the next one.
 */
import type { StatusRecord } from './contract.js';
import { rethrowGone } from './gone.js';
import { parseJson, writeJson } from './json.js';
import type { Machine } from './machine.js';

/** Appends records. */
export class StatusFile {
  private readonly machine: Machine;
  private readonly path: string;
  /** whether this engine has seen to it that the file ends with a line end */
  private isWhole = false;

  constructor(machine: Machine, path: string) {
    this.machine = machine;
    this.path = path;
  }

  /** @returns whether they were written; a failure stops nothing, the records stay in the journal */
  append(records: readonly StatusRecord[]): boolean {
    if (records.length === 0) return true;
    let lines = '';
    for (const record of records) lines += `${writeJson(record)}\n`;
    try {
      if (!this.isWhole) lines = this.missingLineEnd() + lines;
      this.machine.files.appendText(this.path, lines);
      this.isWhole = true;
      return true;
    } catch (error) {
      rethrowGone(error);
      this.isWhole = false;
      return false;
    }
  }

  /** The records of the file; none when it is not there or cannot be read. */
  read(): readonly StatusRecord[] {
    try {
      return this.machine.files.stat(this.path) ? parseStatus(this.machine.files.readText(this.path)) : [];
    } catch (error) {
      rethrowGone(error);
      return [];
    }
  }

  private missingLineEnd(): string {
    if (!this.machine.files.stat(this.path)) return '';
    const end = this.machine.files.readTail(this.path, 1);
    return end === '' || end === '\n' ? '' : '\n';
  }
}

/** The records of a status file in the order of their numbers; of those with the same number the last one. */
export function parseStatus(text: string): readonly StatusRecord[] {
  const byNumber: StatusRecord[] = [];
  for (const line of text.split('\n')) {
    const record = parseLine(line);
    if (record) byNumber[record.record] = record;
  }
  const records: StatusRecord[] = [];
  for (const record of byNumber) if (record) records.push(record);
  return records;
}

/** Records of a run: a damaged number must not make a list of millions. */
const MOST_RECORDS = 100000;

function parseLine(line: string): StatusRecord | undefined {
  // Zeros are what NTFS leaves of a line that was not flushed.
  if (!/^\{.*\}\s*$/.test(line)) return undefined;
  try {
    const record = parseJson(line) as unknown as StatusRecord;
    const { record: number } = record;
    const isNumber = typeof number === 'number' && number >= 1 && number <= MOST_RECORDS && number % 1 === 0;
    return isNumber && record.format === 1 ? record : undefined;
  } catch {
    return undefined;
  }
}
