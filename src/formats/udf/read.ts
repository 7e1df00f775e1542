/**
 * Reading: tolerant of what others write (oscdimg, genisoimage, mkudffs, Linux, Windows; UDF 1.02 to 2.01, and later
 * ones on plain partitions), never of what contradicts itself.
 */
import type { Content } from '../../content/content.js';
import type { FileTree } from '../../content/tree.js';
import { BlockDevice } from './reading/block-device.js';
import { findVolume } from './reading/find-volume.js';
import { LogicalVolume } from './reading/logical-volume.js';
import { isUdf } from './reading/recognition.js';
import { readTree, type SkippedEntry } from './reading/tree.js';

export type { SkippedEntry };

export interface UdfVolume {
  readonly label: string;
  /** UDF revision as binary coded decimal: 0x0102 */
  readonly revision: number;
  /** bytes */
  readonly blockSize: number;
  /** symbolic links, devices and the like; complete once `tree` has been awaited */
  readonly skipped: readonly SkippedEntry[];
  /**
   * Reads the whole tree, once; later calls give the same. Files are views of the image.
   * @throws InplaceError SOURCE_CORRUPT, SOURCE_UNSUPPORTED
   */
  tree(): Promise<FileTree>;
}

/**
 * Opens the UDF volume of an image; undefined when it has none.
 * @param file host path of the image, for messages
 * @throws InplaceError SOURCE_CORRUPT, SOURCE_UNSUPPORTED (virtual, sparable and metadata partitions, other domains)
 */
export async function openUdf(image: Content, file: string): Promise<UdfVolume | undefined> {
  const device = new BlockDevice(image, file);
  if (!(await isUdf(device))) return undefined;
  const found = await findVolume(device);
  if (!found) {
    const message = 'The volume recognition sequence names UDF, but there is no anchor at sector 256 or at the end';
    throw device.corrupt(message, { field: 'AnchorVolumeDescriptorPointer' });
  }
  return new OpenVolume(LogicalVolume.of(device, found));
}

class OpenVolume implements UdfVolume {
  readonly skipped: SkippedEntry[] = [];
  #tree: Promise<FileTree> | undefined;

  constructor(readonly volume: LogicalVolume) {}

  get label(): string {
    return this.volume.label;
  }

  get revision(): number {
    return this.volume.revision;
  }

  get blockSize(): number {
    return this.volume.blockSize;
  }

  tree(): Promise<FileTree> {
    this.#tree ??= readTree(this.volume).then(({ tree, skipped }) => {
      this.skipped.push(...skipped);
      return tree;
    });
    return this.#tree;
  }
}
