/** The report as one page that needs nothing else: no script, no network. */
import { readFileSync } from 'node:fs';
import { escapeHtml, type Html, html } from './html.js';
import { longRunsTable } from './long-runs-table.js';
import { causeOf, type FieldOutcome, type FieldRun, failureOf, outcomeOf, secondsOf, startOf } from './run.js';
import { runDetails } from './run-details.js';
import type { Count, FieldStatistics } from './statistics.js';
import { duration, OUTCOME_WORDS, time } from './words.js';

/** The order in which outcomes are shown. */
const OUTCOMES: readonly FieldOutcome[] = ['success', 'rolledBack', 'failed', 'refused', 'unfinished'];

/**
 * The whole page.
 * @param statistics of these runs
 * @param redacted whether names were taken out: the page says so
 */
export function reportPage(runs: readonly FieldRun[], statistics: FieldStatistics, redacted: boolean): string {
  const template = readFileSync(new URL('../../templates/report.html', import.meta.url), 'utf8');
  const title = `Upgrades: ${statistics.machines} ${statistics.machines === 1 ? 'computer' : 'computers'}`;
  const body = html`${heading(title, runs, redacted)}
${overview(statistics)}
${failures(runs, statistics)}
${machinesTable(runs)}
${sequencesTable(statistics)}
${groupsTable(statistics)}
${longRunsTable(runs, statistics)}
${stepsTable(statistics)}
${upgradesTable(statistics)}
${mediaTable(statistics)}
${details(runs)}`;
  return template.replace('@TITLE@', () => escapeHtml(title)).replace('@BODY@', () => body.html);
}

function heading(title: string, runs: readonly FieldRun[], redacted: boolean): Html {
  const starts = runs
    .map(startOf)
    .filter((start) => start !== '')
    .sort();
  const span = starts.length === 0 ? '' : `Runs from ${time(starts[0]!)} to ${time(starts.at(-1)!)} (UTC).`;
  const personal = redacted
    ? 'Names of computers, serial numbers, user names in paths and outputs of programs were taken out.'
    : 'This page holds names and serial numbers of computers, and what programs printed, which may name people. Make it with --redact before it leaves the house.';
  return html`<header><h1>${title}</h1><p class="dim">${span} ${personal}</p></header>`;
}

function overview({ outcomes, runs, machines }: FieldStatistics): Html {
  const tiles = OUTCOMES.map(
    (outcome) => html`<li><b class="${outcome}">${outcomes[outcome]}</b>${OUTCOME_WORDS[outcome]}</li>`,
  );
  let x = 0;
  const bars = OUTCOMES.map((outcome) => {
    const width = runs === 0 ? 0 : (outcomes[outcome] / runs) * 1000;
    x += width;
    return html`<rect class="${outcome}" x="${(x - width).toFixed(2)}" width="${width.toFixed(2)}" height="14"/>`;
  });
  const words = OUTCOMES.map((outcome) => `${outcomes[outcome]} ${OUTCOME_WORDS[outcome]}`).join(', ');
  return html`<section><ul class="tiles"><li><b>${runs}</b>${runs === 1 ? 'run' : 'runs'} on ${machines} ${machines === 1 ? 'computer' : 'computers'}</li>
${tiles}</ul>
<svg class="bar" viewBox="0 0 1000 14" preserveAspectRatio="none" role="img" aria-label="${words}">${bars}</svg></section>`;
}

function machinesTable(runs: readonly FieldRun[]): Html {
  const rows = runs.map((run, index) => {
    const failed = failureOf(run);
    const seconds = secondsOf(run);
    return html`<tr><td><a href="#run-${index + 1}">${run.computer || '(unknown)'}</a>${serial(run)}</td>
<td class="outcome ${outcomeOf(run)}">${OUTCOME_WORDS[outcomeOf(run)]}</td>
<td>${failed ? `${failed.path} ${failed.name}` : ''}</td><td>${adviceOf(run)}</td>
<td class="number">${time(startOf(run))}</td><td class="number">${seconds === undefined ? '' : duration(seconds)}</td></tr>`;
  });
  return html`<section><h2>Computers</h2><div class="scroll"><table>
<thead><tr><th>Computer</th><th>Outcome</th><th>Failed at</th><th>What to do</th><th class="number">Start (UTC)</th><th class="number">Took</th></tr></thead>
<tbody>${rows}</tbody></table></div></section>`;
}

function serial(run: FieldRun): Html | undefined {
  return run.serial === '' ? undefined : html` <span class="dim">${run.serial}</span>`;
}

function adviceOf(run: FieldRun): string {
  if (outcomeOf(run) === 'success') return '';
  return (
    run.summary?.advice ??
    run.summary?.message ??
    'Look whether the computer still works on it; "upgrade.cmd /collect" brings what it has recorded'
  );
}

function failures(runs: readonly FieldRun[], { causes, failedSteps, phases }: FieldStatistics): Html | undefined {
  if (causes.length === 0) return undefined;
  const rows = causes.map(({ name, runs: count }) => {
    const example = runs.find((run) => outcomeOf(run) !== 'success' && causeOf(run) === name);
    return html`<tr><td class="number">${count}</td><td>${name}</td><td>${example?.summary?.message}</td><td>${example && adviceOf(example)}</td></tr>`;
  });
  return html`<section><h2>Failures by cause</h2><div class="scroll"><table>
<thead><tr><th class="number">Runs</th><th>Cause</th><th>For example</th><th>What to do</th></tr></thead><tbody>${rows}</tbody></table></div>
${countTable('Where runs failed', 'Step', failedSteps)}
${countTable('Where unfinished runs were last seen', 'Group or step', phases)}</section>`;
}

function countTable(title: string, heading: string, counts: readonly Count[]): Html | undefined {
  if (counts.length === 0) return undefined;
  const rows = counts.map(({ name, runs }) => html`<tr><td class="number">${runs}</td><td>${name}</td></tr>`);
  return html`<h2>${title}</h2><table><thead><tr><th class="number">Runs</th><th>${heading}</th></tr></thead><tbody>${rows}</tbody></table>`;
}

function sequencesTable({ sequences }: FieldStatistics): Html {
  const heads = OUTCOMES.map((outcome) => html`<th class="number">${OUTCOME_WORDS[outcome]}</th>`);
  const rows = sequences.map(
    ({ name, outcomes }) =>
      html`<tr><td>${name}</td>${OUTCOMES.map((outcome) => html`<td class="number">${outcomes[outcome]}</td>`)}</tr>`,
  );
  return html`<section><h2>Task sequences</h2><div class="scroll"><table><thead><tr><th>Task sequence</th>${heads}</tr></thead><tbody>${rows}</tbody></table></div></section>`;
}

/** Every run that reached a group, less those that ended in it, is past it. */
function groupsTable({ groups }: FieldStatistics): Html | undefined {
  if (groups.length === 0) return undefined;
  const rows = groups.map(
    ({ name, reached, failed, unfinished }) =>
      html`<tr><td>${name}</td><td class="number">${reached}</td><td class="number">${failed}</td><td class="number">${unfinished}</td><td class="number">${reached - failed - unfinished}</td></tr>`,
  );
  return html`<section><h2>How far runs came</h2><div class="scroll"><table><thead><tr><th>Group</th><th class="number">Reached it</th><th class="number">Failed in it</th><th class="number">Last seen in it</th><th class="number">Past it</th></tr></thead><tbody>${rows}</tbody></table></div></section>`;
}

function stepsTable({ stepTimes }: FieldStatistics): Html | undefined {
  if (stepTimes.length === 0) return undefined;
  const rows = stepTimes.map(
    ({ path, name, runs, failed, mean, longest }) =>
      html`<tr><td class="number">${path}</td><td>${name}</td><td class="number">${runs}</td><td class="number">${failed}</td><td class="number">${duration(mean)}</td><td class="number">${duration(longest)}</td></tr>`,
  );
  return html`<section><h2>Times of the steps</h2><div class="scroll"><table><thead><tr><th class="number">Step</th><th>Name</th><th class="number">Ran</th><th class="number">Failed</th><th class="number">Mean</th><th class="number">Longest</th></tr></thead><tbody>${rows}</tbody></table></div></section>`;
}

function upgradesTable({ upgrades }: FieldStatistics): Html | undefined {
  return countTable('What was upgraded to what', 'Build and edition', upgrades);
}

/** Digits of a media id that people compare; upgrade.cmd shows as many. */
const SHORT_ID = 8;

function mediaTable({ media }: FieldStatistics): Html | undefined {
  if (media.length === 0) return undefined;
  const rows = media.map(
    ({ name, mediaId, inplace, time: made, windows, packages, runs, sequences }) =>
      html`<tr><td class="number">${runs}</td><td>${name} <code>${mediaId.slice(0, SHORT_ID)}</code><div class="dim">inplace ${inplace}, ${time(made)}</div></td>
<td>${windows.map((one) => html`<div>${one}</div>`)}</td><td>${packages.join(', ')}</td><td>${sequences.join(', ')}</td></tr>`,
  );
  return html`<section><h2>Media, and what they carried</h2><div class="scroll"><table><thead><tr><th class="number">Runs</th><th>Media</th><th>Windows</th><th>Packages</th><th>Task sequences</th></tr></thead><tbody>${rows}</tbody></table></div></section>`;
}

function details(runs: readonly FieldRun[]): Html {
  return html`<section><h2>Every run</h2>${runs.map((run, index) => runDetails(run, index + 1))}</section>`;
}
