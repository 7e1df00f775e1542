import { viewOf } from '../../../bytes/view.js';
import { TAG } from '../structures/constants.js';
import { type ExtentAd, readExtentAd } from '../structures/extents.js';
import { type FoundLogicalVolume, readLogicalVolume } from '../structures/logical-volume-descriptor.js';
import { type FoundPartition, readPartition } from '../structures/partition-descriptor.js';
import { type PrimaryVolumeDescriptor, readPrimaryVolume } from '../structures/primary-volume-descriptor.js';
import { readTag } from '../structures/tag.js';
import type { BlockDevice } from './block-device.js';
import { MAX_SEQUENCE_BLOCKS, MAX_SEQUENCE_EXTENTS } from './limits.js';

/** The prevailing descriptors of a Volume Descriptor Sequence (ECMA-167 3/8.4.3). */
export interface Sequence {
  readonly primary?: PrimaryVolumeDescriptor;
  readonly logical: FoundLogicalVolume;
  /** byte where the Logical Volume Descriptor lies */
  readonly logicalOffset: number;
  readonly partitions: ReadonlyMap<number, FoundPartition>;
}

/** Names of the descriptors, for messages. */
const STRUCTURES: Readonly<Record<number, string>> = {
  [TAG.primaryVolumeDescriptor]: 'PrimaryVolumeDescriptor',
  [TAG.volumeDescriptorPointer]: 'VolumeDescriptorPointer',
  [TAG.partitionDescriptor]: 'PartitionDescriptor',
  [TAG.logicalVolumeDescriptor]: 'LogicalVolumeDescriptor',
};

/** Reads one sequence. @throws InplaceError SOURCE_CORRUPT */
export async function readSequence(device: BlockDevice, extent: ExtentAd, blockSize: number): Promise<Sequence> {
  const reader = new SequenceReader(device, blockSize);
  let next: ExtentAd | undefined = extent;
  for (let extents = 0; next !== undefined; extents++) {
    if (extents === MAX_SEQUENCE_EXTENTS) {
      const field = 'VolumeDescriptorPointer.nextVolumeDescriptorSequenceExtent';
      throw device.corrupt('The Volume Descriptor Sequence is continued without end', { field });
    }
    next = await reader.readExtent(next);
  }
  return reader.result(extent);
}

class SequenceReader {
  #primary: PrimaryVolumeDescriptor | undefined;
  #logical: { descriptor: FoundLogicalVolume; offset: number } | undefined;
  readonly #partitions = new Map<number, FoundPartition>();

  constructor(
    readonly device: BlockDevice,
    readonly blockSize: number,
  ) {}

  /** Reads up to the terminator; returns the extent that continues the sequence. */
  async readExtent(extent: ExtentAd): Promise<ExtentAd | undefined> {
    const blocks = Math.min(MAX_SEQUENCE_BLOCKS, Math.floor(extent.length / this.blockSize));
    for (let i = 0; i < blocks; i++) {
      const location = extent.location + i;
      const offset = location * this.blockSize;
      const bytes = await this.device.bytes(offset, this.blockSize, 'volume descriptor sequence');
      const { identifier } = readTag(bytes);
      // a block that was never recorded ends the sequence as a terminator does (ECMA-167 3/8.4.2)
      if (identifier === 0 || identifier === TAG.terminatingDescriptor) return undefined;
      const structure = STRUCTURES[identifier];
      if (structure === undefined) continue;
      this.device.checkTag(bytes, structure, identifier, offset, location);
      if (identifier === TAG.volumeDescriptorPointer) return readExtentAd(viewOf(bytes), 20);
      this.#take(identifier, bytes, offset);
    }
    return undefined;
  }

  /** Of two descriptors of a kind, the one with the higher sequence number prevails. */
  #take(identifier: number, bytes: Uint8Array, offset: number): void {
    if (identifier === TAG.primaryVolumeDescriptor) {
      this.#primary = prevailing(this.#primary, readPrimaryVolume(bytes));
    } else if (identifier === TAG.logicalVolumeDescriptor) {
      const descriptor = readLogicalVolume(bytes);
      if (prevailing(this.#logical?.descriptor, descriptor) === descriptor) this.#logical = { descriptor, offset };
    } else {
      const partition = readPartition(bytes);
      const { partitionNumber } = partition;
      this.#partitions.set(partitionNumber, prevailing(this.#partitions.get(partitionNumber), partition));
    }
  }

  result(extent: ExtentAd): Sequence {
    const where = { offset: extent.location * this.blockSize, field: 'volume descriptor sequence' };
    if (!this.#logical) throw this.device.corrupt('There is no Logical Volume Descriptor', where);
    if (this.#partitions.size === 0) throw this.device.corrupt('There is no Partition Descriptor', where);
    return {
      ...(this.#primary ? { primary: this.#primary } : {}),
      logical: this.#logical.descriptor,
      logicalOffset: this.#logical.offset,
      partitions: this.#partitions,
    };
  }
}

function prevailing<T extends { readonly sequenceNumber: number }>(old: T | undefined, found: T): T {
  return old === undefined || found.sequenceNumber >= old.sequenceNumber ? found : old;
}
