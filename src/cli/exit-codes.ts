import { ERROR_CODES, type ErrorKind, type Finding } from '../index.js';

/** Exit codes of the command line (design/media.md), by the kind of the first thing that went wrong. */
export const EXIT_CODES: Record<ErrorKind, number> = {
  source: 1,
  sink: 1,
  usage: 2,
  definition: 2,
  layout: 2,
  verify: 3,
  safety: 4,
  interrupted: 130,
};

/**
 * The exit code for problems: those with a line are in a definition or a task sequence, whatever they are about
 * (a source that is not there); else the kind of the first decides.
 */
export function exitCodeOf(findings: readonly Finding[]): number {
  if (findings.some(({ where }) => where?.line !== undefined)) return EXIT_CODES.definition;
  return EXIT_CODES[ERROR_CODES[findings[0]!.code][0]];
}
