import { ERROR_CODES, type ErrorKind, type Finding, isError } from '../index.js';

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
 * The exit code for problems, one of them an error: a refusal for safety before all; those with a line are in a
 * definition or a task sequence, whatever they are about (a source that is not there); else the kind of the first
 * decides.
 */
export function exitCodeOf(findings: readonly Finding[]): number {
  const errors = findings.filter(isError);
  const kinds = errors.map(({ code }) => ERROR_CODES[code][0]);
  if (kinds.includes('safety')) return EXIT_CODES.safety;
  if (errors.some(({ where }) => where?.line !== undefined)) return EXIT_CODES.definition;
  return EXIT_CODES[kinds[0]!];
}
