/**
 * The `usb` format: a disk with an MBR and one FAT32 partition, sized for one device (design/media.md, Formats).
 * The last MiB of the device stays empty, so that nothing is left there of a GPT that the stick may have had.
 */
import { sizeText } from '../bytes/size-text.js';
import { BytesContent } from '../content/views.js';
import { InplaceError } from '../errors.js';
import {
  clusterBytesFor,
  type FatGeometry,
  fatGeometry,
  fatGeometryWithin,
  PARTITION_ALIGNMENT,
} from '../formats/fat32/geometry.js';
import { MIN_CLUSTERS } from '../formats/fat32/limits.js';
import { PARTITION_TYPE, SECTOR_BYTES, writeMasterBootRecord } from '../formats/mbr/master-boot-record.js';
import { diskIds } from './disk-ids.js';
import { FatSide, FREE_FOR_REPORTS } from './fat-side.js';
import type { DiskPrograms } from './hybrid-image.js';
import { LayoutBuilder } from './layout.js';
import { extentsByPath, type PlacedFile, type PlacedImage } from './placed-file.js';

/** Bytes at the end of the device that hold nothing. */
export const EMPTY_END = PARTITION_ALIGNMENT;
/** An MBR counts sectors with 32 bits: what a larger device has behind 2 TiB stays unused. */
const MBR_END = 2 ** 32 * SECTOR_BYTES;

/** Byte where the last partition of a device ends at the latest. @param size bytes of the device */
export function lastPartitionEnd(size: number): number {
  const end = Math.floor(size / PARTITION_ALIGNMENT) * PARTITION_ALIGNMENT - EMPTY_END;
  return Math.min(end, MBR_END - PARTITION_ALIGNMENT);
}

export interface UsbOptions {
  readonly label: string;
  /** lower-case hex; every id on the media derives from it */
  readonly mediaId: string;
  /** time of the folders */
  readonly recorded: Date;
  /** bytes of the device */
  readonly size: number;
  readonly programs: DiskPrograms;
}

/**
 * Lays out a stick. Nothing is read; contents are only placed.
 * @throws InplaceError LAYOUT_LIMIT, MEDIA_NAME for what FAT32 cannot hold, LAYOUT_ROOM when it does not fit
 */
export function layoutUsb(
  files: readonly PlacedFile[],
  directories: readonly string[],
  options: UsbOptions,
): PlacedImage {
  const { label, recorded, programs, mediaId } = options;
  const ids = diskIds(mediaId);
  const fat = new FatSide(files, directories, { label, recorded, serial: ids.fatSerial, bootCode: programs.fat32 });
  const geometry = usbGeometry(fat, options.size);

  const layout = new LayoutBuilder();
  const mbr = layout.reserve(SECTOR_BYTES, 'MBR', 'structure');
  fat.reserve(layout, geometry);
  fat.place(layout);
  layout.skipTo(geometry.end, 'free clusters');
  layout.skipTo(Math.floor(options.size / SECTOR_BYTES) * SECTOR_BYTES, 'unused');
  const firstSector = geometry.partitionStart / SECTOR_BYTES;
  const sectors = (geometry.end - geometry.partitionStart) / SECTOR_BYTES;
  const record = writeMasterBootRecord({
    bootCode: programs.mbr,
    diskSignature: ids.diskSignature,
    partitions: [{ active: true, type: PARTITION_TYPE.fat32, firstSector, sectors }],
  });
  layout.place(mbr, new BytesContent(record));
  const image = layout.seal(SECTOR_BYTES);
  return { image, extents: extentsByPath(image, files, fat.nodes, fat.regions) };
}

function usbGeometry({ plan }: FatSide, size: number): FatGeometry {
  const start = PARTITION_ALIGNMENT;
  const end = lastPartitionEnd(size);
  const clusterBytes = clusterBytesFor(size);
  const needed = Math.max(plan.usedClusters(clusterBytes) + FREE_FOR_REPORTS / clusterBytes, MIN_CLUSTERS);
  const smallest = fatGeometry(start, clusterBytes, needed);
  if (smallest.end <= end) return fatGeometryWithin(start, clusterBytes, end);
  throw new InplaceError({
    code: 'LAYOUT_ROOM',
    message: `The media needs a stick of ${sizeText(smallest.end + EMPTY_END)}, and this one has ${sizeText(size)}`,
    hint: 'Take a larger stick (output.size when no device is named), or put less on it',
  });
}
