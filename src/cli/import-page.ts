/** What `import` shows a person: what became of each step, and what is left to do. */
import type { ImportResult } from '../index.js';
import { count } from './units.js';

type Sequence = ImportResult['sequences'][number];

/** The whole page. */
export function importPage(result: ImportResult): string {
  const { sequences, written, notes, unsetVariables, upgradePackages, otherPackages, mediaYaml } = result;
  const review = sequences.reduce((sum, { counts }) => sum + counts.review, 0);
  return [
    ...sequences.flatMap(sequenceLines),
    ...section('Of all steps:', notes),
    ...section(
      'Conditions read these variables and no step sets them; define them in media.yaml, or they are empty:',
      unsetVariables,
    ),
    ...section('The Windows media is not part of an export; the sequence named these packages:', upgradePackages),
    ...section('Packages that the export refers to and no translated step uses:', otherPackages),
    'For media.yaml:',
    ...mediaYaml
      .trimEnd()
      .split('\n')
      .map((line) => `  ${line}`.trimEnd()),
    ...written.map((path) => `wrote ${path}`),
    review === 0
      ? 'Next: add this to media.yaml, then run "inplace check media.yaml"'
      : `Next: replace ${count(review, '"review" step')} in the YAML; "inplace check" refuses the sequence until then`,
  ].join('\n');
}

function sequenceLines({ name, file, counts, steps }: Sequence): string[] {
  const of = (outcome: Sequence['steps'][number]['outcome']) => steps.filter((step) => step.outcome === outcome);
  return [
    `${file}: ${name}`,
    `  ${counts.understood} understood, ${counts.changed} translated with a change, ${counts.review} left for review`,
    ...section('Translated with a change:', of('changed').flatMap(stepLines)),
    ...section('Left for review:', of('review').flatMap(stepLines)),
  ];
}

/** A step in a line, and a line for each note where there are several. */
function stepLines({ number, type, name, notes, line }: Sequence['steps'][number]): string[] {
  const head = `${number} ${name || type} (line ${line})`;
  return notes.length === 1 ? [`${head}: ${notes[0]}`] : [`${head}:`, ...notes.map((note) => `    ${note}`)];
}

function section(title: string, lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : [title, ...lines.map((line) => `  ${line}`)];
}
