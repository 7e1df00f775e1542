/** Files and folders as every volume of the media gets them, and how they become the tree that a format wants. */
import type { Content } from '../content/content.js';
import { byCodeUnit } from '../content/tree.js';
import type { DiskImage, Extent } from './disk-image.js';
import type { Region } from './layout.js';

/** bytes of a sector of an optical disc; UDF's logical block too */
export const SECTOR = 2048;

/** A file as the image needs it; files are placed in the order they are given. */
export interface PlacedFile {
  readonly path: string;
  readonly content: Content;
  readonly modified: Date;
  /** the manifest: its bytes are known last */
  readonly late?: boolean;
}

/** A finished image, and where everything is in it. */
export interface PlacedImage {
  readonly image: DiskImage;
  /** the place of each file that has bytes, by path */
  readonly extents: ReadonlyMap<string, Extent>;
}

/** What UDF and FAT32 both need to know of a file. */
export interface FileNode {
  /** bytes */
  readonly size: number;
  /** files that share a node may have several times; it carries the newest */
  modified: Date;
}

/** A folder with everything in it, in the form that UDF and FAT32 both take. */
export interface DirectoryNode<F extends FileNode = FileNode> {
  /** '' for the root */
  readonly name: string;
  readonly modified: Date;
  readonly directories: DirectoryNode<F>[];
  readonly files: { readonly name: string; readonly file: F }[];
}

/**
 * The root.
 * @param directories every folder, those above other folders and files too, in any order
 * @param recorded time of the folders
 */
export function directoryTree<F extends FileNode>(
  files: readonly PlacedFile[],
  directories: readonly string[],
  nodes: ReadonlyMap<PlacedFile, F>,
  recorded: Date,
): DirectoryNode<F> {
  const make = (name: string): DirectoryNode<F> => ({ name, modified: recorded, directories: [], files: [] });
  const root = make('');
  const byPath = new Map([['', root]]);
  const folderOf = (path: string): DirectoryNode<F> => {
    const folder = byPath.get(parentPath(path));
    if (!folder) throw new Error(`The folder of ${path} is not among the folders`);
    return folder;
  };
  for (const path of [...directories].sort(byCodeUnit)) {
    const directory = make(baseName(path));
    byPath.set(path, directory);
    folderOf(path).directories.push(directory);
  }
  for (const file of files) {
    folderOf(file.path).files.push({ name: baseName(file.path), file: nodes.get(file)! });
  }
  return root;
}

function parentPath(path: string): string {
  return path.slice(0, Math.max(0, path.lastIndexOf('/')));
}

function baseName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

/** The extent of each file that has one, by path. */
export function extentsByPath<F extends FileNode>(
  image: DiskImage,
  files: readonly PlacedFile[],
  nodes: ReadonlyMap<PlacedFile, F>,
  regions: ReadonlyMap<F, Region>,
): Map<string, Extent> {
  const byOffset = new Map(image.extents.map((extent) => [extent.offset, extent]));
  const result = new Map<string, Extent>();
  for (const file of files) {
    const region = regions.get(nodes.get(file)!);
    if (region) result.set(file.path, byOffset.get(region.offset)!);
  }
  return result;
}
