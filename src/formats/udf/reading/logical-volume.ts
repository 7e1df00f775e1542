import { unsupported } from '../../../bytes/corrupt.js';
import { quote } from '../../../bytes/quote.js';
import type { Place } from '../../../errors.js';
import { TAG } from '../structures/constants.js';
import { ENTITY } from '../structures/entity-id.js';
import { readFileSet } from '../structures/file-set-descriptor.js';
import type { FoundPartition } from '../structures/partition-descriptor.js';
import type { BlockDevice } from './block-device.js';
import type { FoundVolume } from './find-volume.js';
import type { Sequence } from './sequence.js';

/** A block of the file system: a logical block of one of the volume's partitions. */
export interface BlockAddress {
  /** index into the partition maps */
  readonly partition: number;
  readonly block: number;
}

/** The file system's view of the image: partitions, and where their blocks lie. */
export class LogicalVolume {
  private constructor(
    readonly device: BlockDevice,
    readonly label: string,
    /** UDF revision as binary coded decimal: 0x0102 */
    readonly revision: number,
    readonly blockSize: number,
    readonly partitions: readonly FoundPartition[],
    readonly fileSet: BlockAddress,
    /** byte of the Logical Volume Descriptor */
    readonly descriptorOffset: number,
  ) {}

  /** @throws InplaceError SOURCE_CORRUPT, SOURCE_UNSUPPORTED */
  static of(device: BlockDevice, { sequence, blockSize }: FoundVolume): LogicalVolume {
    const { logical, logicalOffset, primary } = sequence;
    const where = (field: string): Place => ({ offset: logicalOffset, field: `LogicalVolumeDescriptor.${field}` });
    if (logical.blockSize !== blockSize) {
      const message = `Logical blocks have ${logical.blockSize} bytes, but the anchor lies where sectors of ${blockSize} put it`;
      throw device.corrupt(message, where('logicalBlockSize'));
    }
    if (logical.domain.identifier !== ENTITY.domain) {
      const message = `The volume's domain is ${quote(logical.domain.identifier)}, expected "${ENTITY.domain}"`;
      throw unsupported(message, { file: device.file, ...where('domainIdentifier') });
    }
    const label = logical.logicalVolumeIdentifier || (primary?.volumeIdentifier ?? '');
    const partitions = partitionsOf(device, sequence, where('partitionMaps'));
    const { revision } = logical.domain;
    return new LogicalVolume(device, label, revision, blockSize, partitions, logical.fileSet, logicalOffset);
  }

  /** Byte of a block in the image. @throws InplaceError SOURCE_CORRUPT when the partition does not exist */
  offsetOf({ partition, block }: BlockAddress, where: Place): number {
    const found = this.partitions[partition];
    if (found) return (found.start + block) * this.blockSize;
    const message = `A block lies in partition ${partition}, but the volume has ${this.partitions.length}`;
    throw this.device.corrupt(message, where);
  }

  /** Where the root directory's File Entry lies, and the field that says so. @throws InplaceError SOURCE_CORRUPT */
  async rootIcb(): Promise<{ icb: BlockAddress; from: Place }> {
    const field = 'LogicalVolumeDescriptor.logicalVolumeContentsUse';
    const offset = this.offsetOf(this.fileSet, { offset: this.descriptorOffset, field });
    const bytes = await this.device.bytes(offset, this.blockSize, 'FileSetDescriptor');
    this.device.checkTag(bytes, 'FileSetDescriptor', TAG.fileSetDescriptor, offset, this.fileSet.block);
    return { icb: readFileSet(bytes).rootDirectoryIcb, from: { offset, field: 'FileSetDescriptor.rootDirectoryIcb' } };
  }
}

function partitionsOf(device: BlockDevice, sequence: Sequence, where: Place): FoundPartition[] {
  const maps = sequence.logical.partitionMaps;
  if (maps === undefined || maps.length === 0) throw device.corrupt('The table of partition maps is damaged', where);
  return maps.map((map) => {
    if (map.type === 2) {
      const message = `The volume has a ${quote(map.identifier)}; only plain partitions are read, as install media have them`;
      throw unsupported(message, { file: device.file, ...where });
    }
    const partition = sequence.partitions.get(map.partitionNumber);
    if (!partition) throw device.corrupt(`Partition ${map.partitionNumber} is mapped, but not described`, where);
    if (!partition.contents.startsWith('+NSR0')) {
      const message = `Partition ${map.partitionNumber} holds ${quote(partition.contents)}, expected "+NSR02" or "+NSR03"`;
      throw unsupported(message, { file: device.file, field: 'PartitionDescriptor.partitionContents' });
    }
    return partition;
  });
}
