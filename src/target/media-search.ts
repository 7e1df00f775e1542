/** Finds the media again by its id, whatever letter it has now (design/task-sequence.md, 3). */
import { rethrowGone } from './gone.js';
import { parseJson } from './json.js';
import type { Machine } from './machine.js';

/**
 * Root of the media without a backslash at its end: `E:`. undefined: it is not there.
 * @param before where it was; looked at first
 */
export function findMedia(machine: Machine, mediaId: string, before: string | undefined): string | undefined {
  const roots: string[] = [];
  if (before !== undefined && before !== '') roots.push(before.replace(/\\+$/, ''));
  for (const drive of machine.files.drives()) roots.push(drive.name);
  for (const root of roots) if (mediaIdOf(machine, root) === mediaId) return root;
  return undefined;
}

/** A drive without media in it, or with somebody else's file, has no id. */
function mediaIdOf(machine: Machine, root: string): string | undefined {
  const path = `${root}\\deploy\\media.json`;
  try {
    if (machine.files.stat(path)?.folder !== false) return undefined;
    const media = parseJson(machine.files.readText(path)) as { readonly mediaId?: unknown } | null;
    return typeof media?.mediaId === 'string' ? media.mediaId : undefined;
  } catch (error) {
    rethrowGone(error);
    return undefined;
  }
}
