/** Opens an OS upgrade package: a Windows ISO, without extracting or mounting it, or a folder with its files. */
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { closeContent, FileContent, sourceUnreadable } from '../content/file.js';
import { readFolderTree } from '../content/folder-tree.js';
import { isSystemFolder } from '../content/system-folders.js';
import type { FileTree, TreeFile } from '../content/tree.js';
import { type Finding, InplaceError, throwFindings } from '../errors.js';
import { type Iso9660Volume, openIso9660 } from '../formats/iso9660/reading.js';
import { openUdf, type UdfVolume } from '../formats/udf/read.js';
import type { WindowsMediaFacts } from './facts.js';
import { refuseMistaken } from './mistaken.js';
import { MediaReader } from './reader.js';
import { readMediaFacts } from './recognise.js';

/** How the files were found: the file system of the ISO that was read, or a folder. */
export type PackageFormat = 'udf' | 'joliet' | 'rock-ridge' | 'iso9660' | 'folder';

type Volume = UdfVolume | Iso9660Volume;

/** The Windows install media whose Setup performs the upgrade, opened. */
export interface UpgradePackage {
  readonly kind: 'iso' | 'folder';
  /** host path, as given */
  readonly path: string;
  readonly tree: FileTree;
  /** volume label of an ISO */
  readonly label?: string;
  readonly format: PackageFormat;
  /** what it is; its findings hold an error when no upgrade can be made from it */
  readonly facts: WindowsMediaFacts;
  /** entries of the ISO that cannot be taken along; they are among the findings of the facts, too */
  readonly skipped: readonly Finding[];
  /** A file by its path in any case: `find('sources/install.wim')`. */
  find(path: string): TreeFile | undefined;
  /** Closes the files that reading opened. Contents may be read again afterwards; that opens them again. */
  close(): Promise<void>;
}

/**
 * Opens the package and recognises what it is. Only directories, headers and small files are read. What Windows and
 * macOS put on every drive is no part of it, so that the root of a drive is a package, too.
 * What makes it unfit for an upgrade is an error in `facts.findings`, not an exception: `inspect` shows it all the same.
 * @throws InplaceError SOURCE_MISSING, SOURCE_UNREADABLE; SOURCE_CORRUPT, SOURCE_UNSUPPORTED when the ISO cannot be
 *   read; PACKAGE_LINK, MEDIA_NAME and others for what a folder may not hold, all at once
 */
export async function openUpgradePackage(path: string): Promise<UpgradePackage> {
  const status = await stat(path).catch((error: unknown) => {
    throw sourceUnreadable(path, error);
  });
  if (status.isDirectory()) return openFolder(path);
  if (!status.isFile()) {
    throw new InplaceError({
      code: 'SOURCE_UNSUPPORTED',
      message: 'Neither a file nor a folder',
      where: { file: path },
    });
  }
  const image = new FileContent(path, { size: status.size, modifiedMs: status.mtimeMs });
  try {
    return await openIso(path, image);
  } catch (error) {
    await image.close();
    throw error;
  }
}

async function openFolder(path: string): Promise<UpgradePackage> {
  const { tree, findings } = await readFolderTree(path, { skip: isSystemFolder });
  throwFindings(findings);
  const media = new MediaReader(path, tree, (file) => join(path, file.path));
  const facts = await readMediaFacts(media);
  const close = async (): Promise<void> => {
    for (const { content } of tree.files) await closeContent(content);
  };
  return { kind: 'folder', path, tree, format: 'folder', facts, skipped: [], find: media.find, close };
}

async function openIso(path: string, image: FileContent): Promise<UpgradePackage> {
  await refuseMistaken(path, image);
  const { format, volume } = await openVolume(path, image);
  const tree = withoutSystemFolders(await volume.tree());
  const media = new MediaReader(path, tree, (file) => `${path}:${file.path}`);
  for (const { path: entry, reason } of volume.skipped) media.warn(`This is ${reason}; it is left out`, entry);
  const skipped = [...media.findings];
  const facts = await readMediaFacts(media);
  const { label } = volume;
  return { kind: 'iso', path, tree, label, format, facts, skipped, find: media.find, close: () => image.close() };
}

function withoutSystemFolders({ files, directories }: FileTree): FileTree {
  return {
    files: files.filter(({ path }) => !isSystemFolder(path)),
    directories: directories.filter((path) => !isSystemFolder(path)),
  };
}

/** UDF before ISO 9660: on Windows media the latter holds nothing but a README. */
async function openVolume(path: string, image: FileContent): Promise<{ format: PackageFormat; volume: Volume }> {
  const udf = await openUdf(image, path);
  if (udf !== undefined) return { format: 'udf', volume: udf };
  const iso9660 = await openIso9660(image, path);
  if (iso9660 !== undefined) return { format: iso9660.format, volume: iso9660 };
  throw new InplaceError({
    code: 'SOURCE_UNSUPPORTED',
    message: 'The file is no ISO image: it holds neither UDF nor ISO 9660',
    where: { file: path },
    hint: 'Give the ISO of Windows, or a folder with its files',
  });
}
