/**
 * Whether files are those of the manifest (design/task-sequence.md, Hashes on the machine). They find damage, not malice.
 * "Could not be checked" is an answer of its own and never "good".
 */
import type { Machine } from './machine.js';
import type { ManifestEntry } from './manifest-lines.js';

export type FileCheck = 'good' | 'missing' | 'damaged' | 'unchecked';

/** Bytes from which a file of Setup is large: a stick that loses a block loses it there. */
const LARGE = 16 * 1024 * 1024;
const PROGRAM = /\.(exe|dll)$/i;

/** Files of Windows Setup whose hash is checked before it starts; of the others the size is. */
export function isHashedOfSetup({ path, size }: ManifestEntry): boolean {
  return size >= LARGE || PROGRAM.test(path);
}

/** @param hashed false: by size only */
export function checkFile({ files }: Machine, path: string, entry: ManifestEntry, hashed: boolean): FileCheck {
  const stat = files.stat(path);
  if (!stat || stat.folder) return 'missing';
  if (stat.size !== entry.size) return 'damaged';
  // certutil refuses empty files: they are good by their size
  if (!hashed || entry.size === 0) return 'good';
  const found = files.sha256(path);
  if (found === undefined) return 'unchecked';
  return found === entry.sha256 ? 'good' : 'damaged';
}

/** Bytes that a slow stick gives in a second, and what starting certutil costs. */
const BYTES_PER_SECOND = 30 * 1024 * 1024;
const SECONDS_PER_FILE = 0.2;

/** About how many seconds it takes to read files once and compute hashes of some of them. */
export function secondsToRead(bytes: number, hashes: number): number {
  return bytes / BYTES_PER_SECOND + hashes * SECONDS_PER_FILE;
}
