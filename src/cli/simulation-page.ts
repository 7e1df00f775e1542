/** What `simulate` shows a person: the timeline of one machine, or a line for each of several. */
import { formatClock, type MachineReport, type SimulationReport } from '../index.js';
import { count } from './units.js';

/** The whole page. */
export function simulationPage(report: SimulationReport): string {
  const { machines, assumed } = report;
  const [first] = machines;
  const lines = machines.length === 1 ? [first!.timeline, ...expectationLines(first!)] : fleetLines(machines);
  return [...assumed.map((words) => `assumed: ${words}`), ...(assumed.length > 0 ? [''] : []), ...lines].join('\n');
}

/** Everything that every machine would leave: for --verbose. */
export function simulationDetails({ machines }: SimulationReport): string {
  return machines
    .flatMap(({ name, timeline, log }) => [
      ...(machines.length === 1 ? [] : ['', timeline]),
      '',
      `${name}: the log it would leave`,
      log.trimEnd(),
    ])
    .join('\n');
}

function expectationLines({ differences, cuts }: MachineReport): string[] {
  const met = differences?.length === 0 ? ['It is what the machine file expects.'] : [];
  return [...met, ...(cuts ? ['', ...cutLines(cuts)] : [])];
}

function cutLines({ tried, asUncut, failedAtStep, outside }: NonNullable<MachineReport['cuts']>): string[] {
  const line = (name: string, number: number): string => `  ${name.padEnd(52)}${String(number).padStart(8)}`;
  return [
    `The power was cut at every call to the machine: ${count(tried, 'run')}`,
    line('ended as the run without a cut', asUncut),
    line('ended failed at the step that may not run again', failedAtStep),
    line('ended otherwise', outside.length),
  ];
}

function fleetLines(machines: readonly MachineReport[]): string[] {
  const rows = machines.map(({ name, outcome, seconds, restarts, passed, differences, failedAt }) => [
    passed ? 'ok' : 'NOT OK',
    name,
    outcome,
    formatClock(seconds),
    count(restarts, 'restart'),
    `${differences === undefined ? '' : passed ? 'as expected' : 'not as expected'}${
      failedAt ? `${differences === undefined ? '' : '; '}failed at ${failedAt.path} ${failedAt.name}` : ''
    }`,
  ]);
  const widths = rows[0]!.map((_, column) => Math.max(...rows.map((row) => row[column]!.length)));
  const cuts = machines.flatMap(({ name, cuts: report }) => (report ? ['', `${name}`, ...cutLines(report)] : []));
  return [
    ...rows.map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column]!))
        .join('  ')
        .trimEnd(),
    ),
    ...cuts,
    '',
    summaryLine(machines),
  ];
}

function summaryLine(machines: readonly MachineReport[]): string {
  const upgraded = machines.filter(({ outcome }) => outcome === 'success').length;
  const wrong = machines.filter(({ passed }) => !passed).length;
  const verdict = wrong === 0 ? 'all as they should be' : `${wrong} not as ${wrong === 1 ? 'it' : 'they'} should be`;
  return `${count(machines.length, 'machine')}: ${upgraded} upgraded, ${machines.length - upgraded} not; ${verdict}`;
}
