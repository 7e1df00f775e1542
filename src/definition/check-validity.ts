/** The days on which media may be used: both included, in the time of the machine that is upgraded. */
import type { Finding } from '../errors.js';
import type { YamlPath } from '../yaml/field-name.js';
import type { YamlDocument } from '../yaml/yaml-document.js';

/** Dates that no calendar has, and a period that ends before it begins. */
export function checkValidity(document: YamlDocument): readonly Finding[] {
  const paths: readonly YamlPath[] = [
    ['validity', 'from'],
    ['validity', 'until'],
  ];
  const findings = paths.flatMap((path) => checkDate(document, path));
  const [from, until] = paths.map((path) => document.textAt(path));
  if (findings.length > 0 || !isDate(from) || !isDate(until) || from <= until) return findings;
  return [
    {
      code: 'DEFINITION_INVALID',
      message: `The media would be valid from ${from} until ${until}, which is before it`,
      where: document.place(paths[1]!),
      hint: '"until" is the last day on which they may be used',
    },
  ];
}

function checkDate(document: YamlDocument, path: YamlPath): readonly Finding[] {
  const text = document.textAt(path);
  // another form is the schema's to report
  if (text === undefined || !/^\d{4}-\d\d-\d\d$/.test(text) || isDate(text)) return [];
  const message = `Found "${text}", expected a date of the calendar`;
  return [{ code: 'DEFINITION_INVALID', message, where: document.place(path), hint: 'Year, month, day: 2026-11-30' }];
}

/** 2026-02-30 becomes the second of March, and no longer reads the same. */
function isDate(text: string | undefined): text is string {
  if (text === undefined || !/^\d{4}-\d\d-\d\d$/.test(text)) return false;
  const time = Date.parse(`${text}T00:00:00Z`);
  return Number.isFinite(time) && new Date(time).toISOString().startsWith(text);
}
