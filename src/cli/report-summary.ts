/** What `report` shows a person: a line a run, the causes of failures, and where the reports are. */
import type { FieldReport } from '../index.js';
import { count, table } from './units.js';

const WORDS = {
  success: 'upgraded',
  rolledBack: 'rolled back',
  failed: 'failed',
  refused: 'refused',
  unfinished: 'no result',
} as const;

/** The summary. */
export function reportSummary({ runs, statistics, outputs }: FieldReport): string {
  const { outcomes, causes, machines } = statistics;
  const rows = runs.map(({ computer, serial, outcome, cause, summary }) => [
    computer || '(unknown)',
    serial,
    WORDS[outcome],
    cause,
    outcome === 'success' ? '' : (summary?.advice ?? ''),
  ]);
  const totals = Object.entries(outcomes)
    .filter(([, number]) => number > 0)
    .map(([outcome, number]) => `${number} ${WORDS[outcome as keyof typeof WORDS]}`);
  return [
    ...table(rows),
    '',
    `${count(statistics.runs, 'run')} on ${count(machines, 'computer')}: ${totals.join(', ')}`,
    ...(causes.length === 0
      ? []
      : ['', 'Failures by cause:', ...causes.map(({ name, runs: number }) => `  ${number}  ${name}`)]),
    ...(outputs.length === 0 ? [] : ['', ...outputs.map((output) => `wrote ${output}`)]),
  ].join('\n');
}
