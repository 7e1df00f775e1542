/**
 * The `iso` format: UDF 1.02 with the small ISO 9660 stub that Windows media have, El Torito for BIOS and UEFI
 * (design/media.md, Formats). UDF and ISO 9660 know nothing of each other; this module gives both their places.
 */
import type { Content } from '../content/content.js';
import { byCodeUnit } from '../content/tree.js';
import { BytesContent } from '../content/views.js';
import { bootCatalog } from '../formats/eltorito/boot-catalog.js';
import { BOOT_RECORD_LBA, bootRecord } from '../formats/eltorito/boot-record.js';
import { isoStub, STUB_LBA } from '../formats/iso9660/stub.js';
import { planUdf, type UdfDirectory, type UdfFile, udfRecognition } from '../formats/udf/write.js';
import type { DiskImage, Extent } from './disk-image.js';
import { LayoutBuilder, type Region } from './layout.js';

/** bytes of a sector of an optical disc; UDF's logical block too */
export const SECTOR = 2048;

/** Where each structure lies, in sectors. ECMA-167 3/8.4.2.1 fixes the anchor, ECMA-119 8 the first descriptor. */
const LBA = {
  descriptors: 16,
  recognition: 19,
  bootCatalog: 26,
  mainVds: 32,
  reserveVds: 48,
  integrity: 64,
  anchor: 256,
  partition: 257,
} as const;

/** A file as the image needs it; files are placed in the order they are given. */
export interface PlacedFile {
  readonly path: string;
  readonly content: Content;
  readonly modified: Date;
  /** the manifest: its bytes are known last */
  readonly late?: boolean;
}

export interface IsoOptions {
  readonly label: string;
  /** lower-case hex; every id on the volume derives from it */
  readonly mediaId: string;
  /** the media's own time: directories and volume descriptors carry it */
  readonly recorded: Date;
  /** content of boot/etfsboot.com and efisys.bin; each must be the content of a file on the media */
  readonly biosBoot?: Content;
  readonly uefiBoot?: Content;
  /** for each content the one that stands for it (`findDuplicates`); left out: no two are alike */
  readonly same?: ReadonlyMap<Content, Content>;
  /** program and version, for the ISO 9660 stub's application identifier */
  readonly application: string;
}

export interface IsoImage {
  readonly image: DiskImage;
  /** the place of each file that has bytes, by path */
  readonly extents: ReadonlyMap<string, Extent>;
}

/**
 * Lays out an ISO. Nothing is read; contents are only placed.
 * @throws InplaceError LAYOUT_LIMIT, MEDIA_NAME for what UDF 1.02 cannot hold, every problem at once
 */
export function layoutIso(files: readonly PlacedFile[], directories: readonly string[], options: IsoOptions): IsoImage {
  const nodes = shareFileEntries(files, options.same);
  const root = directoryTree(files, directories, nodes, options.recorded);
  const plan = planUdf(root, { label: options.label, volumeSetId: options.mediaId, recorded: options.recorded });

  const layout = new LayoutBuilder();
  layout.skipTo(LBA.descriptors * SECTOR, 'system area');
  const low = layout.reserve(
    (LBA.bootCatalog + 1 - LBA.descriptors) * SECTOR,
    'ISO 9660 stub, boot catalog',
    'structure',
  );
  layout.skipTo(LBA.mainVds * SECTOR, 'unused');
  const mainVds = layout.reserve(16 * SECTOR, 'UDF volume descriptor sequence', 'structure');
  const reserveVds = layout.reserve(16 * SECTOR, 'UDF reserve volume descriptor sequence', 'structure');
  const integrity = layout.reserve(2 * SECTOR, 'UDF logical volume integrity', 'structure');
  layout.skipTo(LBA.anchor * SECTOR, 'unused');
  const anchor = layout.reserve(SECTOR, 'UDF anchor', 'structure');
  const metadata = layout.reserve(plan.metadataBlocks * SECTOR, 'UDF file entries and directories', 'structure');
  const regions = placeFiles(layout, files, nodes);
  const closing = layout.reserve(SECTOR, 'UDF anchor at the end', 'closing', SECTOR);

  const lastLba = closing.offset / SECTOR;
  const volume = plan.render({
    partitionStart: LBA.partition,
    partitionBlocks: lastLba - LBA.partition,
    mainVdsLba: LBA.mainVds,
    reserveVdsLba: LBA.reserveVds,
    integrityLba: LBA.integrity,
    dataBlock: (file) => regions.get(file)!.offset / SECTOR - LBA.partition,
  });
  layout.place(mainVds, volume.mainVds);
  layout.place(reserveVds, volume.reserveVds);
  layout.place(integrity, volume.integrity);
  layout.place(anchor, volume.anchor(LBA.anchor));
  layout.place(metadata, volume.metadata);
  layout.place(closing, volume.anchor(lastLba));
  layout.place(low, lowSectors(files, nodes, regions, lastLba + 1, options));

  const image = layout.seal(SECTOR);
  return { image, extents: extentsByPath(image, files, nodes, regions) };
}

/** One UDF File Entry for each distinct content. A link count has 16 bits, so very many names need several entries. */
function shareFileEntries(files: readonly PlacedFile[], same: IsoOptions['same']): Map<PlacedFile, UdfNode> {
  const open = new Map<Content, UdfNode>();
  const nodes = new Map<PlacedFile, UdfNode>();
  for (const file of files) {
    const content = same?.get(file.content) ?? file.content;
    let node = file.late ? undefined : open.get(content);
    if (!node || node.links === MAX_LINKS) {
      node = { size: content.size, modified: file.modified, content, links: 0, first: file };
      open.set(content, node);
    }
    node.links += 1;
    if (node.modified < file.modified) node.modified = file.modified;
    nodes.set(file, node);
  }
  return nodes;
}

/** File Link Count is a Uint16 (ECMA-167 4/14.9.6). */
const MAX_LINKS = 65535;

interface UdfNode extends UdfFile {
  /** identical files may have several times; the File Entry carries the newest */
  modified: Date;
  readonly content: Content;
  links: number;
  readonly first: PlacedFile;
}

function directoryTree(
  files: readonly PlacedFile[],
  directories: readonly string[],
  nodes: ReadonlyMap<PlacedFile, UdfNode>,
  recorded: Date,
): UdfDirectory {
  const root: UdfDirectory = { name: '', modified: recorded, directories: [], files: [] };
  const byPath = new Map([['', root]]);
  for (const path of [...directories].sort(byCodeUnit)) {
    const directory: UdfDirectory = { name: baseName(path), modified: recorded, directories: [], files: [] };
    byPath.set(path, directory);
    byPath.get(parentPath(path))!.directories.push(directory);
  }
  for (const file of files) {
    byPath.get(parentPath(file.path))!.files.push({ name: baseName(file.path), file: nodes.get(file)! });
  }
  return root;
}

function parentPath(path: string): string {
  return path.slice(0, Math.max(0, path.lastIndexOf('/')));
}

function baseName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

/** Each distinct content once, in the order the files are given. */
function placeFiles(
  layout: LayoutBuilder,
  files: readonly PlacedFile[],
  nodes: ReadonlyMap<PlacedFile, UdfNode>,
): Map<UdfFile, Region> {
  const regions = new Map<UdfFile, Region>();
  for (const file of files) {
    const node = nodes.get(file)!;
    if (node.first !== file || node.size === 0) continue;
    const region = layout.reserve(node.size, file.path, file.late ? 'late' : 'file', SECTOR);
    layout.place(region, node.content);
    regions.set(node, region);
  }
  return regions;
}

/** Sectors 16 to 26: volume descriptors, UDF recognition, path tables, root directory, README, boot catalog. */
function lowSectors(
  files: readonly PlacedFile[],
  nodes: ReadonlyMap<PlacedFile, UdfNode>,
  regions: ReadonlyMap<UdfFile, Region>,
  totalSectors: number,
  options: IsoOptions,
): Content {
  const { label, recorded, application, mediaId } = options;
  const stub = isoStub({ label, recorded, totalSectors, application, volumeSetId: mediaId });
  const bios = placeOf(options.biosBoot, files, nodes, regions);
  const uefi = placeOf(options.uefiBoot, files, nodes, regions);
  const bootable = bios !== undefined || uefi !== undefined;
  // load size of etfsboot.com: what every Windows disc says (facts/configmgr.md G.1)
  const catalog = {
    ...(bios ? { bios: { lba: bios.lba, sectors512: 8 } } : {}),
    ...(uefi ? { uefi: { lba: uefi.lba, sectors512: Math.ceil(uefi.bytes / 512) } } : {}),
  };
  const sectors = new Uint8Array((LBA.bootCatalog + 1 - LBA.descriptors) * SECTOR);
  const put = (lba: number, bytes: Uint8Array) => sectors.set(bytes, (lba - LBA.descriptors) * SECTOR);
  put(STUB_LBA.primaryVolumeDescriptor, stub.primaryVolumeDescriptor);
  // the sequence has no hole: media that boot nothing have a second terminator where the boot record would be
  put(BOOT_RECORD_LBA, bootable ? bootRecord(LBA.bootCatalog) : stub.terminator);
  put(STUB_LBA.terminator, stub.terminator);
  put(LBA.recognition, udfRecognition());
  put(STUB_LBA.pathTableL, stub.pathTableL);
  put(STUB_LBA.pathTableM, stub.pathTableM);
  put(STUB_LBA.rootDirectory, stub.rootDirectory);
  put(STUB_LBA.readme, stub.readme);
  if (bootable) put(LBA.bootCatalog, bootCatalog(catalog));
  return new BytesContent(sectors);
}

function placeOf(
  content: Content | undefined,
  files: readonly PlacedFile[],
  nodes: ReadonlyMap<PlacedFile, UdfNode>,
  regions: ReadonlyMap<UdfFile, Region>,
): { lba: number; bytes: number } | undefined {
  const file = files.find((candidate) => candidate.content === content);
  const region = file && regions.get(nodes.get(file)!);
  return region && { lba: region.offset / SECTOR, bytes: region.size };
}

function extentsByPath(
  image: DiskImage,
  files: readonly PlacedFile[],
  nodes: ReadonlyMap<PlacedFile, UdfNode>,
  regions: ReadonlyMap<UdfFile, Region>,
): Map<string, Extent> {
  const byOffset = new Map(image.extents.map((extent) => [extent.offset, extent]));
  const result = new Map<string, Extent>();
  for (const file of files) {
    const region = regions.get(nodes.get(file)!);
    if (region) result.set(file.path, byOffset.get(region.offset)!);
  }
  return result;
}
