/** One run in full; that of an upgraded computer is folded until somebody looks, and is not printed. */
import type { SetupDiagnosis, StatusRecord } from '../target/contract.js';
import { type Html, html } from './html.js';
import { type FieldRun, outcomeOf, startOf } from './run.js';
import { duration, exceededWords, OUTCOME_WORDS, STEP_WORDS, time } from './words.js';

const OPEN = html` open`;

/** Characters of a program's output that are shown: the engine keeps fewer, but anybody may have written the file. */
const LONGEST_OUTPUT = 8000;

/** @param number of the run on the page, from 1: links lead there */
export function runDetails(run: FieldRun, number: number): Html {
  const outcome = outcomeOf(run);
  const { summary } = run;
  const facts: readonly (readonly [string, string | undefined])[] = [
    ['Result', summary?.message],
    ['What to do', summary?.advice],
    ['SetupDiag', summary?.setupDiag && diagnosisWords(summary.setupDiag)],
    ['From', summary && identity(summary.before)],
    ['Now', summary && identity(summary.after)],
    ['Restarts', summary && String(summary.restarts)],
    ['Media', run.media && `${run.media.name} ${run.media.mediaId.slice(0, 8)}`.trim()],
    ['Upgrade package', summary?.upgradePackage],
    ['Run', run.run],
    ['Found in', run.found],
    ['Files', run.files.join(', ')],
    ...run.problems.map((problem) => ['Problem', problem] as const),
  ];
  const rows = facts
    .filter(([, value]) => value !== undefined && value !== '')
    .map(([name, value]) => html`<tr><th>${name}</th><td>${value}</td></tr>`);
  return html`<details id="run-${number}"${outcome === 'success' ? undefined : OPEN}><summary>${run.computer || '(unknown)'}, ${time(startOf(run))}: <span class="outcome ${outcome}">${OUTCOME_WORDS[outcome]}</span></summary>
<div><table>${rows}</table>${steps(run.records)}</div></details>`;
}

/** `FindSPFatalError: Err = 0x00000057` */
function diagnosisWords({ rule, failure }: SetupDiagnosis): string {
  return failure === undefined ? rule : `${rule}: ${failure}`;
}

function identity({ build, edition, installationType }: { build: number; edition: string; installationType: string }) {
  return `build ${build}, ${edition}, ${installationType}`;
}

function steps(records: readonly StatusRecord[]): Html | undefined {
  if (records.length === 0) return undefined;
  const rows = records.map(
    (
      record,
    ) => html`<tr><td class="number">${record.path}</td><td>${[...record.group, record.name].join(' › ')}${more(record)}</td>
<td class="outcome ${record.outcome}">${STEP_WORDS[record.outcome]}</td><td class="number">${code(record.exitCode)}</td>
<td class="number">${time(record.start)}</td><td class="number">${duration((Date.parse(record.end) - Date.parse(record.start)) / 1000)}</td></tr>`,
  );
  return html`<div class="scroll"><table><thead><tr><th class="number">Step</th><th>Name</th><th>Outcome</th><th class="number">Exit code</th><th class="number">Start (UTC)</th><th class="number">Took</th></tr></thead><tbody>${rows}</tbody></table></div>`;
}

function more({ reason, output, variables, type, exceeded }: StatusRecord): readonly Html[] {
  const set = Object.entries(variables ?? {}).map(([name, value]) => `${name} = ${value}`);
  return [
    ...(exceeded === undefined ? [] : [html`<div class="dim">${exceededWords(type, exceeded)}</div>`]),
    ...(reason === undefined ? [] : [html`<div class="dim">${reason}</div>`]),
    ...(output ? [html`<pre>${endOf(output.trim())}</pre>`] : []),
    ...(set.length === 0 ? [] : [html`<div class="dim"><code>${set.join('; ')}</code></div>`]),
  ];
}

function endOf(output: string): string {
  return output.length <= LONGEST_OUTPUT ? output : `… ${output.slice(-LONGEST_OUTPUT)}`;
}

function code(exitCode: number | undefined): string {
  if (exitCode === undefined) return '';
  return exitCode > 0xffff ? `0x${exitCode.toString(16).toUpperCase().padStart(8, '0')}` : String(exitCode);
}
