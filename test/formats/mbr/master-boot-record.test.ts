import { expect, it } from 'vitest';
import { readMasterBootRecord, writeMasterBootRecord } from '../../../src/formats/mbr/master-boot-record.js';

const partitions = [
  { active: true, type: 0x0c, firstSector: 2048, sectors: 1_000_000 },
  { active: false, type: 0xee, firstSector: 1, sectors: 2047 },
];

it('reads back what it writes, and fills up to four partitions', () => {
  const bytes = writeMasterBootRecord({ bootCode: Uint8Array.of(1, 2, 3), diskSignature: 0xdeadbeef, partitions });
  const found = readMasterBootRecord(bytes)!;
  expect(found.diskSignature).toBe(0xdeadbeef);
  expect(found.bootCode.subarray(0, 4)).toEqual(Uint8Array.of(1, 2, 3, 0));
  expect(found.partitions.slice(0, 2)).toEqual(partitions);
  expect(found.partitions).toHaveLength(4);
});

it('writes cylinders, heads and sectors as sfdisk does, up to the last that fits', () => {
  const bytes = writeMasterBootRecord({ bootCode: new Uint8Array(0), diskSignature: 1, partitions });
  // golden: `echo '2048,1000000,c,*' | sfdisk` (util-linux 2.38): 0/32/33 to 62/95/33
  expect([...bytes.subarray(446, 462)]).toEqual([0x80, 32, 33, 0, 0x0c, 95, 33, 62, 0, 8, 0, 0, 0x40, 0x42, 0x0f, 0]);
  const far = [{ active: false, type: 7, firstSector: 20_000_000, sectors: 1 }];
  const other = writeMasterBootRecord({ bootCode: new Uint8Array(0), diskSignature: 1, partitions: far });
  expect([...other.subarray(447, 450)]).toEqual([0xfe, 0xff, 0xff]);
});

it('finds none without the signature, and refuses what has no room', () => {
  expect(readMasterBootRecord(new Uint8Array(512))).toBeUndefined();
  const five = Array.from({ length: 5 }, () => partitions[0]!);
  expect(() => writeMasterBootRecord({ bootCode: new Uint8Array(0), diskSignature: 1, partitions: five })).toThrow();
  const beyond = [{ active: false, type: 7, firstSector: 2048, sectors: 2 ** 32 - 2047 }];
  expect(() => writeMasterBootRecord({ bootCode: new Uint8Array(0), diskSignature: 1, partitions: beyond })).toThrow();
  expect(() => writeMasterBootRecord({ bootCode: new Uint8Array(441), diskSignature: 1, partitions })).toThrow();
});
