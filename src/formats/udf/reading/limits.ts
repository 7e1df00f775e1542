/** Bounds that keep a hostile image from using all time or memory; no real Windows media come near them. */

/** UTF-16 code units of one path: what Windows can open, though UDF 1.02 has 1023 bytes. */
export const MAX_PATH_LENGTH = 32_767;

/** Allocation descriptors of the whole tree, besides one for each block of the image. */
export const MAX_SPARE_EXTENTS = 1_000_000;

/** Descriptors in one Volume Descriptor Sequence, and extents that it may be continued in. */
export const MAX_SEQUENCE_BLOCKS = 1024;
export const MAX_SEQUENCE_EXTENTS = 16;
