import { throwFindings } from '../errors.js';

/** What `initProject` has written. */
export interface InitResult {
  /** host paths of the files that were written */
  readonly written: readonly string[];
}

/**
 * Starts a project in a folder: a commented media.yaml, a task sequence, an example package, and the JSON Schemas
 * that editors use for both. Nothing that is there is overwritten.
 * @throws InplaceError OUTPUT_REFUSED with every file that is in the way; SINK_FAILED
 */
export async function initProject(folder: string): Promise<InitResult> {
  const { initFolder } = await import('../definition/init.js');
  const { written, findings } = await initFolder(folder);
  throwFindings(findings);
  return { written };
}
