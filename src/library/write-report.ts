/** Writes a text file in one step: the earlier one stays until the new one is whole. */
import { writeFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { replaceFile } from '../emit/replace-file.js';
import { explainSinkErrors } from '../emit/sink-error.js';
import { type Finding, interrupted } from '../errors.js';

/**
 * @param path host path; its folder must exist
 * @throws InplaceError SINK_FULL, SINK_FAILED, OUTPUT_REFUSED, INTERRUPTED
 */
export async function writeReport(
  path: string,
  text: string,
  options: { readonly signal?: AbortSignal; onWarning?(finding: Finding): void } = {},
): Promise<void> {
  const output = resolve(path);
  const needed = Buffer.byteLength(text);
  await replaceFile(output, {
    pid: process.pid,
    needed,
    write: async (partial) => {
      const facts = { path: output, folder: dirname(partial), needed, written: 0 };
      await explainSinkErrors(facts, () => writeFile(partial, text));
    },
    check: () => {
      if (options.signal?.aborted) throw interrupted();
    },
    warn: (finding) => options.onWarning?.(finding),
  });
}
