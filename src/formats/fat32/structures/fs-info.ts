/** The FSInfo sector (fatgen103, "FAT32 FSInfo Sector Structure"): hints about free clusters. */
import { viewOf } from '../../../bytes/view.js';
import { SECTOR_BYTES } from '../limits.js';

const AT = { lead: 0, structure: 484, freeCount: 488, nextFree: 492, trail: 508 } as const;
/** What use changes: both hints. */
export const FS_INFO_HINTS = { from: AT.freeCount, to: AT.nextFree + 4 } as const;
const LEAD = 0x4161_5252;
const STRUCTURE = 0x6141_7272;
const TRAIL = 0xaa55_0000;

/** @param nextFree the cluster to look from */
export function writeFsInfo(freeClusters: number, nextFree: number): Uint8Array {
  const bytes = new Uint8Array(SECTOR_BYTES);
  const view = viewOf(bytes);
  view.setUint32(AT.lead, LEAD, true);
  view.setUint32(AT.structure, STRUCTURE, true);
  view.setUint32(AT.freeCount, freeClusters, true);
  view.setUint32(AT.nextFree, nextFree, true);
  view.setUint32(AT.trail, TRAIL, true);
  return bytes;
}

/** Whether the sector has the three signatures. */
export function isFsInfo(sector: Uint8Array): boolean {
  const view = viewOf(sector);
  const signatures = [AT.lead, AT.structure, AT.trail].map((at) => view.getUint32(at, true));
  return signatures[0] === LEAD && signatures[1] === STRUCTURE && signatures[2] === TRAIL;
}
