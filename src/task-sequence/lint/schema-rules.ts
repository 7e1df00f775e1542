/** Findings of the schema that say what a rule of the lint says better: one problem is told once. */
import type { Finding, Place } from '../../errors.js';
import { formatField } from '../../yaml/field-name.js';
import type { YamlDocument } from '../../yaml/yaml-document.js';
import { forbiddenStepRules } from './rules/forbidden-steps.js';
import { READ_ONLY_VARIABLE } from './rules/variables.js';
import { lintSequence } from './sequence.js';
import { variablesSet } from './variable-uses.js';

const NO_MEDIA = { media: { packages: [], variables: [] } };

/**
 * Without the unknown keys that are steps which an upgrade may not contain, which the lint refuses with the reason; and
 * with the rule where a step sets a variable of the engine.
 */
export function replaceSchemaFindings(document: YamlDocument, findings: readonly Finding[]): readonly Finding[] {
  const file = {
    file: document.file,
    value: document.value,
    children: {},
    readable: false,
    place: () => ({}),
    keyPlace: () => ({}),
  };
  const sequence = lintSequence(file, NO_MEDIA);
  const forbidden = forbiddenStepRules.flatMap((rule) => rule.find?.(sequence) ?? []);
  // a key that may be anything has no field in a finding, but it has a place
  const places = forbidden
    .filter(({ step, at = [] }) => at.length > 0 && at[0] !== 'review' && step !== undefined)
    .map(({ step, at = [] }) => placeText(document.keyPlace([...step!.path, ...at])));
  const replaced = new Set(places);
  const readOnly = new Set(
    sequence.steps.flatMap((step) =>
      variablesSet(step)
        .filter(({ name }) => name.startsWith('_'))
        .map(({ at }) => formatField([...step.path, ...at])),
    ),
  );
  return findings
    .filter(({ where }) => where?.line === undefined || !replaced.has(placeText(where)))
    .map((finding) =>
      finding.where?.field !== undefined && readOnly.has(finding.where.field)
        ? { ...finding, rule: READ_ONLY_VARIABLE.id }
        : finding,
    );
}

function placeText({ line, column }: Place): string {
  return `${line}:${column}`;
}
