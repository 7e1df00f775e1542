import { resolve } from 'node:path';
import { emitFolder } from '../../emit/emit-folder.js';
import { partName } from '../../formats/wim/part-names.js';
import { splitWim } from '../../formats/wim/split.js';
import { checkNewFolder, checkPlainOutput } from '../output.js';
import type { WorkOptions } from '../work.js';
import { emitOptions } from './emit-view.js';
import { withWim } from './open-path.js';

export interface SplitOptions extends WorkOptions {
  /** bytes that no part exceeds */
  readonly size: number;
  /** folder that is absent or empty */
  readonly output: string;
}

export interface SplitResult {
  readonly output: string;
  readonly parts: readonly { readonly path: string; readonly bytes: number }[];
}

/**
 * Writes the parts of a WIM into a folder: `install.swm`, `install2.swm` …
 * @throws InplaceError LAYOUT_LIMIT for a file that fits no part, SOURCE_UNSUPPORTED for solid WIMs, OUTPUT_REFUSED
 */
export async function splitWimFile(path: string, options: SplitOptions): Promise<SplitResult> {
  return await withWim(path, async ({ wim, inputs, name, modified }) => {
    await checkPlainOutput(options.output, inputs);
    await checkNewFolder(options.output);
    const stem = name.replace(/\.[^.]*$/, '');
    const files = (await splitWim(wim, options.size)).map((content, index) => ({
      path: partName(stem, index + 1),
      content,
      modified,
    }));
    await emitFolder(files, [], resolve(options.output), emitOptions(options));
    const parts = files.map(({ path: part, content }) => ({ path: part, bytes: content.size }));
    return { output: options.output, parts };
  });
}
