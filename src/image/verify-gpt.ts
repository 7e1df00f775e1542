import { type Content, readBytes } from '../content/content.js';
import type { Finding } from '../errors.js';
import { backupOf, GPT_SECTORS, readGuidPartitionTable } from '../formats/gpt/partition-table.js';
import { SECTOR_BYTES } from '../formats/mbr/master-boot-record.js';
import type { Range } from './disk-image.js';
import { structureFinding } from './verification.js';

const BYTES = GPT_SECTORS * SECTOR_BYTES;

/** The GPT behind the MBR is part of the manifest's sum; its copy at the end must be what the first one says. */
export async function checkBackupTable(image: Content): Promise<{ findings: Finding[]; backup: Range }> {
  const backup = { offset: image.size - BYTES, size: BYTES };
  const primary = await readBytes(image, SECTOR_BYTES, BYTES);
  const table = readGuidPartitionTable(primary);
  if (table === undefined || typeof table === 'string') {
    return { findings: [structureFinding(table ?? 'There is no GPT behind the MBR', SECTOR_BYTES)], backup };
  }
  if (table.diskSectors * SECTOR_BYTES !== image.size) {
    const message = `The GPT was made for ${table.diskSectors} sectors, the image has ${image.size / SECTOR_BYTES}`;
    return { findings: [structureFinding(message, SECTOR_BYTES)], backup };
  }
  const expected = backupOf(primary);
  const found = await readBytes(image, backup.offset, BYTES);
  const wrong = found.findIndex((byte, index) => byte !== expected[index]);
  if (wrong === -1) return { findings: [], backup };
  return {
    findings: [structureFinding('The copy of the GPT differs from the first one', backup.offset + wrong)],
    backup,
  };
}
