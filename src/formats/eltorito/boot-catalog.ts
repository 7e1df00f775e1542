/**
 * Boot Catalog, El Torito 1.0 section 2, with platform 0xEF of the UEFI specification 13.3.2.1. Entries of 32 bytes:
 *
 * | entry | bytes |
 * | Validation Entry | 0 = 1, 1 platform, 4–27 id, 28 checksum so that all words add up to 0, 30 = 55 AA |
 * | Initial/Default Entry | 0 = 88 bootable, 1 media type, 2 load segment, 4 system type, 6 sector count, 8 load RBA |
 * | Section Header | 0 = 90 or 91 (last), 1 platform, 2 number of entries, 4–31 id |
 * | Section Entry | as the default entry; 12 selection criteria type |
 */

export const ENTRY_BYTES = 32;

/** Platform ids: El Torito figure 2; 0xEF is UEFI 13.3.2.1. */
const PLATFORMS = { x86: 0x00, powerPc: 0x01, mac: 0x02, uefi: 0xef } as const;

/** A program that firmware loads from the disc. */
export interface BootImage {
  /** sector of 2048 bytes where it begins */
  readonly lba: number;
  /** virtual sectors of 512 bytes to load; 8 for etfsboot.com, the whole FAT image for UEFI */
  readonly sectors512: number;
}

/**
 * One sector. With both images the BIOS one is the default entry and UEFI gets a section of its own, as Windows
 * media have it; with UEFI alone (arm64) the validation entry itself is of platform 0xEF.
 */
export function bootCatalog(images: { readonly bios?: BootImage; readonly uefi?: BootImage }): Uint8Array {
  const { bios, uefi } = images;
  const first = bios ?? uefi;
  if (first === undefined) throw new Error('A boot catalog needs a boot image');
  const sector = new Uint8Array(2048);
  sector.set(validationEntry(bios === undefined ? PLATFORMS.uefi : PLATFORMS.x86), 0);
  sector.set(bootEntry(first), ENTRY_BYTES);
  if (bios !== undefined && uefi !== undefined) {
    sector.set([0x91, PLATFORMS.uefi, 1, 0], 2 * ENTRY_BYTES);
    sector.set(bootEntry(uefi), 3 * ENTRY_BYTES);
  }
  return sector;
}

function validationEntry(platform: number): Uint8Array {
  const entry = new Uint8Array(ENTRY_BYTES);
  entry.set([1, platform]);
  entry.set([0x55, 0xaa], 30);
  new DataView(entry.buffer).setUint16(28, -sumOfWords(entry) & 0xffff, true);
  return entry;
}

/** Sum of the sixteen little-endian words, modulo 2^16: 0 in a sound validation entry. */
export function sumOfWords(entry: Uint8Array): number {
  let sum = 0;
  for (let i = 0; i < ENTRY_BYTES; i += 2) sum += entry[i]! | (entry[i + 1]! << 8);
  return sum & 0xffff;
}

/** Bootable, no emulation, the default load segment 0x7C0 (which is written as 0). */
function bootEntry(image: BootImage): Uint8Array {
  const entry = new Uint8Array(ENTRY_BYTES);
  const view = new DataView(entry.buffer);
  entry[0] = 0x88;
  // the count has 16 bits; UEFI reads 0 as "to the end of the disc" (UEFI 13.3.2.1), so a larger image says 0
  view.setUint16(6, image.sectors512 > 0xffff ? 0 : image.sectors512, true);
  view.setUint32(8, image.lba, true);
  return entry;
}
