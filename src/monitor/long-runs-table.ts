/** The table of runs whose time was exceeded. */
import { type Html, html } from './html.js';
import type { LongRun } from './long-runs.js';
import { type FieldRun, outcomeOf } from './run.js';
import type { FieldStatistics } from './statistics.js';
import { duration, exceededWords, OUTCOME_WORDS } from './words.js';

/** It stands on the page also when it is empty: that nothing took too long is worth a line. */
export function longRunsTable(runs: readonly FieldRun[], { longRuns, longerThan }: FieldStatistics): Html {
  const limit = duration(longerThan);
  const what = `Runs that took longer than ${limit} (--longer-than), and steps that took longer than their own time.`;
  if (longRuns.length === 0) {
    return html`<section><h2>Run time exceeded</h2><p class="dim">${what} There are none.</p></section>`;
  }
  const rows = longRuns.map((long) => {
    const run = runs[long.run]!;
    const outcome = outcomeOf(run);
    return html`<tr><td><a href="#run-${long.run + 1}">${run.computer || '(unknown)'}</a></td>
<td class="outcome ${outcome}">${OUTCOME_WORDS[outcome]}</td><td class="number">${took(long)}</td><td>${reasons(long, limit)}</td></tr>`;
  });
  return html`<section><h2>Run time exceeded</h2><p class="dim">${what}</p><div class="scroll"><table>
<thead><tr><th>Computer</th><th>Outcome</th><th class="number">Took</th><th>What took too long</th></tr></thead>
<tbody>${rows}</tbody></table></div></section>`;
}

/** Of a run without a result nobody knows how it went on after its last record. */
function took({ seconds, unfinished }: LongRun): string {
  if (seconds === undefined) return '';
  return unfinished ? `at least ${duration(seconds)}` : duration(seconds);
}

function reasons({ tooLong, steps }: LongRun, limit: string): readonly Html[] {
  return [
    ...(tooLong ? [html`<div>The run: more than ${limit}</div>`] : []),
    ...steps.map(
      ({ path, name, type, exceeded }) => html`<div>${path} ${name}: ${exceededWords(type, exceeded)}</div>`,
    ),
  ];
}
