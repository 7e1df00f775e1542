/** Reads the boot catalog of an image (El Torito 1.0): for `inspect`, and for `verify` of what was written. */
import { corrupt } from '../../bytes/corrupt.js';
import { type Content, readBytes } from '../../content/content.js';
import type { Place } from '../../errors.js';
import { ENTRY_BYTES, sumOfWords } from './boot-catalog.js';
import { readBootRecord, SECTOR_BYTES } from './boot-record.js';

const FIRST_DESCRIPTOR_LBA = 16;
/** Descriptors looked at before giving up; real discs have three or four. */
const MAX_DESCRIPTORS = 64;
/** Sectors of catalog that are read; one holds 64 entries. */
const MAX_CATALOG_BYTES = 16 * SECTOR_BYTES;

/** Media types of El Torito figure 3, low four bits. */
const EMULATIONS = ['none', 'floppy-1.2', 'floppy-1.44', 'floppy-2.88', 'hard-disk'] as const;

/** One boot image that the catalog names. */
export interface BootEntry {
  /** platform id: 0x00 BIOS, 0xEF UEFI */
  readonly platform: number;
  readonly bootable: boolean;
  readonly emulation: (typeof EMULATIONS)[number] | 'unknown';
  readonly loadSegment: number;
  /** sectors of 512 bytes to load, as the catalog says; 0 or 1 is usual for UEFI images that are larger */
  readonly sectors512: number;
  /** sector of 2048 bytes */
  readonly lba: number;
  /** byte offset of the entry in the image */
  readonly offset: number;
}

/**
 * The entries in the order of the catalog; none when the image has no El Torito boot record.
 * @param file host path for messages
 * @throws InplaceError SOURCE_CORRUPT when the catalog breaks the rules
 */
export async function readBootCatalog(image: Content, file?: string): Promise<BootEntry[]> {
  const catalogLba = await findCatalog(image);
  if (catalogLba === undefined) return [];
  const offset = catalogLba * SECTOR_BYTES;
  const place = (at: number, field: string): Place => ({ ...(file === undefined ? {} : { file }), offset: at, field });
  if (offset + SECTOR_BYTES > image.size) {
    throw corrupt(
      `The boot catalog should be at sector ${catalogLba}, but the image ends before it`,
      place(offset, 'BootRecord.bootCatalog'),
    );
  }
  const bytes = await readBytes(image, offset, Math.min(MAX_CATALOG_BYTES, image.size - offset));
  checkValidationEntry(bytes, place(offset, 'ValidationEntry'));
  const entries = [readEntry(bytes, ENTRY_BYTES, bytes[1]!, offset)];
  let position = 2 * ENTRY_BYTES;
  while (position + ENTRY_BYTES <= bytes.length) {
    const indicator = bytes[position]!;
    if (indicator !== 0x90 && indicator !== 0x91) break; // 0: the specification lets a catalog end without 91
    const platform = bytes[position + 1]!;
    const count = bytes[position + 2]! | (bytes[position + 3]! << 8);
    if (position + (count + 1) * ENTRY_BYTES > bytes.length) {
      throw corrupt(
        `A section of ${count} boot entries does not fit into the boot catalog`,
        place(offset + position, 'SectionHeader.numberOfEntries'),
      );
    }
    position += ENTRY_BYTES;
    for (let i = 0; i < count; i++) {
      // an extension (indicator 44) carries selection criteria only; it is not counted in the header
      while (position + ENTRY_BYTES <= bytes.length && bytes[position] === 0x44) position += ENTRY_BYTES;
      if (position + ENTRY_BYTES > bytes.length) break;
      entries.push(readEntry(bytes, position, platform, offset));
      position += ENTRY_BYTES;
    }
    while (position + ENTRY_BYTES <= bytes.length && bytes[position] === 0x44) position += ENTRY_BYTES;
    if (indicator === 0x91) break;
  }
  return entries;
}

async function findCatalog(image: Content): Promise<number | undefined> {
  for (let lba = FIRST_DESCRIPTOR_LBA; lba < FIRST_DESCRIPTOR_LBA + MAX_DESCRIPTORS; lba++) {
    if ((lba + 1) * SECTOR_BYTES > image.size) return undefined;
    const record = readBootRecord(await readBytes(image, lba * SECTOR_BYTES, SECTOR_BYTES));
    if (typeof record === 'object') return record.catalogLba;
    if (record !== 'other') return undefined;
  }
  return undefined;
}

function checkValidationEntry(bytes: Uint8Array, where: Place): void {
  if (bytes[0] !== 1) throw corrupt(`The boot catalog begins with ${hex(bytes[0]!)}, expected 0x01`, where);
  if (bytes[30] !== 0x55 || bytes[31] !== 0xaa) {
    throw corrupt(
      `The key bytes of the boot catalog are ${hex(bytes[30]!)} ${hex(bytes[31]!)}, expected 0x55 0xaa`,
      where,
    );
  }
  const sum = sumOfWords(bytes);
  if (sum !== 0) throw corrupt(`The words of the validation entry add up to ${hex(sum)}, expected 0`, where);
}

function readEntry(bytes: Uint8Array, position: number, platform: number, catalogOffset: number): BootEntry {
  const view = new DataView(bytes.buffer, bytes.byteOffset + position, ENTRY_BYTES);
  return {
    platform,
    bootable: view.getUint8(0) === 0x88,
    emulation: EMULATIONS[view.getUint8(1) & 0x0f] ?? 'unknown',
    loadSegment: view.getUint16(2, true),
    sectors512: view.getUint16(6, true),
    lba: view.getUint32(8, true),
    offset: catalogOffset + position,
  };
}

function hex(value: number): string {
  return `0x${value.toString(16).padStart(2, '0')}`;
}
