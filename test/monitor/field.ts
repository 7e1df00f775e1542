/** Runs as machines leave them: records and summaries made short. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { RunSummary, StatusRecord } from '../../src/target/contract.js';

export function record(number: number, more: Partial<StatusRecord> = {}): StatusRecord {
  return {
    format: 1,
    run: 'run-1',
    record: number,
    path: `1.${number}`,
    group: ['Prepare for upgrade'],
    name: `Step ${number}`,
    type: 'runCommand',
    attempt: 1,
    start: '2026-11-20T10:00:00Z',
    end: '2026-11-20T10:02:00Z',
    outcome: 'success',
    ...more,
  };
}

export function summary(more: Partial<RunSummary> = {}): RunSummary {
  return {
    format: 1,
    run: 'run-1',
    sequence: 'Field upgrade',
    computer: 'PC-07',
    outcome: 'success',
    message: 'This computer was upgraded',
    start: '2026-11-20T10:00:00Z',
    end: '2026-11-20T11:30:00Z',
    restarts: 3,
    before: { build: 19045, edition: 'Professional', installationType: 'Client' },
    after: { build: 26100, edition: 'Professional', installationType: 'Client' },
    ...more,
  };
}

/** Writes a run under FOLDER/Reports. */
export function writeRun(
  folder: string,
  machine: string,
  run: string,
  records: readonly StatusRecord[],
  result?: RunSummary,
  more: Readonly<Record<string, string>> = {},
): void {
  const files: Record<string, string> = {
    'status.jsonl': records.map((line) => `${JSON.stringify(line)}\n`).join(''),
    ...(result ? { 'summary.json': JSON.stringify(result) } : {}),
    ...more,
  };
  for (const [name, text] of Object.entries(files)) {
    const path = join(folder, 'Reports', machine, run, name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
  }
}
