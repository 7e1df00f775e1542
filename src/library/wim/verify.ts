import { InplaceError } from '../../errors.js';
import { verifyWim as verifyOpened, type WimVerification } from '../../formats/wim/verify.js';
import type { WorkOptions } from '../work.js';
import { withWim } from './open-path.js';

export type { WimVerification } from '../../formats/wim/verify.js';

/**
 * Reads a WIM whole: SHA-1 of every blob, the integrity table when there is one, and that every image's tree is whole. The findings
 * are the result.
 * @throws InplaceError SOURCE_MISSING, SOURCE_UNREADABLE, SOURCE_UNSUPPORTED, INTERRUPTED
 */
export async function verifyWimFile(path: string, options: WorkOptions = {}): Promise<WimVerification> {
  try {
    return await withWim(path, async ({ wim }) => {
      return await verifyOpened(wim, {
        ...(options.signal ? { signal: options.signal } : {}),
        onProgress: (done, total) => options.onProgress?.({ phase: 'verify', done, total }),
      });
    });
  } catch (error) {
    // so damaged that it cannot be opened: not what should be there either
    if (!(error instanceof InplaceError) || error.code !== 'SOURCE_CORRUPT') throw error;
    const findings = error.findings.map((finding) => ({ ...finding, code: 'WIM_STRUCTURE' as const }));
    return { findings, blobs: 0, bytes: 0, integrityChunks: 0 };
  }
}
