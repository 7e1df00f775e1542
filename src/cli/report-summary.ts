/** What `report` shows a person: a line a run, the causes of failures, and where the reports are. */
import { type FieldReport, OUTCOME_WORDS } from '../index.js';
import { count, table } from './units.js';

/** The summary. */
export function reportSummary({ runs, statistics, outputs }: FieldReport): string {
  const { outcomes, causes, machines } = statistics;
  const rows = runs.map(({ computer, serial, outcome, cause, summary }) => [
    computer || '(unknown)',
    serial,
    OUTCOME_WORDS[outcome],
    cause,
    outcome === 'success' ? '' : (summary?.advice ?? ''),
  ]);
  const totals = Object.entries(outcomes)
    .filter(([, number]) => number > 0)
    .map(([outcome, number]) => `${number} ${OUTCOME_WORDS[outcome as keyof typeof OUTCOME_WORDS]}`);
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
