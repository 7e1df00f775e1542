/**
 * Boot Record Volume Descriptor, El Torito 1.0 section 2.1 (figure 7), ECMA-119 8.2: says where the boot catalog is.
 * The specification puts it at sector 17.
 */

/** Bytes of a sector of a CD. */
export const SECTOR_BYTES = 2048;
/** Where the specification wants the boot record. */
export const BOOT_RECORD_LBA = 17;

const BOOT_SYSTEM_IDENTIFIER = 'EL TORITO SPECIFICATION';
/** Offset of the absolute pointer to the first sector of the boot catalog. */
const CATALOG_POINTER = 0x47;

/** The sector. */
export function bootRecord(catalogLba: number): Uint8Array {
  const sector = new Uint8Array(SECTOR_BYTES);
  sector.set([0, ...ascii('CD001'), 1]);
  sector.set(ascii(BOOT_SYSTEM_IDENTIFIER), 7);
  new DataView(sector.buffer).setUint32(CATALOG_POINTER, catalogLba, true);
  return sector;
}

/** What a sector is to someone who looks for the boot catalog: its place, another descriptor, the last one, or none. */
export function readBootRecord(sector: Uint8Array): { catalogLba: number } | 'other' | 'last' | 'none' {
  if (text(sector, 1, 5) !== 'CD001') return 'none';
  if (sector[0] === 255) return 'last';
  if (sector[0] !== 0 || text(sector, 7, BOOT_SYSTEM_IDENTIFIER.length) !== BOOT_SYSTEM_IDENTIFIER) return 'other';
  return { catalogLba: new DataView(sector.buffer, sector.byteOffset).getUint32(CATALOG_POINTER, true) };
}

function ascii(value: string): number[] {
  return Array.from(value, (character) => character.charCodeAt(0));
}

function text(bytes: Uint8Array, offset: number, length: number): string {
  return String.fromCharCode(...bytes.subarray(offset, offset + length));
}
