import { MAX_LABEL } from './limits.js';

/** Why a text cannot be the label of a FAT volume, or undefined (fatgen103, BS_VolLab and ATTR_VOLUME_ID). */
export function checkFatLabel(label: string): string | undefined {
  if (!/^[A-Z0-9_]+$/.test(label)) return 'may hold only A to Z, 0 to 9 and _ (and one of them at least)';
  if (label.length <= MAX_LABEL) return undefined;
  return `has ${label.length} characters, FAT32 and exFAT hold ${MAX_LABEL}`;
}
