/** Serials and GUIDs of the disk side; all of them derive from the media id (design/media.md, Ids). */
import { createHash } from 'node:crypto';
import { guidOf } from '../formats/gpt/guid.js';

export interface DiskIds {
  /** in the MBR: Windows knows a disk by it */
  readonly diskSignature: number;
  readonly diskGuid: string;
  readonly partitionGuid: string;
  readonly fatSerial: number;
  readonly exfatSerial: number;
}

/** @param mediaId lower-case hex */
export function diskIds(mediaId: string): DiskIds {
  const bytes = (use: string): Buffer => createHash('sha256').update(`${mediaId} ${use}`).digest();
  // 0 would mean that there is none
  const number = (use: string): number => bytes(use).readUInt32LE() || 1;
  return {
    diskSignature: number('disk signature'),
    diskGuid: guidOf(bytes('disk GUID')),
    partitionGuid: guidOf(bytes('partition GUID')),
    fatSerial: number('FAT32 serial'),
    exfatSerial: number('exFAT serial'),
  };
}
