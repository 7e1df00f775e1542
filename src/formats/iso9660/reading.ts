/**
 * Reads an ISO 9660 image (ECMA-119) without extracting it: its files are views of the image. Of the names an image
 * can carry the best are taken: Joliet, then Rock Ridge, then the plain ones.
 */
import type { Content } from '../../content/content.js';
import type { FileTree } from '../../content/tree.js';
import { directoryExtent, directoryRecords } from './extents.js';
import { jolietNaming, type Naming, plainNaming, rockRidgeNaming } from './naming.js';
import { SystemUseReader, systemUseSkip } from './system-use.js';
import { readVolumeDescriptors, type VolumeDescriptor } from './volume.js';
import { type SkippedEntry, walkTree } from './walk.js';

/** Which names the tree shows. */
export type Iso9660Format = 'joliet' | 'rock-ridge' | 'iso9660';

export interface Iso9660Volume {
  readonly label: string;
  readonly format: Iso9660Format;
  /** symbolic links, devices and the like; complete once `tree` has been awaited */
  readonly skipped: readonly SkippedEntry[];
  /** All files and directories, read once. @throws InplaceError SOURCE_CORRUPT, SOURCE_UNSUPPORTED */
  tree(): Promise<FileTree>;
}

/**
 * Opens the volume; undefined when the image holds no ISO 9660 at all.
 * @param file host path for messages
 * @throws InplaceError SOURCE_CORRUPT
 */
export async function openIso9660(image: Content, file: string): Promise<Iso9660Volume | undefined> {
  const found = await readVolumeDescriptors(image, file);
  if (found === undefined) return undefined;
  const { primary, joliet } = found;
  if (joliet !== undefined) return volume('joliet', joliet, jolietNaming);
  const skipBytes = await findSystemUse(primary);
  if (skipBytes === undefined) return volume('iso9660', primary, plainNaming);
  return volume('rock-ridge', primary, rockRidgeNaming(primary, new SystemUseReader(primary, skipBytes)));
}

function volume(format: Iso9660Format, descriptor: VolumeDescriptor, naming: Naming): Iso9660Volume {
  const skipped: SkippedEntry[] = [];
  let tree: Promise<FileTree> | undefined;
  const read = async (): Promise<FileTree> => {
    const walked = await walkTree(descriptor, naming);
    skipped.push(...walked.skipped);
    return walked.tree;
  };
  return {
    label: descriptor.label,
    format,
    skipped,
    tree: () => {
      tree ??= read();
      return tree;
    },
  };
}

/** The SP entry stands in the first record of the root directory (SUSP 5.3). */
async function findSystemUse(descriptor: VolumeDescriptor): Promise<number | undefined> {
  const extent = directoryExtent(descriptor, descriptor.root);
  const first = { offset: extent.offset, sizeBytes: Math.min(2048, extent.sizeBytes) };
  for await (const [self] of directoryRecords(descriptor, first)) {
    return self === undefined ? undefined : systemUseSkip(self.systemUse);
  }
  return undefined;
}
