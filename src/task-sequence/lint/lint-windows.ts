import type { SequenceMedia, TaskSequence } from '../model.js';
import { type LintResult, lint } from './lint.js';
import type { LintFile, LintWindows } from './sequence.js';

/**
 * What a sequence that was loaded expects of machines, against the Windows of the media. Everything else was said when
 * it was loaded.
 */
export function lintForWindows(sequence: TaskSequence, media: SequenceMedia, windows: LintWindows): LintResult {
  return lint(lintFile(sequence), { media, windows });
}

function lintFile(sequence: TaskSequence): LintFile {
  const children: Record<string, LintFile> = Object.create(null);
  for (const name of Object.keys(sequence.children)) children[name] = lintFile(sequence.children[name]!);
  return {
    file: sequence.file,
    value: sequence.yaml,
    children,
    readable: true,
    place: (path) => sequence.place(path),
    keyPlace: (path) => sequence.keyPlace(path),
  };
}
