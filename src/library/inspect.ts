import { join } from 'node:path';
import { type BootTrust, examineBootTrust } from '../boot-trust/boot-trust.js';
import { readBytes } from '../content/content.js';
import { closeContent, openFile } from '../content/file.js';
import { readFolderTree } from '../content/folder-tree.js';
import { isSystemFolder } from '../content/system-folders.js';
import type { FileTree } from '../content/tree.js';
import { isUnfinished } from '../devices/unfinished.js';
import { type Finding, InplaceError, throwFindings } from '../errors.js';
import { type BootEntry, readBootCatalog } from '../formats/eltorito/reading.js';
import { SECTOR_BYTES } from '../formats/mbr/master-boot-record.js';
import { readWimHeader, type WimHeader } from '../formats/wim/header.js';
import type { WimImage } from '../formats/wim/information.js';
import { readWimXml } from '../formats/wim/xml-data.js';
import { type Disk, type DiskVolume, openDisk } from '../image/disk.js';
import { readVolumeFacts } from '../image/volume-facts.js';
import { openZipTree } from '../image/zip-tree.js';
import { MEDIA_PATHS, upgradePackagePath } from '../staging/media-paths.js';
import type { WindowsMediaFacts } from '../upgrade-package/facts.js';
import { openUpgradePackage, type PackageFormat } from '../upgrade-package/open.js';
import { MediaReader } from '../upgrade-package/reader.js';
import { readMediaFacts } from '../upgrade-package/recognise.js';
import { upgradeImages } from '../upgrade-package/upgrade-images.js';
import { type UpgradeWords, upgradeWords } from '../upgrade-package/upgrade-words.js';
import { inspectProgram } from './inspect-program.js';
import { type MediaSummary, readMediaJson } from './media-json.js';
import { type MediaKind, mediaKind } from './media-kind.js';
import { isDrive, openNamedDrive } from './named-drive.js';

/** What is in an ISO, folder, zip, WIM, drive or program. */
export interface Inspection {
  readonly path: string;
  readonly kind: MediaKind | 'program' | 'drive';
  /** a drive whose writing was begun and never ended: nothing else is known of it */
  readonly unfinished?: true;
  /** which file system of an ISO was read */
  readonly format?: PackageFormat | DiskVolume['fileSystem'];
  /** volume label */
  readonly label?: string;
  readonly files?: number;
  /** every file, sorted by path */
  readonly listing?: readonly { readonly path: string; readonly bytes: number }[];
  /** bytes of all files */
  readonly bytes?: number;
  /** partitions, when the image is a disk */
  readonly partitions?: readonly InspectedPartition[];
  /** El Torito entries of an ISO */
  readonly bootEntries?: readonly BootEntry[];
  /** seen as Windows install media */
  readonly windows?: WindowsMediaFacts;
  /** what each image of install media can upgrade; left out when there is none */
  readonly upgrades?: readonly UpgradeWords[];
  /** upgrade packages in deploy/os, beside the one at the root; left out when there is none */
  readonly otherWindows?: readonly InspectedPackage[];
  readonly wim?: { readonly header: WimHeader; readonly images: readonly WimImage[] };
  /** which firmware with Secure Boot starts it; left out when nothing on it starts under UEFI */
  readonly bootTrust?: BootTrust;
  /** deploy/media.json, when inplace built it */
  readonly media?: MediaSummary;
}

/** An upgrade package in a folder of its own. */
export interface InspectedPackage {
  readonly id: string;
  readonly path: string;
  readonly windows: WindowsMediaFacts;
  readonly upgrades: readonly UpgradeWords[];
}

/** A partition of a disk. */
export interface InspectedPartition {
  /** 1 to 4 */
  readonly number: number;
  /** type byte of the MBR */
  readonly type: number;
  readonly active: boolean;
  /** bytes from the start of the disk */
  readonly offset: number;
  readonly bytes: number;
  /** as far as it is known */
  readonly fileSystem?: DiskVolume['fileSystem'];
}

/**
 * Looks into a path: headers, XML, small files and boot files only.
 * @throws InplaceError when it cannot be read
 */
export async function inspect(path: string): Promise<Inspection> {
  if (await isDrive(path)) return await inspectDrive(path);
  const kind = await mediaKind(path);
  if (kind === 'wim') return await inspectWim(path);
  if (kind === 'zip') return await inspectZip(path);
  if (kind === 'folder') return await inspectFolder(path);
  const program = await inspectProgram(path);
  return program === undefined ? await inspectImage(path) : { path, kind: 'program', ...program };
}

/** A drive is looked at through its partitions, as every system does, whatever image was copied to it. */
async function inspectDrive(path: string): Promise<Inspection> {
  const device = await openNamedDrive(path);
  try {
    const head = await readBytes(device, 0, Math.min(device.size, SECTOR_BYTES));
    if (isUnfinished(head)) return { path, kind: 'drive', bytes: device.size, unfinished: true };
    const disk = await openDisk(device, path);
    if (disk) return { ...(await inspectDisk(path, disk)), kind: 'drive', partitions: partitionsOf(disk) };
  } finally {
    await device.close();
  }
  throw new InplaceError({
    code: 'SOURCE_UNSUPPORTED',
    message: 'There is no partition of FAT32 or exFAT on it',
    where: { file: path },
    hint: 'Drives are read by their partitions; of an ISO that was copied to one, inspect the file',
  });
}

async function inspectImage(path: string): Promise<Inspection> {
  const image = await openFile(path);
  try {
    const disk = await openDisk(image, path);
    if (disk === undefined) return await inspectIso(path);
    const partitions = partitionsOf(disk);
    // a hybrid has an optical side as well, which says more
    if (await readVolumeFacts(image)) return { ...(await inspectIso(path)), partitions };
    return { ...(await inspectDisk(path, disk)), partitions };
  } finally {
    await image.close();
  }
}

function partitionsOf({ partitions, volumes }: Disk): InspectedPartition[] {
  return partitions.flatMap((partition, index) => {
    const { type, active, firstSector, sectors } = partition;
    if (sectors === 0) return [];
    const volume = volumes.find((candidate) => candidate.partition === partition);
    return [
      {
        number: index + 1,
        type,
        active,
        offset: firstSector * SECTOR_BYTES,
        bytes: sectors * SECTOR_BYTES,
        ...(volume ? { fileSystem: volume.fileSystem } : {}),
      },
    ];
  });
}

/** The first volume holds everything. */
async function inspectDisk(path: string, { volumes }: Disk): Promise<Inspection> {
  const [volume] = volumes;
  const { label, files, directories } = await volume!.tree();
  const tree = {
    files: files.filter((file) => !isSystemFolder(file.path)),
    directories: directories.filter((name) => !isSystemFolder(name)),
  };
  const facts = await readMediaFacts(new MediaReader(path, tree, (file) => `${path}:${file.path}`));
  return { ...(await inspectTree(path, 'image', tree, facts)), format: volume!.fileSystem, label };
}

async function inspectIso(path: string): Promise<Inspection> {
  const source = await openUpgradePackage(path);
  try {
    const { bootEntries, findings } = await inspectBootCatalog(path);
    const { format, label, facts } = source;
    return {
      ...(await inspectTree(path, 'image', source.tree, { ...facts, findings: [...facts.findings, ...findings] })),
      format,
      ...(label === undefined ? {} : { label }),
      bootEntries,
    };
  } finally {
    await source.close();
  }
}

/** A boot catalog that breaks the rules is a warning: the files of the image can be read all the same. */
async function inspectBootCatalog(path: string): Promise<{ bootEntries: BootEntry[]; findings: readonly Finding[] }> {
  const image = await openFile(path);
  try {
    return { bootEntries: await readBootCatalog(image, path), findings: [] };
  } catch (error) {
    if (!(error instanceof InplaceError) || error.code !== 'SOURCE_CORRUPT') throw error;
    return { bootEntries: [], findings: error.findings.map((finding) => ({ ...finding, severity: 'warning' })) };
  } finally {
    await image.close();
  }
}

async function inspectFolder(path: string): Promise<Inspection> {
  const { tree, findings } = await readFolderTree(path, { skip: isSystemFolder });
  throwFindings(findings);
  const facts = await readMediaFacts(new MediaReader(path, tree, (file) => join(path, file.path)));
  return await inspectTree(path, 'folder', tree, facts);
}

async function inspectZip(path: string): Promise<Inspection> {
  const zip = await openZipTree(path);
  try {
    const facts = await readMediaFacts(new MediaReader(path, zip, (file) => `${path}:${file.path}`));
    return await inspectTree(path, 'zip', zip, facts);
  } finally {
    await zip.close();
  }
}

async function inspectWim(path: string): Promise<Inspection> {
  const file = await openFile(path);
  try {
    const header = await readWimHeader(file, path);
    const { images } = await readWimXml(file, header, path);
    return { path, kind: 'wim', bytes: file.size, wim: { header, images } };
  } finally {
    await file.close();
  }
}

async function inspectTree(
  path: string,
  kind: MediaKind,
  tree: FileTree,
  windows: WindowsMediaFacts,
): Promise<Inspection> {
  const file = tree.files.find(({ path: name }) => name === MEDIA_PATHS.media);
  const media = file && (await readMediaJson(file.content).finally(() => closeContent(file.content)));
  const bytes = tree.files.reduce((sum, file) => sum + file.content.size, 0);
  const listing = tree.files.map((file) => ({ path: file.path, bytes: file.content.size }));
  const trust = await examineBootTrust(tree);
  const bootTrust = trust.media.length + trust.bootImage.length > 0 ? { bootTrust: trust } : {};
  const upgrades = upgradeWords(upgradeImages(windows));
  const others = media ? await otherPackages(path, tree) : [];
  return {
    path,
    kind,
    files: tree.files.length,
    bytes,
    listing,
    windows,
    ...(upgrades.length > 0 ? { upgrades } : {}),
    ...(others.length > 0 ? { otherWindows: others } : {}),
    ...bootTrust,
    ...(media ? { media } : {}),
  };
}

/** Every folder in deploy/os, seen as Windows install media. */
async function otherPackages(path: string, tree: FileTree): Promise<InspectedPackage[]> {
  const start = `${MEDIA_PATHS.otherUpgradePackages}/`;
  const below = (name: string): string[] => (name.startsWith(start) ? [name.slice(start.length).split('/')[0]!] : []);
  const ids = [...new Set(tree.files.flatMap((file) => below(file.path)))].sort();
  const found: InspectedPackage[] = [];
  for (const id of ids) {
    const folder = upgradePackagePath(id);
    const inside = (name: string): string[] => (name.startsWith(`${folder}/`) ? [name.slice(folder.length + 1)] : []);
    const own = {
      files: tree.files.flatMap((file) => inside(file.path).map((name) => ({ ...file, path: name }))),
      directories: tree.directories.flatMap(inside),
    };
    const windows = await readMediaFacts(new MediaReader(path, own, (file) => `${path}:${folder}/${file.path}`));
    found.push({ id, path: folder, windows, upgrades: upgradeWords(upgradeImages(windows)) });
  }
  return found;
}
