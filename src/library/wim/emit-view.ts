/** Writes views of WIMs through the same path as media: every byte once, under its name only when it is whole. */
import { resolve } from 'node:path';
import type { Content } from '../../content/content.js';
import { emitImage } from '../../emit/emit-image.js';
import type { TransferOptions } from '../../emit/transfer.js';
import { DiskImage } from '../../image/disk-image.js';
import { checkPlainOutput, type Output } from '../output.js';
import type { WorkOptions } from '../work.js';

export function emitOptions(options: WorkOptions): TransferOptions {
  return {
    ...(options.signal ? { signal: options.signal } : {}),
    ...(options.cores === undefined ? {} : { cores: options.cores }),
    onProgress: ({ written, total }) => options.onProgress?.({ phase: 'write', done: written, total }),
  };
}

/**
 * @param inputs host paths that the output must not be
 * @throws InplaceError OUTPUT_REFUSED, SINK_FULL, SINK_FAILED, INTERRUPTED, and what reading throws
 */
export async function writeFileView(
  content: Content,
  output: Output,
  inputs: readonly string[],
  options: WorkOptions,
): Promise<void> {
  const extents = content.size === 0 ? [] : [{ offset: 0, content, kind: 'file' as const, role: 'file' }];
  const image = new DiskImage(content.size, extents);
  if (typeof output === 'string') {
    await checkPlainOutput(output, inputs);
    await emitImage(image, { file: resolve(output) }, emitOptions(options));
  } else await emitImage(image, output, emitOptions(options));
}
