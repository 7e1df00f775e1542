/**
 * Volume Descriptors, ECMA-119 clause 8: the Primary one that the stub of a UDF disc carries, and what a
 * reader needs of Primary and Supplementary ones.
 */

import { viewOf } from '../../bytes/view.js';
import { foldToA, foldToD, writePadded } from './characters.js';
import { writeDescriptorDate } from './dates.js';
import { writeBoth16, writeBoth32 } from './numbers.js';
import { ROOT_PATH_TABLE_BYTES } from './path-table.js';

/** Bytes of a logical sector: every descriptor fills one (6.1.2). */
export const SECTOR_BYTES = 2048;
/** The first descriptor (6.2.1). */
export const FIRST_DESCRIPTOR_LBA = 16;

/** Volume Descriptor Types, 8.1.1. */
export const DESCRIPTOR_TYPES = { bootRecord: 0, primary: 1, supplementary: 2, terminator: 255 } as const;

/** Offsets in a Primary or Supplementary Volume Descriptor, 8.4 and 8.5. */
export const VD = {
  type: 0,
  standardIdentifier: 1,
  version: 6,
  systemIdentifier: 8,
  volumeIdentifier: 40,
  volumeSpaceSize: 80,
  escapeSequences: 88,
  volumeSetSize: 120,
  volumeSequenceNumber: 124,
  logicalBlockSize: 128,
  pathTableSize: 132,
  typeLPathTable: 140,
  typeMPathTable: 148,
  rootDirectoryRecord: 156,
  volumeSetIdentifier: 190,
  publisherIdentifier: 318,
  dataPreparerIdentifier: 446,
  applicationIdentifier: 574,
  fileIdentifiers: 702,
  created: 813,
  modified: 830,
  expires: 847,
  effective: 864,
  fileStructureVersion: 881,
} as const;

/** Whether a sector holds a Volume Descriptor: the standard identifier `CD001` (8.1.2). */
export function isVolumeDescriptor(sector: Uint8Array): boolean {
  return String.fromCharCode(...sector.subarray(1, 6)) === 'CD001';
}

/** An empty descriptor of the given type: type, `CD001`, version 1. */
function descriptor(type: number): Uint8Array {
  const sector = new Uint8Array(SECTOR_BYTES);
  sector.set([type, 0x43, 0x44, 0x30, 0x30, 0x31, 1]);
  return sector;
}

/** Volume Descriptor Set Terminator, 8.3. */
export function volumeDescriptorSetTerminator(): Uint8Array {
  return descriptor(DESCRIPTOR_TYPES.terminator);
}

export interface PrimaryVolumeDescriptorFields {
  /** folded to d-characters, 32 of them */
  readonly label: string;
  readonly volumeSetIdentifier: string;
  readonly publisher: string;
  readonly application: string;
  readonly recorded: Date;
  readonly totalSectors: number;
  readonly pathTableLLba: number;
  readonly pathTableMLba: number;
  /** the root's own directory record, 34 bytes */
  readonly rootRecord: Uint8Array;
}

/** Primary Volume Descriptor, 8.4. */
export function primaryVolumeDescriptor(fields: PrimaryVolumeDescriptorFields): Uint8Array {
  const sector = descriptor(DESCRIPTOR_TYPES.primary);
  const view = viewOf(sector);
  writePadded(sector, VD.systemIdentifier, 32, '');
  writePadded(sector, VD.volumeIdentifier, 32, foldToD(fields.label, 32));
  writeBoth32(view, VD.volumeSpaceSize, fields.totalSectors);
  writeBoth16(view, VD.volumeSetSize, 1);
  writeBoth16(view, VD.volumeSequenceNumber, 1);
  writeBoth16(view, VD.logicalBlockSize, SECTOR_BYTES);
  writeBoth32(view, VD.pathTableSize, ROOT_PATH_TABLE_BYTES);
  view.setUint32(VD.typeLPathTable, fields.pathTableLLba, true);
  view.setUint32(VD.typeMPathTable, fields.pathTableMLba, false);
  sector.set(fields.rootRecord, VD.rootDirectoryRecord);
  writePadded(sector, VD.volumeSetIdentifier, 128, foldToD(fields.volumeSetIdentifier, 128));
  writePadded(sector, VD.publisherIdentifier, 128, foldToA(fields.publisher, 128));
  writePadded(sector, VD.dataPreparerIdentifier, 128, '');
  writePadded(sector, VD.applicationIdentifier, 128, foldToA(fields.application, 128));
  writePadded(sector, VD.fileIdentifiers, 3 * 37, '');
  writeDescriptorDate(sector, VD.created, fields.recorded);
  writeDescriptorDate(sector, VD.modified, fields.recorded);
  writeDescriptorDate(sector, VD.expires, undefined);
  writeDescriptorDate(sector, VD.effective, undefined);
  sector[VD.fileStructureVersion] = 1;
  return sector;
}
