/** An exFAT volume on an image: where it lies, and its files in their clusters (design/media.md, Formats). */
import { clusterAt, type ExfatGeometry } from '../formats/exfat/geometry.js';
import { type ExfatPlan, planExfat } from '../formats/exfat/write.js';
import type { LayoutBuilder, Region } from './layout.js';
import { type DirectoryNode, directoryTree, type FileNode, type PlacedFile } from './placed-file.js';

export interface ExfatOptions {
  /** at most 11 characters */
  readonly label: string;
  readonly serial: number;
  /** time of the folders */
  readonly recorded: Date;
}

export class ExfatSide {
  readonly plan: ExfatPlan;
  /** one for each file: exFAT files share nothing */
  readonly nodes: ReadonlyMap<PlacedFile, FileNode>;
  readonly regions = new Map<FileNode, Region>();
  readonly #root: DirectoryNode;

  /** @throws InplaceError LAYOUT_LIMIT, MEDIA_NAME for what exFAT cannot hold, every problem at once */
  constructor(
    readonly files: readonly PlacedFile[],
    directories: readonly string[],
    readonly options: ExfatOptions,
  ) {
    this.nodes = new Map(files.map((file) => [file, { size: file.content.size, modified: file.modified }]));
    this.#root = directoryTree(files, directories, this.nodes, options.recorded);
    this.plan = planExfat(this.#root, options.label);
  }

  /** Lays the volume out up to its last file, in the order the files are given. */
  place(layout: LayoutBuilder, geometry: ExfatGeometry): void {
    const { partitionStart, heapStart, clusterBytes } = geometry;
    layout.skipTo(partitionStart, 'unused');
    const front = layout.reserve(heapStart - partitionStart, 'exFAT boot regions, FAT', 'structure');
    const bytes = this.plan.systemClusters(geometry) * clusterBytes;
    const system = layout.reserve(bytes, 'exFAT bitmap, up-case table, directories', 'structure');
    for (const file of this.files) {
      const { content, path, late } = file;
      if (content.size === 0) continue;
      const region = layout.reserve(content.size, path, late ? 'late' : 'file', clusterBytes);
      layout.place(region, content);
      this.regions.set(this.nodes.get(file)!, region);
    }
    const { label, serial } = this.options;
    const structures = this.plan.render({
      geometry,
      label,
      serial,
      firstCluster: (file) => clusterAt(geometry, this.regions.get(file)!.offset),
    });
    layout.place(front, structures.front);
    layout.place(system, structures.system);
  }
}
