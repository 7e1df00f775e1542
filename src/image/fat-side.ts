/** A FAT32 volume on an image: where it lies, and its files in their clusters (design/media.md, FAT32). */
import { sizeText } from '../bytes/size-text.js';
import { InplaceError } from '../errors.js';
import { clusterAt, type FatGeometry } from '../formats/fat32/geometry.js';
import { type FatPlan, planFat32 } from '../formats/fat32/write.js';
import type { LayoutBuilder, Region } from './layout.js';
import { type DirectoryNode, directoryTree, type FileNode, type PlacedFile } from './placed-file.js';

/** Bytes that stay free for what machines leave in /Reports. */
export const FREE_FOR_REPORTS = 64 * 1024 * 1024;

/**
 * The boot record loads BOOTMGR to 0x20000, and the BIOS keeps the memory below 0xA0000 that int 12h does not tell of
 * (the EBDA). 32 KiB of it are more than any BIOS we know of takes; the boot record itself asks int 12h.
 */
const MAX_BOOTMGR = 0xa0000 - 0x20000 - 32 * 1024;

export interface FatOptions {
  /** at most 11 characters */
  readonly label: string;
  readonly serial: number;
  /** time of the folders */
  readonly recorded: Date;
  /** templates/boot/fat32.bin */
  readonly bootCode: Uint8Array;
}

export class FatSide {
  readonly plan: FatPlan;
  /** one for each file: FAT files share nothing */
  readonly nodes: ReadonlyMap<PlacedFile, FileNode>;
  readonly root: DirectoryNode;
  readonly regions = new Map<FileNode, Region>();
  #reserved: { readonly geometry: FatGeometry; readonly front: Region; readonly directories: Region } | undefined;

  /** @throws InplaceError LAYOUT_LIMIT, MEDIA_NAME for what FAT32 cannot hold, every problem at once */
  constructor(
    readonly files: readonly PlacedFile[],
    directories: readonly string[],
    readonly options: FatOptions,
  ) {
    this.nodes = new Map(files.map((file) => [file, { size: file.content.size, modified: file.modified }]));
    this.root = directoryTree(files, directories, this.nodes, options.recorded);
    this.plan = planFat32(this.root, options.label);
    checkBootmgr(files);
  }

  /** Reserves the volume up to its last directory. What was laid out before ends at or before its start. */
  reserve(layout: LayoutBuilder, geometry: FatGeometry): void {
    const { partitionStart, dataStart, clusterBytes } = geometry;
    layout.skipTo(partitionStart, 'unused');
    const front = layout.reserve(dataStart - partitionStart, 'FAT32 boot record, FATs', 'structure');
    const bytes = this.plan.directoryClusters(clusterBytes) * clusterBytes;
    const directories = layout.reserve(bytes, 'FAT32 directories', 'structure');
    this.#reserved = { geometry, front, directories };
  }

  /** Byte behind the last cluster that is in use. */
  usedEnd({ dataStart, clusterBytes }: FatGeometry): number {
    return dataStart + this.plan.usedClusters(clusterBytes) * clusterBytes;
  }

  /** Gives each file its clusters, in the order the files are given, and the volume its structures. */
  place(layout: LayoutBuilder): void {
    const reserved = this.#reserved;
    if (!reserved) throw new Error('The FAT32 side was placed before it was reserved');
    const { geometry, front, directories } = reserved;
    for (const file of this.files) {
      const { content, path, late } = file;
      if (content.size === 0) continue;
      const region = layout.reserve(content.size, path, late ? 'late' : 'file', geometry.clusterBytes);
      layout.place(region, content);
      this.regions.set(this.nodes.get(file)!, region);
    }
    const structures = this.plan.render({
      geometry,
      ids: this.options,
      bootCode: this.options.bootCode,
      firstCluster: (file) => clusterAt(geometry, this.regions.get(file)!.offset),
    });
    layout.place(front, structures.front);
    layout.place(directories, structures.directories);
  }
}

/** Every file lies in one run, so its size is all that can be wrong. */
function checkBootmgr(files: readonly PlacedFile[]): void {
  const bootmgr = files.find(({ path }) => path.toLowerCase() === 'bootmgr');
  if (!bootmgr || bootmgr.content.size <= MAX_BOOTMGR) return;
  throw new InplaceError({
    code: 'LAYOUT_LIMIT',
    message: `BOOTMGR has ${sizeText(bootmgr.content.size)}; the boot record has room for ${sizeText(MAX_BOOTMGR)}`,
    where: { path: bootmgr.path },
    hint: 'Take the bootmgr of the Windows ISO, or use the format iso',
  });
}
