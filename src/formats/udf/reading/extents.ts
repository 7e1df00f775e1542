import { unsupported } from '../../../bytes/corrupt.js';
import { viewOf } from '../../../bytes/view.js';
import type { InplaceError } from '../../../errors.js';
import type { Run } from '../fid-walk.js';
import { ALLOCATION_EXTENT_FIELDS, readAllocationExtentLength } from '../structures/allocation-extent-descriptor.js';
import { TAG } from '../structures/constants.js';
import {
  type AllocationDescriptor,
  EXTENDED_AD_LENGTH,
  EXTENT_TYPE,
  LONG_AD_LENGTH,
  readExtendedAd,
  readLongAd,
  readShortAd,
  SHORT_AD_LENGTH,
} from '../structures/extents.js';
import { ALLOCATION } from '../structures/icb-tag.js';
import type { LogicalVolume } from './logical-volume.js';

/** Room for allocation descriptors in the whole volume; what is read is taken off. */
export interface ExtentBudget {
  left: number;
}

/** The allocation descriptors of one File Entry. */
export interface Allocation {
  readonly descriptors: Uint8Array;
  /** short, long or extended: a value of ALLOCATION */
  readonly kind: number;
  /** of the ICB, for short descriptors */
  readonly partition: number;
  /** byte of the File Entry, for messages */
  readonly entryOffset: number;
  /** bytes of the file; extents behind it are not part of it */
  readonly size: number;
  readonly budget: ExtentBudget;
}

/**
 * Follows the descriptors and their continuations (ECMA-167 4/12). Neighbouring extents become one.
 * @throws InplaceError SOURCE_CORRUPT
 */
export async function readExtents(volume: LogicalVolume, allocation: Allocation): Promise<Run[]> {
  const collector = new ExtentCollector(volume, allocation);
  let descriptors: Uint8Array | undefined = allocation.descriptors;
  while (descriptors !== undefined) {
    const continuation = collector.take(descriptors);
    descriptors = continuation && (await collector.readContinuation(continuation));
  }
  collector.completeLastBlock();
  return collector.extents;
}

const LENGTHS = [SHORT_AD_LENGTH, LONG_AD_LENGTH, EXTENDED_AD_LENGTH] as const;

class ExtentCollector {
  readonly extents: Run[] = [];
  #left: number;
  /** bytes where continuations lie: none may come twice */
  readonly #continuations = new Set<number>();

  constructor(
    readonly volume: LogicalVolume,
    readonly allocation: Allocation,
  ) {
    this.#left = allocation.size;
  }

  /** Takes descriptors up to the end of the file; returns the one that says where more of them are. */
  take(bytes: Uint8Array): AllocationDescriptor | undefined {
    const view = viewOf(bytes);
    const step = LENGTHS[this.allocation.kind]!;
    for (let at = 0; at + step <= bytes.length && this.#left > 0; at += step) {
      const descriptor = this.#read(view, at);
      // a length of zero ends the list (ECMA-167 4/12)
      if (descriptor.length === 0) return undefined;
      this.#spend();
      if (descriptor.type === EXTENT_TYPE.continuation) return descriptor;
      this.#add(descriptor);
    }
    return undefined;
  }

  async readContinuation(descriptor: AllocationDescriptor): Promise<Uint8Array> {
    const { device } = this.volume;
    const offset = this.#offsetOf(descriptor);
    if (this.#continuations.has(offset)) throw this.#corrupt('Allocation extents lead back to an earlier one');
    this.#continuations.add(offset);
    const header = ALLOCATION_EXTENT_FIELDS.allocationDescriptors;
    const structure = 'AllocationExtentDescriptor';
    const head = await device.bytes(offset, this.volume.blockSize, structure);
    device.checkTag(head, structure, TAG.allocationExtentDescriptor, offset, descriptor.block);
    const length = readAllocationExtentLength(head);
    if (header + length > descriptor.length || length / SHORT_AD_LENGTH > this.allocation.budget.left) {
      const field = `${structure}.lengthOfAllocationDescriptors`;
      throw device.corrupt(`${length} bytes of descriptors do not fit into their extent`, { offset, field });
    }
    return device.bytes(offset + header, length, structure);
  }

  /**
   * Linux (6.1 at least) leaves the length of the last extent alone when a file grows within its last block, so that
   * the extents end before the file does. The bytes are there: what Linux reads is the rest of that block.
   */
  completeLastBlock(): void {
    const last = this.extents.at(-1);
    if (!last || this.#left === 0) return;
    const { blockSize, device } = this.volume;
    const rest = Math.min(this.#left, (blockSize - (last.length % blockSize)) % blockSize);
    const length = last.length + rest;
    const where = { offset: this.allocation.entryOffset, field: FIELD };
    if (last.offset !== undefined) device.checkInside(last.offset, length, where);
    this.extents[this.extents.length - 1] = { offset: last.offset, length };
  }

  #read(view: DataView, at: number): AllocationDescriptor {
    if (this.allocation.kind === ALLOCATION.short) return readShortAd(view, at);
    if (this.allocation.kind === ALLOCATION.long) return readLongAd(view, at);
    const descriptor = readExtendedAd(view, at);
    if (descriptor) return descriptor;
    const { entryOffset: offset } = this.allocation;
    throw unsupported('An extent of a file is compressed', { file: this.volume.device.file, offset, field: FIELD });
  }

  #add(descriptor: AllocationDescriptor): void {
    const length = Math.min(descriptor.length, this.#left);
    const recorded = descriptor.type === EXTENT_TYPE.recorded;
    const offset = recorded ? this.#offsetOf(descriptor, length) : undefined;
    this.#left -= length;
    const last = this.extents.at(-1);
    const joins =
      last &&
      (recorded ? last.offset !== undefined && last.offset + last.length === offset : last.offset === undefined);
    if (joins) this.extents[this.extents.length - 1] = { offset: last.offset, length: last.length + length };
    else this.extents.push({ offset, length });
  }

  #offsetOf(descriptor: AllocationDescriptor, length = this.volume.blockSize): number {
    const { partition: own, entryOffset } = this.allocation;
    const where = { offset: entryOffset, field: FIELD };
    const { block, partition = own } = descriptor;
    const offset = this.volume.offsetOf({ partition, block }, where);
    this.volume.device.checkInside(offset, length, where);
    return offset;
  }

  #spend(): void {
    this.allocation.budget.left -= 1;
    if (this.allocation.budget.left < 0) throw this.#corrupt('The files have more extents than the image has blocks');
  }

  #corrupt(message: string): InplaceError {
    return this.volume.device.corrupt(message, { offset: this.allocation.entryOffset, field: FIELD });
  }
}

const FIELD = 'FileEntry.allocationDescriptors';
