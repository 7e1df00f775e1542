/** Reparse data as a WIM stores them: what follows tag, length and reserved in REPARSE_DATA_BUFFER ([MS-FSCC] 2.1.2). */
import { viewOf } from '../../bytes/view.js';

/** IO_REPARSE_TAG_MOUNT_POINT and IO_REPARSE_TAG_SYMLINK. */
const MOUNT_POINT = 0xa0000003;
const SYMBOLIC_LINK = 0xa000000c;

export interface LinkTarget {
  readonly kind: 'symbolic link' | 'junction';
  /** as Windows would show it; the substitute name when there is no print name */
  readonly target: string;
}

/** Where a symbolic link or junction leads; undefined for other reparse points, and for data that make no sense. */
export function readLinkTarget(tag: number, data: Uint8Array): LinkTarget | undefined {
  if (tag !== MOUNT_POINT && tag !== SYMBOLIC_LINK) return undefined;
  const start = tag === SYMBOLIC_LINK ? 12 : 8;
  if (data.length < start) return undefined;
  const view = viewOf(data);
  const name = (at: number): string | undefined => {
    const offset = start + view.getUint16(at, true);
    const length = view.getUint16(at + 2, true);
    if (length === 0 || offset + length > data.length) return undefined;
    return Buffer.from(data.subarray(offset, offset + length)).toString('utf16le');
  };
  const target = name(4) ?? name(0);
  if (target === undefined) return undefined;
  return { kind: tag === MOUNT_POINT ? 'junction' : 'symbolic link', target };
}
