import { InplaceError } from '../../../errors.js';
import {
  ANCHOR_SECTOR,
  type AnchorVolumeDescriptorPointer,
  readAnchor,
} from '../structures/anchor-volume-descriptor-pointer.js';
import { TAG } from '../structures/constants.js';
import type { ExtentAd } from '../structures/extents.js';
import { tagProblem } from '../structures/tag.js';
import type { BlockDevice } from './block-device.js';
import { readSequence, type Sequence } from './sequence.js';

/** Bytes of a sector: 2048 on optical discs and in ISO files, the others on disks. */
const BLOCK_SIZES = [2048, 512, 4096, 1024] as const;

/** A Volume Descriptor Sequence and the block size its anchor was found with. */
export interface FoundVolume {
  readonly blockSize: number;
  readonly sequence: Sequence;
}

/**
 * Finds the anchor at 256, N - 256 or N (ECMA-167 3/8.4.2.1) with each block size, then reads the main Volume
 * Descriptor Sequence, or the reserve when the main one is damaged. Undefined when there is no anchor.
 * @throws InplaceError the first problem, when no anchor leads to a whole sequence
 */
export async function findVolume(device: BlockDevice): Promise<FoundVolume | undefined> {
  let problem: unknown;
  for (const blockSize of BLOCK_SIZES) {
    for (const location of anchorLocations(device, blockSize)) {
      const anchor = await anchorAt(device, blockSize, location);
      if (!anchor) continue;
      try {
        return { blockSize, sequence: await mainOrReserve(device, anchor, blockSize) };
      } catch (error) {
        if (!(error instanceof InplaceError)) throw error;
        problem ??= error;
      }
    }
  }
  if (problem !== undefined) throw problem;
  return undefined;
}

function anchorLocations(device: BlockDevice, blockSize: number): Set<number> {
  const last = Math.floor(device.image.size / blockSize) - 1;
  return new Set([ANCHOR_SECTOR, last - ANCHOR_SECTOR, last].filter((location) => location > 0 && location <= last));
}

async function anchorAt(
  device: BlockDevice,
  blockSize: number,
  location: number,
): Promise<AnchorVolumeDescriptorPointer | undefined> {
  const bytes = await device.bytes(location * blockSize, 512, 'AnchorVolumeDescriptorPointer');
  if (tagProblem(bytes, TAG.anchorVolumeDescriptorPointer, location)) return undefined;
  return readAnchor(bytes);
}

async function mainOrReserve(
  device: BlockDevice,
  anchor: AnchorVolumeDescriptorPointer,
  blockSize: number,
): Promise<Sequence> {
  const read = (extent: ExtentAd): Promise<Sequence> => readSequence(device, extent, blockSize);
  try {
    return await read(anchor.main);
  } catch (error) {
    if (!(error instanceof InplaceError)) throw error;
    // the main sequence is what should be whole: its problem is the one to report
    return read(anchor.reserve).catch(() => Promise.reject(error));
  }
}
