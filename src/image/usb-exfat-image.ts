/**
 * The `usb` format in its layout `fat32+exfat` (design/media.md, Formats): a disk for one device whose MBR names two
 * partitions. Entry 1 is exFAT with the whole tree: it holds files of 4 GiB and more, and Windows before 10 1703 mounts only
 * the first entry of a removable stick. Entry 2 is FAT32, active, with what boots: no firmware reads exFAT.
 *
 * On the disk the FAT32 partition comes first: every BIOS reaches the start of a disk, and the manifest, which must be the
 * last of all files, is on exFAT. Files that boot are placed, and so read, twice; exFAT begins with them, while they are in
 * the computer's cache.
 */
import { sizeText } from '../bytes/size-text.js';
import { BytesContent } from '../content/views.js';
import { InplaceError } from '../errors.js';
import {
  type ExfatGeometry,
  clusterBytesFor as exfatClusterBytes,
  exfatGeometry,
  exfatGeometryWithin,
  volumeEnd,
} from '../formats/exfat/geometry.js';
import {
  clusterBytesFor,
  type FatGeometry,
  fatGeometryWithin,
  PARTITION_ALIGNMENT,
} from '../formats/fat32/geometry.js';
import { MIN_CLUSTERS } from '../formats/fat32/limits.js';
import { PARTITION_TYPE, SECTOR_BYTES, writeMasterBootRecord } from '../formats/mbr/master-boot-record.js';
import { bootPaths, isBootCopy } from './boot-copies.js';
import { diskIds } from './disk-ids.js';
import { ExfatSide } from './exfat-side.js';
import { FatSide, FREE_FOR_REPORTS } from './fat-side.js';
import { LayoutBuilder } from './layout.js';
import { extentsByPath, type PlacedFile, type PlacedImage } from './placed-file.js';
import { EMPTY_END, lastPartitionEnd, type UsbOptions } from './usb-image.js';

const MIB = 1024 * 1024;
/** Bytes that stay free on the FAT32 partition: logs of the BCD store, and what Windows adds to every volume it sees. */
const FREE_TO_BOOT = 16 * MIB;
/** The FAT32 partition has whole multiples, so that a boot image that grows a little moves nothing behind it. */
const BOOT_PARTITION_STEP = 64 * MIB;
/** Two volumes of one name would puzzle people. */
export const BOOT_LABEL = 'BOOT';

/**
 * Lays out a stick. Nothing is read; contents are only placed.
 * @throws InplaceError LAYOUT_LIMIT, MEDIA_NAME for what exFAT or FAT32 cannot hold, LAYOUT_ROOM when it does not fit
 */
export function layoutUsbExfat(
  files: readonly PlacedFile[],
  directories: readonly string[],
  options: UsbOptions,
): PlacedImage {
  const { label, recorded, programs } = options;
  const ids = diskIds(options.mediaId);
  const [boots, others] = [files.filter(isBoot), files.filter((file) => !isBoot(file))];
  const fatOptions = { label: BOOT_LABEL, recorded, serial: ids.fatSerial, bootCode: programs.fat32 };
  const bootFolders = bootPaths([...boots.map(({ path }) => path), ...directories]);
  const fat = new FatSide(
    boots,
    directories.filter((path) => bootFolders.has(path)),
    fatOptions,
  );
  const exfat = new ExfatSide([...boots, ...others], directories, { label, recorded, serial: ids.exfatSerial });
  const fatVolume = bootGeometry(fat);
  const exfatVolume = mainGeometry(exfat, fatVolume.partitionEnd, options.size);

  const layout = new LayoutBuilder();
  const mbr = layout.reserve(SECTOR_BYTES, 'MBR', 'structure');
  fat.reserve(layout, fatVolume.geometry);
  fat.place(layout);
  layout.skipTo(fat.usedEnd(fatVolume.geometry), 'unused');
  layout.freeTo(fatVolume.geometry.end, 'free clusters');
  exfat.place(layout, exfatVolume);
  layout.skipTo(volumeEnd(exfatVolume), 'free clusters');
  layout.skipTo(Math.floor(options.size / SECTOR_BYTES) * SECTOR_BYTES, 'unused');
  layout.place(mbr, new BytesContent(masterBootRecord(programs.mbr, ids.diskSignature, fatVolume, exfatVolume)));
  const image = layout.seal(SECTOR_BYTES);
  return { image, extents: extentsByPath(image, files, exfat.nodes, exfat.regions) };
}

function isBoot({ path }: PlacedFile): boolean {
  return isBootCopy(path);
}

interface BootPartition {
  readonly geometry: FatGeometry;
  readonly partitionEnd: number;
}

function bootGeometry({ plan, files }: FatSide): BootPartition {
  const start = PARTITION_ALIGNMENT;
  const bytes = files.reduce((sum, { content }) => sum + content.size, FREE_TO_BOOT);
  const clusterBytes = clusterBytesFor(bytes);
  const needed = Math.max(plan.usedClusters(clusterBytes) + FREE_TO_BOOT / clusterBytes, MIN_CLUSTERS);
  for (let end = start; ; end += BOOT_PARTITION_STEP) {
    const geometry = fatGeometryWithin(start, clusterBytes, end);
    if (geometry.clusters >= needed) return { geometry, partitionEnd: end };
  }
}

function mainGeometry({ plan }: ExfatSide, start: number, size: number): ExfatGeometry {
  const end = lastPartitionEnd(size);
  const clusterBytes = exfatClusterBytes(Math.max(0, end - start));
  const geometry = exfatGeometryWithin(start, clusterBytes, end);
  const needed = (clusters: number) => plan.usedClusters({ clusters, clusterBytes }) + FREE_FOR_REPORTS / clusterBytes;
  if (geometry.clusters >= needed(geometry.clusters)) return geometry;
  // the bitmap grows with the volume that has to hold it: once more is enough
  const smallest = exfatGeometry(start, clusterBytes, needed(needed(geometry.clusters)));
  const least = Math.ceil((volumeEnd(smallest) + EMPTY_END) / PARTITION_ALIGNMENT) * PARTITION_ALIGNMENT;
  throw new InplaceError({
    code: 'LAYOUT_ROOM',
    message: `The media needs a stick of ${sizeText(least)}, and this one has ${sizeText(size)}`,
    hint: 'Take a larger stick (output.size when no device is named), or put less on it',
  });
}

/** The table is in the order in which Windows looks, not in that of the disk. */
function masterBootRecord(
  bootCode: Uint8Array,
  diskSignature: number,
  fat: BootPartition,
  exfat: ExfatGeometry,
): Uint8Array {
  const { partitionStart } = fat.geometry;
  return writeMasterBootRecord({
    bootCode,
    diskSignature,
    partitions: [
      {
        active: false,
        type: PARTITION_TYPE.exfat,
        firstSector: exfat.partitionStart / SECTOR_BYTES,
        sectors: exfat.volumeBytes / SECTOR_BYTES,
      },
      {
        active: true,
        type: PARTITION_TYPE.fat32,
        firstSector: partitionStart / SECTOR_BYTES,
        sectors: (fat.geometry.end - partitionStart) / SECTOR_BYTES,
      },
    ],
  });
}
