/**
 * The `hybrid` format: a valid optical image and a valid disk at once, sharing all data (design/media.md, hybrid
 * geometry). From the start: MBR and GPT in the system area of ISO 9660, everything of ISO 9660 and UDF, the FAT32
 * partition with all files, the closing UDF anchor, the backup GPT.
 *
 * Firmware (EDK2) looks for a GPT, then for UDF and El Torito, then for an MBR: without the GPT it would not see the FAT32
 * partition of a stick. BIOS code and Windows look at the MBR, whose first partition is the FAT32 one, active.
 */
import type { Content } from '../content/content.js';
import { BytesContent } from '../content/views.js';
import { clusterBytesFor, type FatGeometry, fatGeometry, PARTITION_ALIGNMENT } from '../formats/fat32/geometry.js';
import { MIN_CLUSTERS } from '../formats/fat32/limits.js';
import { BASIC_DATA, GPT_SECTORS, writeGuidPartitionTable } from '../formats/gpt/partition-table.js';
import {
  type MasterBootRecord,
  PARTITION_TYPE,
  SECTOR_BYTES,
  writeMasterBootRecord,
} from '../formats/mbr/master-boot-record.js';
import { type DiskIds, diskIds } from './disk-ids.js';
import { FatSide, FREE_FOR_REPORTS } from './fat-side.js';
import type { BootOptions } from './iso-image.js';
import { LayoutBuilder, type Region } from './layout.js';
import { type OpticalOptions, OpticalSide } from './optical-side.js';
import { directoryTree, extentsByPath, type PlacedFile, type PlacedImage, SECTOR } from './placed-file.js';
import { type SharedNode, shareFileEntries } from './shared-entries.js';
import { isBootStatus } from './used-media.js';

/** The programs that a BIOS starts from a disk (templates/boot). */
export interface DiskPrograms {
  readonly mbr: Uint8Array;
  readonly fat32: Uint8Array;
}

export interface HybridOptions extends OpticalOptions, BootOptions {
  readonly programs: DiskPrograms;
  /** for each content the one that stands for it (`findDuplicates`); left out: no two are alike */
  readonly same?: ReadonlyMap<Content, Content>;
}

/** Behind the FAT32 partition: up to the anchor at N - 256, where N is the last sector, and the backup GPT at the end. */
const CLOSING_BYTES = PARTITION_ALIGNMENT;
/** Sectors from the closing anchor to the last one (ECMA-167 3/8.4.2.1). */
export const ANCHOR_FROM_END = 256;

/**
 * Lays out a hybrid image. Nothing is read; contents are only placed. Files with the same bytes are placed each for
 * itself, because FAT32 cannot share them; UDF has one entry for all of them, which leads to the first. The clusters of the others
 * belong to FAT32 alone.
 * @throws InplaceError LAYOUT_LIMIT, MEDIA_NAME for what UDF 1.02 or FAT32 cannot hold
 */
export function layoutHybrid(
  files: readonly PlacedFile[],
  directories: readonly string[],
  options: HybridOptions,
): PlacedImage {
  const ids = diskIds(options.mediaId);
  const { label, recorded, programs } = options;
  const fat = new FatSide(files, directories, { label, recorded, serial: ids.fatSerial, bootCode: programs.fat32 });
  // firmware and Windows write into some files of a stick, and that must not show under other names
  const nodes = shareFileEntries(files, { same: options.same, isAlone: isBootStatus });
  const optical = new OpticalSide(directoryTree(files, directories, nodes, recorded), options);

  const layout = new LayoutBuilder();
  const tables = layout.reserve((1 + GPT_SECTORS) * SECTOR_BYTES, 'MBR and GPT', 'structure');
  optical.reserve(layout);
  const partitionStart = Math.ceil(layout.end / PARTITION_ALIGNMENT) * PARTITION_ALIGNMENT;
  const geometry = hybridGeometry(fat, partitionStart);
  fat.reserve(layout, geometry);
  fat.place(layout);
  layout.skipTo(geometry.end, 'free clusters');
  const size = geometry.end + CLOSING_BYTES;
  layout.skipTo(size - (1 + ANCHOR_FROM_END) * SECTOR, 'unused');
  const anchor = layout.reserve(SECTOR, 'UDF anchor at the end', 'closing', SECTOR);
  layout.skipTo(size - GPT_SECTORS * SECTOR_BYTES, 'unused');
  const backup = layout.reserve(GPT_SECTORS * SECTOR_BYTES, 'backup GPT', 'closing');

  const placeOf = (content: Content | undefined): Region | undefined => {
    const file = files.find((candidate) => candidate.content === content);
    return file && fat.regions.get(fat.nodes.get(file)!);
  };
  optical.place(layout, {
    regions: new Map([...nodes.values()].flatMap((node) => regionOf(fat, node))),
    biosBoot: placeOf(options.biosBoot),
    uefiBoot: placeOf(options.uefiBoot),
    anchor,
    totalSectors: size / SECTOR,
  });
  placeTables(layout, { tables, backup }, geometry, size, { ids, programs });
  const image = layout.seal(SECTOR);
  return { image, extents: extentsByPath(image, files, fat.nodes, fat.regions) };
}

function regionOf(fat: FatSide, node: SharedNode): [SharedNode, Region][] {
  const region = fat.regions.get(fat.nodes.get(node.first)!);
  return region === undefined ? [] : [[node, region]];
}

/** The smallest volume that holds the files and what is to stay free. */
function hybridGeometry({ plan, files }: FatSide, partitionStart: number): FatGeometry {
  const bytes = files.reduce((sum, { content }) => sum + content.size, FREE_FOR_REPORTS);
  const clusterBytes = clusterBytesFor(bytes);
  const needed = plan.usedClusters(clusterBytes) + FREE_FOR_REPORTS / clusterBytes;
  const round = PARTITION_ALIGNMENT / clusterBytes;
  const clusters = Math.ceil(Math.max(needed, MIN_CLUSTERS) / round) * round;
  return fatGeometry(partitionStart, clusterBytes, clusters);
}

function placeTables(
  layout: LayoutBuilder,
  { tables, backup }: { tables: Region; backup: Region },
  geometry: FatGeometry,
  size: number,
  { ids, programs }: { ids: DiskIds; programs: DiskPrograms },
): void {
  const firstSector = geometry.partitionStart / SECTOR_BYTES;
  const sectors = (geometry.end - geometry.partitionStart) / SECTOR_BYTES;
  const mbr: MasterBootRecord = {
    bootCode: programs.mbr,
    diskSignature: ids.diskSignature,
    partitions: [
      { active: true, type: PARTITION_TYPE.fat32, firstSector, sectors },
      { active: false, type: PARTITION_TYPE.gptProtective, firstSector: 1, sectors: firstSector - 1 },
    ],
  };
  const gpt = writeGuidPartitionTable({
    diskSectors: size / SECTOR_BYTES,
    diskGuid: ids.diskGuid,
    partitions: [{ type: BASIC_DATA, unique: ids.partitionGuid, firstSector, sectors, name: 'inplace media' }],
  });
  const front = new Uint8Array(tables.size);
  front.set(writeMasterBootRecord(mbr));
  front.set(gpt.primary, SECTOR_BYTES);
  layout.place(tables, new BytesContent(front));
  layout.place(backup, new BytesContent(gpt.backup));
}
