import { expect, it } from 'vitest';
import { guidBytes, guidOf } from '../../../src/formats/gpt/guid.js';
import {
  BASIC_DATA,
  backupOf,
  GPT_SECTORS,
  readGuidPartitionTable,
  writeGuidPartitionTable,
} from '../../../src/formats/gpt/partition-table.js';

const table = {
  diskSectors: 270_336,
  diskGuid: guidOf(Uint8Array.from({ length: 16 }, (_, i) => i)),
  partitions: [
    { type: BASIC_DATA, unique: guidOf(new Uint8Array(16)), firstSector: 2048, sectors: 266_240, name: 'media' },
  ],
};

it('writes a GUID as UEFI stores it', () => {
  // UEFI 2.10 appendix A; the GUID of an EFI system partition as sgdisk writes it
  expect(Buffer.from(guidBytes('C12A7328-F81F-11D2-BA4B-00A0C93EC93B')).toString('hex')).toBe(
    '28732ac11ff8d211ba4b00a0c93ec93b',
  );
  expect(() => guidBytes('C12A7328')).toThrow(RangeError);
  expect(table.diskGuid).toBe('00010203-0405-8607-8809-0a0b0c0d0e0f');
});

it('reads back what it writes; the copy at the end follows from the first one', () => {
  const { primary, backup } = writeGuidPartitionTable(table);
  expect(primary.length).toBe(GPT_SECTORS * 512);
  expect(readGuidPartitionTable(primary)).toEqual({
    diskSectors: 270_336,
    partitions: [{ firstSector: 2048, sectors: 266_240 }],
  });
  expect(backupOf(primary)).toEqual(backup);
});

it('says which sum is wrong for every byte of header and entries', () => {
  const { primary } = writeGuidPartitionTable(table);
  for (let at = 0; at < primary.length; at += at < 92 ? 1 : 53) {
    if (at >= 92 && at < 512) continue; // reserved: part of the sum of all structures
    const bytes = primary.slice();
    bytes[at]! ^= 0x10;
    const found = readGuidPartitionTable(bytes);
    expect(at < 8 ? found : typeof found, `byte ${at}`).toBe(at < 8 ? undefined : 'string');
  }
});
