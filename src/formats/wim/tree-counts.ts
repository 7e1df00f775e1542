/** What the XML data count of an image. */

import { type Dentry, isDirectory, linkGroupOf } from './dentry.js';
import { walkTree } from './directory-tree.js';
import { blobsOf } from './streams.js';

export interface ByteCounts {
  readonly directories: number;
  readonly files: number;
  /** of all streams of all names */
  readonly bytes: number;
  /** of the names of hard links beyond the first */
  readonly linkedBytes: number;
}

/** @param sizeOf bytes of a blob */
export function countTree(root: Dentry, sizeOf: (sha1: string) => number): ByteCounts {
  const counts = { directories: 0, files: 0, bytes: 0, linkedBytes: 0 };
  const groups = new Set<bigint>();
  for (const { entry } of walkTree(root)) {
    if (isDirectory(entry)) counts.directories += 1;
    else counts.files += 1;
    const bytes = blobsOf(entry).reduce((sum, sha1) => sum + sizeOf(sha1), 0);
    counts.bytes += bytes;
    const group = linkGroupOf(entry);
    if (group === 0n) continue;
    if (groups.has(group)) counts.linkedBytes += bytes;
    groups.add(group);
  }
  return counts;
}

/** What one has more than the other. */
export function countDifference(after: ByteCounts, before: ByteCounts): ByteCounts {
  return {
    directories: after.directories - before.directories,
    files: after.files - before.files,
    bytes: after.bytes - before.bytes,
    linkedBytes: after.linkedBytes - before.linkedBytes,
  };
}
