import { InplaceError } from '../../errors.js';
import { chooseImages, type ImageChoice } from '../../formats/wim/choose-images.js';
import { trimWim } from '../../formats/wim/trim.js';
import type { Output } from '../output.js';
import type { WorkOptions } from '../work.js';
import { writeFileView } from './emit-view.js';
import { withWim } from './open-path.js';

export type { ImageChoice } from '../../formats/wim/choose-images.js';

export interface TrimOptions extends WorkOptions {
  /** images that stay */
  readonly keep: readonly ImageChoice[];
  readonly output: Output;
}

export interface TrimResult {
  /** left out when it went to a descriptor */
  readonly output?: string;
  /** indexes that they had */
  readonly images: readonly number[];
  readonly bytes: number;
  /** bytes that the WIM had more */
  readonly savedBytes: number;
}

/**
 * Writes a WIM with some of the images of another.
 * @throws InplaceError USAGE for an image or edition that is not there, SOURCE_UNSUPPORTED for solid WIMs, OUTPUT_REFUSED
 */
export async function trimWimFile(path: string, options: TrimOptions): Promise<TrimResult> {
  return await withWim(path, async ({ wim, inputs }) => {
    const chosen = options.keep.map((choice) => chooseImages(wim.information.images, choice));
    const findings = chosen.flatMap((found) => ('message' in found ? [found] : []));
    if (findings.length > 0) {
      throw new InplaceError(
        findings.map(({ message, hint }) => ({ code: 'USAGE' as const, message, where: { file: path }, hint })),
      );
    }
    const images = [...new Set(chosen.flatMap((found) => ('message' in found ? [] : found)))].sort((a, b) => a - b);
    const view = await trimWim(wim, images);
    await writeFileView(view, options.output, inputs, options);
    const named = typeof options.output === 'string' ? { output: options.output } : {};
    return { ...named, images, bytes: view.size, savedBytes: wim.sizeBytes - view.size };
  });
}
