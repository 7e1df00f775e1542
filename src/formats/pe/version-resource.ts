/**
 * File version of a PE image: the fixed part of its version resource ("PE Format", The .rsrc Section; VS_VERSIONINFO of the Windows
 * documentation). A resource directory is three levels deep: type, name, language.
 */
import { viewOf } from '../../bytes/view.js';
import type { PeImage } from './image.js';

const TYPE_VERSION = 16;
const DIRECTORY_BYTES = 16;
const ENTRY_BYTES = 8;
/** In an entry: what it leads to is a directory and no data entry. */
const IS_DIRECTORY = 0x8000_0000;
const LEVELS = 3;

/** Signature of VS_FIXEDFILEINFO; it stands behind the length, the type and the key "VS_VERSION_INFO". */
const FIXED_SIGNATURE = 0xfeef04bd;
const FIXED_AT = 40;

/** `10.0.26100.1150`; undefined when the image has none, or its resources lead nowhere: a version decides nothing. */
export function readFileVersion(image: PeImage): string | undefined {
  const data = versionData(image);
  if (data === undefined || data.length < FIXED_AT + 16) return undefined;
  const view = viewOf(data);
  if (view.getUint32(FIXED_AT, true) !== FIXED_SIGNATURE) return undefined;
  const high = view.getUint32(FIXED_AT + 8, true);
  const low = view.getUint32(FIXED_AT + 12, true);
  return [high >>> 16, high & 0xffff, low >>> 16, low & 0xffff].join('.');
}

function versionData(image: PeImage): Uint8Array | undefined {
  const root = at(image, image.resources.address, image.resources.sizeBytes);
  if (root === undefined) return undefined;
  const view = viewOf(root);
  let place = 0;
  for (let level = 0; level < LEVELS; level++) {
    const next = entry(view, place, level === 0 ? TYPE_VERSION : undefined);
    // the last level leads to a data entry, those before to directories
    if (next === undefined || next >= IS_DIRECTORY !== level < LEVELS - 1) return undefined;
    place = next % IS_DIRECTORY;
  }
  if (place + 8 > root.length) return undefined;
  return at(image, view.getUint32(place, true), view.getUint32(place + 4, true));
}

/** What the entry with that number, or the first, leads to. */
function entry(view: DataView, directory: number, id: number | undefined): number | undefined {
  if (directory + DIRECTORY_BYTES > view.byteLength) return undefined;
  const count = view.getUint16(directory + 12, true) + view.getUint16(directory + 14, true);
  for (let i = 0; i < count; i++) {
    const place = directory + DIRECTORY_BYTES + i * ENTRY_BYTES;
    if (place + ENTRY_BYTES > view.byteLength) return undefined;
    if (id === undefined || view.getUint32(place, true) === id) return view.getUint32(place + 4, true);
  }
  return undefined;
}

/** Bytes by their address in memory; undefined when no section holds them all. */
function at(image: PeImage, address: number, sizeBytes: number): Uint8Array | undefined {
  if (sizeBytes === 0) return undefined;
  for (const { virtualAddress, rawOffset, rawBytes } of image.sections) {
    const offset = address - virtualAddress;
    if (offset < 0 || offset + sizeBytes > rawBytes) continue;
    const start = rawOffset + offset;
    if (start + sizeBytes <= image.bytes.length) return image.bytes.subarray(start, start + sizeBytes);
  }
  return undefined;
}
