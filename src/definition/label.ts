/** Volume labels: what UDF (30 characters), ISO 9660 (d-characters) and a file name on Windows all allow. */
import { checkWindowsName } from '../content/windows-names.js';
import { quoteValue } from '../yaml/product-keys.js';
import { isDisk, type OutputFormat } from './formats.js';

/**
 * UDF 1.02 2.1.3 and ECMA-167 3/10.1.4: the volume identifier is a dstring of 32 bytes, one for the compression and
 * one for the length.
 */
export const MAX_LABEL = 30;

/** Longest label of what the format writes: FAT32 and exFAT hold 11 characters. */
export function maxLabel(format: OutputFormat): number {
  return isDisk(format) ? MAX_FAT_LABEL : MAX_LABEL;
}

const MAX_FAT_LABEL = 11;

/**
 * The label for media of this name: upper case, everything but A to Z and 0 to 9 becomes an underscore.
 * @param longest characters it may have
 */
export function labelFromName(name: string, longest = MAX_LABEL): string {
  const plain = name.normalize('NFKD').replace(/\p{M}/gu, '').toUpperCase();
  const label = trimEnds(trimEnds(plain.replace(/[^A-Z0-9]+/g, '_')).slice(0, longest)) || 'INPLACE';
  // `CON.iso` could not be opened on Windows.
  return checkWindowsName(label).length === 0 ? label : `${label}_`;
}

/**
 * What is wrong with a label that was given, or undefined. ISO 9660 7.4.1: d-characters are A-Z, 0-9 and _.
 * @param longest characters it may have
 */
export function checkLabel(label: string, longest = MAX_LABEL): string | undefined {
  const [reason] = checkWindowsName(label);
  if (!/^[A-Z0-9_]*$/.test(label)) return `Found ${quoteValue(label)}, expected only A to Z, 0 to 9 and _`;
  if (label.length > longest) {
    const where = longest === MAX_FAT_LABEL ? ' on FAT32' : '';
    return `The label has ${label.length} characters, at most ${longest} are possible${where}`;
  }
  return reason === undefined ? undefined : `The label cannot be used: ${reason}`;
}

function trimEnds(text: string): string {
  return text.replace(/^_+|_+$/g, '');
}
