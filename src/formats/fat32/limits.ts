/** What FAT32 cannot hold (Microsoft FAT specification 1.03, "fatgen103"). */

/** DIR_FileSize has 32 bits. */
export const MAX_FILE_SIZE = 2 ** 32 - 1;
/** What to do about a larger file. */
export const INSTEAD_OF_FAT32 = 'Use the format iso, or the format usb with "usb: { layout: fat32+exfat }"';
/** fatgen103, "Directory structure": 65,536 entries of 32 bytes. */
export const MAX_DIRECTORY_BYTES = 2 * 1024 * 1024;
/** A volume with fewer clusters is no FAT32; some drivers are off by some, so fatgen103 says to keep 16 away from 65,525. */
export const MIN_CLUSTERS = 65_541;
/** Cluster numbers have 28 bits, and the last eight mean something else. */
export const MAX_CLUSTERS = 2 ** 28 - 12;
/** BPB_TotSec32 */
export const MAX_SECTORS = 2 ** 32 - 1;
/** Characters of a volume label. */
export const MAX_LABEL = 11;
export const SECTOR_BYTES = 512;
/** The first cluster of the data area. */
export const FIRST_CLUSTER = 2;
/** What ends a chain of clusters. */
export const END_OF_CHAIN = 0x0fff_ffff;
export const CLUSTER_MASK = 0x0fff_ffff;
/** From here on an entry ends a chain, whatever it is. */
export const FIRST_END_MARK = 0x0fff_fff8;
