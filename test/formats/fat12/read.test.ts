import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { makeFat12 } from '../../../scripts/fixtures/fat12.mjs';
import { FIXED_TIME } from '../../../scripts/fixtures/write-tree.mjs';
import { InplaceError } from '../../../src/errors.js';
import { readFat12 } from '../../../src/formats/fat12/read.js';
import { describeWith, long, runOk, temporaryFolder } from '../../support/tools.js';
import { noise } from '../support/kinds.js';

const where = { file: 'efisys.bin' };

describe('FAT12', () => {
  const files = [
    { path: 'EFI/BOOT/BOOTX64.EFI', bytes: noise(70_001, 1) },
    { path: 'EMPTY.TXT', bytes: Buffer.alloc(0) },
  ];
  const image = makeFat12(files, { label: 'EFISYS', serial: 1, modified: FIXED_TIME });

  it('files in folders', () => {
    const found = readFat12(image, where).map(({ path, bytes }) => ({ path, bytes: Buffer.from(bytes) }));
    expect(found.sort((a, b) => (a.path < b.path ? -1 : 1))).toEqual(files);
  });

  it('damaged volumes are clear errors, in bounded time', () => {
    const rounds = long ? 20_000 : 1000;
    const random = noise(rounds * 8, 3);
    for (let round = 0; round < rounds; round++) {
      const bytes = Buffer.from(image);
      // boot sector, FATs, root directory and the first clusters
      bytes[random.readUInt32LE(round * 8) % 20_000] = random[round * 8 + 4]!;
      try {
        readFat12(bytes, where);
      } catch (error) {
        if (!(error instanceof InplaceError)) throw error;
        expect(['SOURCE_CORRUPT', 'SOURCE_UNSUPPORTED']).toContain(error.code);
      }
    }
  });

  it('a chain that runs in a circle', () => {
    const bytes = Buffer.from(image);
    // every cluster of the first FAT leads to cluster 3
    const fat = bytes.readUInt16LE(14) * bytes.readUInt16LE(11);
    for (let at = fat + 3; at + 3 <= fat + bytes.readUInt16LE(22) * 512; at += 3) bytes.set([0x03, 0x30, 0x00], at);
    expect(() => readFat12(bytes, where)).toThrow(/run in a circle/);
  });

  it.each([
    ['zeros', Buffer.alloc(1024), /holds no FAT volume/],
    ['nothing', Buffer.alloc(0), /no boot sector/],
  ])('%s', (_, bytes, message) => {
    expect(() => readFat12(bytes, where)).toThrow(message);
  });
});

describeWith(['mkfs.vfat', 'mcopy', 'mmd'], 'FAT volumes of mkfs.vfat that mtools filled', () => {
  const folder = temporaryFolder();

  it.each([
    ['12', 1440],
    ['12', 2880],
    ['16', 16384],
  ])('FAT%s with %d KiB', async (bits, kibibytes) => {
    const volume = join(folder, `${bits}-${kibibytes}.img`);
    const bytes = noise(200_003, kibibytes);
    await writeFile(join(folder, 'loader'), bytes);
    await runOk('mkfs.vfat', ['-C', '-F', bits, volume, String(kibibytes)]);
    await runOk('mmd', ['-i', volume, '::/EFI', '::/EFI/BOOT']);
    await runOk('mcopy', ['-i', volume, join(folder, 'loader'), '::/EFI/BOOT/BOOTAA64.EFI']);
    const found = readFat12(await readFile(volume), where);
    expect(found.map((file) => [file.path, Buffer.from(file.bytes).equals(bytes)])).toEqual([
      ['EFI/BOOT/BOOTAA64.EFI', true],
    ]);
  });
});
