/** Which files a blob belongs to, for messages. */

import { walkTree } from './directory-tree.js';
import { blobsOf } from './streams.js';
import type { Wim } from './wim.js';

/** Paths that are looked for; a message shows a few. */
const MOST = 3;

/** `Windows/explorer.exe (image 1)` for the first files that have the blob. @throws InplaceError SOURCE_CORRUPT */
export async function pathsOfBlob(wim: Wim, sha1: string): Promise<string[]> {
  const found: string[] = [];
  for (let image = 1; image <= wim.metadata.length; image++) {
    for (const { path, entry } of walkTree((await wim.tree(image)).root)) {
      if (!blobsOf(entry).includes(sha1)) continue;
      found.push(`${path} (image ${image})`);
      if (found.length === MOST) return found;
    }
  }
  return found;
}
