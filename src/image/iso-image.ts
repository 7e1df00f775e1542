/** The `iso` format: an optical side and nothing else (design/media.md, Formats). */
import type { Content } from '../content/content.js';
import { LayoutBuilder, type Region } from './layout.js';
import { type OpticalOptions, OpticalSide } from './optical-side.js';
import { directoryTree, extentsByPath, type PlacedFile, type PlacedImage, SECTOR } from './placed-file.js';
import { type SharedNode, shareFileEntries } from './shared-entries.js';

export interface BootOptions {
  /** content of boot/etfsboot.com and efisys.bin; each must be the content of a file on the media */
  readonly biosBoot?: Content;
  readonly uefiBoot?: Content;
}

export interface IsoOptions extends OpticalOptions, BootOptions {
  /** for each content the one that stands for it (`findDuplicates`); left out: no two are alike */
  readonly same?: ReadonlyMap<Content, Content>;
}

/**
 * Lays out an ISO. Nothing is read; contents are only placed.
 * @throws InplaceError LAYOUT_LIMIT, MEDIA_NAME for what UDF 1.02 cannot hold, every problem at once
 */
export function layoutIso(
  files: readonly PlacedFile[],
  directories: readonly string[],
  options: IsoOptions,
): PlacedImage {
  const nodes = shareFileEntries(files, { same: options.same });
  const optical = new OpticalSide(directoryTree(files, directories, nodes, options.recorded), options);
  const layout = new LayoutBuilder();
  optical.reserve(layout);
  const regions = placeFiles(layout, files, nodes);
  const anchor = layout.reserve(SECTOR, 'UDF anchor at the end', 'closing', SECTOR);
  const placeOf = (content: Content | undefined): Region | undefined => {
    const file = files.find((candidate) => candidate.content === content);
    return file && regions.get(nodes.get(file)!);
  };
  optical.place(layout, {
    regions,
    biosBoot: placeOf(options.biosBoot),
    uefiBoot: placeOf(options.uefiBoot),
    anchor,
    totalSectors: anchor.offset / SECTOR + 1,
  });
  const image = layout.seal(SECTOR);
  return { image, extents: extentsByPath(image, files, nodes, regions) };
}

/** Each distinct content once, in the order the files are given. */
function placeFiles(
  layout: LayoutBuilder,
  files: readonly PlacedFile[],
  nodes: ReadonlyMap<PlacedFile, SharedNode>,
): Map<SharedNode, Region> {
  const regions = new Map<SharedNode, Region>();
  for (const file of files) {
    const node = nodes.get(file)!;
    if (node.first !== file || node.size === 0) continue;
    const region = layout.reserve(node.size, file.path, file.late ? 'late' : 'file', SECTOR);
    layout.place(region, node.content);
    regions.set(node, region);
  }
  return regions;
}
