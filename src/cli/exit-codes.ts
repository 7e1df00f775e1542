import type { ErrorKind } from '../index.js';

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
