/**
 * Small FAT volumes, FAT12 and FAT16 (fatgen103): the floppy images that El Torito boots under UEFI. All of it is in memory; names are the
 * short ones, which firmware's own paths (`EFI/BOOT/BOOTX64.EFI`) fit into.
 */
import { corrupt, unsupported } from '../../bytes/corrupt.js';
import { viewOf } from '../../bytes/view.js';
import type { Place } from '../../errors.js';

/** Offsets in the BIOS parameter block. */
const BPB = {
  sectorBytes: 11,
  clusterSectors: 13,
  reservedSectors: 14,
  fats: 16,
  rootEntries: 17,
  sectors: 19,
  fatSectors: 22,
  manySectors: 32,
} as const;
const BPB_BYTES = 36;

/** fatgen103, FAT Type Determination: fewer clusters are FAT12, fewer of the other FAT16. */
const FAT12_CLUSTERS = 4085;
const FAT16_CLUSTERS = 65525;

const ENTRY = { name: 0, attributes: 11, cluster: 26, sizeBytes: 28 } as const;
const ENTRY_BYTES = 32;
const ATTRIBUTES = { volumeLabel: 0x08, directory: 0x10 } as const;
const DELETED = 0xe5;
const MAX_DEPTH = 8;

export interface Fat12File {
  /** `/` between names, as the volume writes them */
  readonly path: string;
  readonly bytes: Uint8Array;
}

/** Every file of the volume. @throws InplaceError SOURCE_CORRUPT; SOURCE_UNSUPPORTED for FAT32 */
export function readFat12(image: Uint8Array, where: Place): Fat12File[] {
  return new Volume(image, where).files();
}

class Volume {
  readonly #view: DataView;
  readonly #sectorBytes: number;
  readonly #clusterBytes: number;
  readonly #fatAt: number;
  readonly #rootAt: number;
  readonly #rootBytes: number;
  readonly #dataAt: number;
  readonly #clusters: number;
  /** bytes of files and directories that may still be read: more than the volume has are crossed chains */
  #left: number;

  constructor(
    readonly image: Uint8Array,
    readonly where: Place,
  ) {
    const view = viewOf(image);
    this.#view = view;
    this.#left = image.length;
    if (image.length < 512) throw this.#corrupt('The image has no boot sector', 0);
    this.#sectorBytes = view.getUint16(BPB.sectorBytes, true);
    this.#clusterBytes = view.getUint8(BPB.clusterSectors) * this.#sectorBytes;
    if (![512, 1024, 2048, 4096].includes(this.#sectorBytes) || this.#clusterBytes === 0) {
      throw this.#corrupt('The image holds no FAT volume', BPB.sectorBytes);
    }
    const fatSectors = view.getUint16(BPB.fatSectors, true);
    this.#fatAt = view.getUint16(BPB.reservedSectors, true) * this.#sectorBytes;
    this.#rootAt = this.#fatAt + view.getUint8(BPB.fats) * fatSectors * this.#sectorBytes;
    this.#rootBytes = view.getUint16(BPB.rootEntries, true) * ENTRY_BYTES;
    this.#dataAt = this.#rootAt + Math.ceil(this.#rootBytes / this.#sectorBytes) * this.#sectorBytes;
    const sectors = view.getUint16(BPB.sectors, true) || view.getUint32(BPB.manySectors, true);
    const dataBytes = Math.min(sectors * this.#sectorBytes, image.length) - this.#dataAt;
    this.#clusters = Math.max(0, Math.floor(dataBytes / this.#clusterBytes));
    if (fatSectors === 0 || this.#clusters >= FAT16_CLUSTERS) {
      throw unsupported('The image is no FAT12 or FAT16 volume', { ...this.where, field: 'BiosParameterBlock' });
    }
    if (this.#rootAt + this.#rootBytes > image.length)
      throw this.#corrupt('The root directory lies outside', BPB_BYTES);
  }

  files(): Fat12File[] {
    const root = this.image.subarray(this.#rootAt, this.#rootAt + this.#rootBytes);
    return this.#directory(root, '', 0);
  }

  #directory(entries: Uint8Array, prefix: string, depth: number): Fat12File[] {
    if (depth > MAX_DEPTH) throw this.#corrupt(`Directories nested more than ${MAX_DEPTH} deep`, this.#rootAt);
    const found: Fat12File[] = [];
    const view = viewOf(entries);
    for (let at = 0; at + ENTRY_BYTES <= entries.length && entries[at] !== 0; at += ENTRY_BYTES) {
      const attributes = entries[at + ENTRY.attributes]!;
      // long names have this attribute, too
      if (entries[at] === DELETED || entries[at] === 0x2e || attributes & ATTRIBUTES.volumeLabel) continue;
      const path = prefix + shortName(entries.subarray(at, at + 11));
      const cluster = view.getUint16(at + ENTRY.cluster, true);
      if (attributes & ATTRIBUTES.directory) {
        found.push(...this.#directory(this.#chain(cluster, undefined), `${path}/`, depth + 1));
      } else found.push({ path, bytes: this.#chain(cluster, view.getUint32(at + ENTRY.sizeBytes, true)) });
    }
    return found;
  }

  /** @param sizeBytes of a file; undefined for a directory, which ends where its chain does */
  #chain(first: number, sizeBytes: number | undefined): Uint8Array {
    const parts: Uint8Array[] = [];
    let length = 0;
    for (let cluster = first; length < (sizeBytes ?? Number.POSITIVE_INFINITY); cluster = this.#next(cluster)) {
      if (sizeBytes === undefined && cluster - 2 >= this.#clusters) break;
      if (cluster < 2 || cluster - 2 >= this.#clusters)
        throw this.#corrupt(`Cluster ${cluster} in a chain`, this.#fatAt);
      this.#left -= this.#clusterBytes;
      if (this.#left < 0) throw this.#corrupt('Cluster chains cross or run in a circle', this.#fatAt);
      const start = this.#dataAt + (cluster - 2) * this.#clusterBytes;
      parts.push(this.image.subarray(start, start + this.#clusterBytes));
      length += this.#clusterBytes;
    }
    return Buffer.concat(parts).subarray(0, sizeBytes ?? length);
  }

  #next(cluster: number): number {
    const wide = this.#clusters >= FAT12_CLUSTERS;
    const at = this.#fatAt + (wide ? 2 * cluster : cluster + (cluster >>> 1));
    if (at + 2 > this.#rootAt) throw this.#corrupt(`The FAT has no entry for cluster ${cluster}`, at);
    const entry = this.#view.getUint16(at, true);
    if (wide) return entry;
    return cluster % 2 === 1 ? entry >>> 4 : entry & 0xfff;
  }

  #corrupt(message: string, offset: number) {
    return corrupt(message, { ...this.where, offset, field: 'FAT' });
  }
}

function shortName(bytes: Uint8Array): string {
  const text = Buffer.from(bytes).toString('latin1');
  const [name, extension] = [text.slice(0, 8).trimEnd(), text.slice(8).trimEnd()];
  return extension === '' ? name : `${name}.${extension}`;
}
