import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Finding } from '../../../src/errors.js';
import { lintForWindows } from '../../../src/task-sequence/lint/lint-windows.js';
import type { LintFile, LintWindows } from '../../../src/task-sequence/lint/sequence.js';
import { loadTaskSequence } from '../../../src/task-sequence/load.js';
import type { SequenceMedia } from '../../../src/task-sequence/model.js';
import { parseYamlDocument, type YamlDocument } from '../../../src/yaml/yaml-document.js';
import { project } from '../../definition/project.js';
import { LINT_MEDIA, LINT_WINDOWS } from './cases.js';

/** What loading the file says, and what is said when the Windows of the media is known. */
export async function lintText(
  base: string,
  text: string,
  { media = LINT_MEDIA, windows = LINT_WINDOWS }: { media?: SequenceMedia; windows?: LintWindows } = {},
): Promise<{ findings: readonly Finding[]; acknowledged: readonly Finding[] }> {
  const file = join(await project(base, {}), 's.yaml');
  await writeFile(file, text);
  const { sequence, findings } = await loadTaskSequence(file, media, {});
  if (!sequence) return { findings, acknowledged: [] };
  const second = lintForWindows(sequence, media, windows);
  return {
    findings: [...findings, ...second.findings],
    acknowledged: [...sequence.acknowledged, ...second.acknowledged],
  };
}

/** `2:5 steps[0].restart message` of each finding of a rule. */
export function ofRule(findings: readonly Finding[], rule: string): string[] {
  return findings
    .filter((finding) => finding.rule === rule)
    .map(({ message, where }) => `${where?.line}:${where?.column} ${where?.field} ${message}`);
}

/** The rules that are broken, sorted; the code where it is no rule. */
export function rulesOf(findings: readonly Finding[]): string[] {
  return [...new Set(findings.map(({ rule, code }) => rule ?? code))].sort();
}

/** A text as the lint sees it: not checked, and without the files that it names. */
export function lintFileOf(text: string | YamlDocument): LintFile {
  const document = typeof text === 'string' ? parseYamlDocument(text, 's.yaml', 'SEQUENCE_INVALID') : text;
  return {
    file: document.file,
    value: document.value,
    children: {},
    readable: document.findings.length === 0,
    place: (path) => document.place(path),
    keyPlace: (path) => document.keyPlace(path),
  };
}
