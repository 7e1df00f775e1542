/** What exFAT can hold (Microsoft, "exFAT file system specification", revision 1.00). */

/** bytes of a sector: the specification allows more, sticks have 512 */
export const SECTOR_BYTES = 512;
export const SECTOR_SHIFT = 9;
/** 3.1.9: SectorsPerClusterShift makes clusters of 32 MiB at most */
export const MAX_CLUSTER_SHIFT = 25;
/** 3.1.9, ClusterCount: the last eleven numbers mean something else */
export const MAX_CLUSTERS = 2 ** 32 - 11;
/** 3.1.5: a volume has at least 1 MiB */
export const MIN_VOLUME_BYTES = 1024 * 1024;
/** 7.4: a directory has at most 256 MiB */
export const MAX_DIRECTORY_BYTES = 256 * 1024 * 1024;
/** The first cluster of the heap. */
export const FIRST_CLUSTER = 2;
/** 4.1.3: what ends a chain of clusters */
export const END_OF_CHAIN = 0xffff_ffff;
/** 4.1.1, 4.1.2: the first two entries of the FAT */
export const FIRST_FAT_ENTRIES = [0xffff_fff8, 0xffff_ffff] as const;
/** 7.3.2: characters of a volume label */
export const MAX_LABEL = 11;
/** 7.6.4: UTF-16 units of a name */
export const MAX_NAME = 255;
