import { RECOGNITION_START, RECOGNITION_STEP, readStandardIdentifier } from '../structures/recognition.js';
import type { BlockDevice } from './block-device.js';

/** What may stand in a volume recognition sequence: ECMA-167 2/9 and 3/9, ECMA-119, ECMA-168. */
const KNOWN = new Set(['CD001', 'CDW02', 'BEA01', 'BOOT2', 'NSR02', 'NSR03', 'TEA01']);
const MAX_DESCRIPTORS = 64;

/** Whether the volume recognition sequence names ECMA-167 (ECMA-167 2/8.3). */
export async function isUdf(device: BlockDevice): Promise<boolean> {
  // one descriptor a sector: 2048 bytes apart, or 4096 where sectors are that large
  return (await sequenceHasNsr(device, RECOGNITION_STEP)) || (await sequenceHasNsr(device, 2 * RECOGNITION_STEP));
}

async function sequenceHasNsr(device: BlockDevice, step: number): Promise<boolean> {
  for (let i = 0; i < MAX_DESCRIPTORS; i++) {
    const offset = RECOGNITION_START + i * step;
    if (offset + RECOGNITION_STEP > device.image.size) return false;
    const identifier = readStandardIdentifier(await device.bytes(offset, 7, 'volume recognition sequence'));
    if (!KNOWN.has(identifier)) return false;
    if (identifier === 'NSR02' || identifier === 'NSR03') return true;
  }
  return false;
}
