/** Whether a run ended as its machine file expects. */
import type { StatusRecord } from '../target/contract.js';
import type { MachineYaml } from './machine-schema.js';
import type { SimulatedRun } from './run-machine.js';

type Expectation = NonNullable<MachineYaml['expect']>;

/** Every difference, a sentence each; empty when all is as expected. */
export function differences(expected: Expectation, run: SimulatedRun): string[] {
  const { summary } = run;
  const found: string[] = [];
  const compare = (what: string, is: unknown, should: unknown): void => {
    if (should !== undefined && is !== should) found.push(`${what} is ${words(is)}, expected ${words(should)}`);
  };
  compare('The outcome', run.outcome, expected.outcome ?? 'success');
  if (expected.failedAt !== undefined) compareFailure(expected.failedAt, run, found);
  compare('The number of restarts', summary?.restarts ?? 0, expected.restarts);
  compare('The build of Windows', run.windows.build, expected.windows?.build);
  compare('The edition of Windows', run.windows.edition, expected.windows?.edition);
  compare('The exit code of Windows Setup', hexadecimal(summary?.setupCode), hexadecimal(expected.setupCode));
  compare(
    'The extend code',
    summary?.extendCode,
    expected.extendCode === undefined ? undefined : extend(expected.extendCode),
  );
  if (expected.message !== undefined) compareMessage(expected.message, run, found);
  for (const [name, outcome] of Object.entries(expected.steps ?? {})) {
    compare(`The step "${name}"`, outcomeOf(run.records, name), outcome);
  }
  for (const [name, value] of Object.entries(expected.variables ?? {})) {
    compare(`The variable "${name}"`, lastValue(run, name), value);
  }
  return found;
}

function compareFailure(wanted: string, { summary }: SimulatedRun, found: string[]): void {
  const at = summary?.failedAt;
  if (at && (at.path === wanted || at.name === wanted)) return;
  const is = at ? `at ${at.path} "${at.name}"` : 'at no step';
  found.push(`The run failed ${is}, expected at "${wanted}"`);
}

function compareMessage(wanted: string, run: SimulatedRun, found: string[]): void {
  const texts = [run.summary?.message ?? '', ...run.refusals.map(({ message }) => message), run.ending];
  const source = wanted
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.');
  const pattern = new RegExp(source, 'is');
  if (!texts.some((text) => pattern.test(text)))
    found.push(`The message is "${texts.find((text) => text !== '') ?? ''}", expected "${wanted}"`);
}

/** The last word about a step, by its path or its name. */
function outcomeOf(records: readonly StatusRecord[], name: string): string {
  return records.findLast((record) => record.path === name || record.name === name)?.outcome ?? 'notReached';
}

function lastValue({ variables }: SimulatedRun, name: string): string {
  const key = Object.keys(variables).find((known) => known.toLowerCase() === name.toLowerCase());
  return key === undefined ? '' : variables[key]!;
}

function words(value: unknown): string {
  return typeof value === 'string' ? `"${value}"` : value === undefined ? 'none' : String(value);
}

function hexadecimal(code: number | undefined): string | undefined {
  return code === undefined ? undefined : `0x${(code >>> 0).toString(16).toUpperCase().padStart(8, '0')}`;
}

function extend(code: number): string {
  return `0x${(code >>> 0).toString(16).toUpperCase().padStart(5, '0')}`;
}
