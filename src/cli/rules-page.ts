import type { RuleDescription } from '../index.js';

/** The rules of task sequences, a few lines each. */
export function rulesPage(rules: readonly RuleDescription[]): string {
  const width = 4;
  const indent = ' '.repeat(width);
  return rules
    .map(({ id, severity, family, reason, hint, source }) =>
      [
        `${id} (${severity}, ${family})`,
        `${indent}${reason}`,
        `${indent}${hint}.`,
        `${indent}From "${source.page}": ${source.says}.`,
      ].join('\n'),
    )
    .join('\n\n');
}
