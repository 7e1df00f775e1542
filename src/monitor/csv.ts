/** RFC 4180 text for spreadsheets. */
import { causeOf, endOf, type FieldRun, failureOf, outcomeOf, startOf } from './run.js';

const HEADINGS = [
  'Computer',
  'Serial',
  'Run',
  'Sequence',
  'Outcome',
  'Start',
  'End',
  'Minutes',
  'Restarts',
  'From build',
  'To build',
  'Edition',
  'Failed at',
  'Step',
  'Cause',
  'SetupDiag',
  'Message',
  'Advice',
  'Media',
  'Upgrade package',
];

/** A row for each run; lines end with CR LF. */
export function runsCsv(runs: readonly FieldRun[]): string {
  return `${[HEADINGS, ...runs.map(row)].map((cells) => cells.map(cell).join(',')).join('\r\n')}\r\n`;
}

function row(run: FieldRun): string[] {
  const { summary } = run;
  const failed = failureOf(run);
  const minutes = (Date.parse(endOf(run)) - Date.parse(startOf(run))) / 60_000;
  return [
    run.computer,
    run.serial,
    run.run,
    summary?.sequence ?? '',
    outcomeOf(run),
    startOf(run),
    endOf(run),
    Number.isFinite(minutes) ? minutes.toFixed(1) : '',
    String(summary?.restarts ?? ''),
    String(summary?.before.build ?? ''),
    String(summary?.after.build ?? ''),
    summary?.after.edition ?? '',
    failed?.path ?? '',
    failed?.name ?? '',
    causeOf(run),
    summary?.setupDiag?.rule ?? '',
    summary?.message ?? '',
    summary?.advice ?? '',
    run.media?.name ?? '',
    summary?.upgradePackage ?? '',
  ];
}

/** A spreadsheet runs what begins like a formula: an apostrophe in front makes text of it. */
function cell(text: string): string {
  const safe = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
