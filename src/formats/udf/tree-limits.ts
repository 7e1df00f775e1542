/**
 * How large a tree may be. Reader and checker hold the whole tree in memory, so that a hostile image must end
 * somewhere; the writer has the same limits, so that what it writes can be verified. Windows media have some thousand
 * files, and driver collections some ten thousand.
 */

/** File Identifier Descriptors in the whole tree: one for each name, and one for the parent of each directory. */
export const MAX_ENTRIES = 500_000;

/** UTF-16 code units of all paths together. */
export const MAX_PATHS_LENGTH = 2 ** 27;

/**
 * Extents in a volume of ours. Each directory and file has one, and one more for each GiB; a partition of 2^32 blocks
 * has 8192 of those.
 */
export const MAX_EXTENTS = 2 * MAX_ENTRIES;
