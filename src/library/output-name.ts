import { basename } from 'node:path';
import type { BuildResult } from './build.js';

/** The name a person knows the output by. */
export function outputName(result: BuildResult): string {
  return result.output === undefined ? 'standard output' : basename(result.output);
}
