/**
 * Disks with damaged and malicious structures (MBR, GPT, FAT32, exFAT, UDF): an error that says what is wrong or a tree,
 * and findings from verify; never a crash, a hang or a read beyond the image.
 */
import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { Content } from '../../src/content/content.js';
import { BytesContent, textContent } from '../../src/content/views.js';
import { InplaceError } from '../../src/errors.js';
import { GPT_SECTORS, readGuidPartitionTable } from '../../src/formats/gpt/partition-table.js';
import { readMasterBootRecord } from '../../src/formats/mbr/master-boot-record.js';
import { openDisk } from '../../src/image/disk.js';
import { renderManifest } from '../../src/image/manifest.js';
import type { PlacedFile } from '../../src/image/placed-file.js';
import { verifyImage } from '../../src/image/verify-image.js';
import { hybridImage, placedFiles, recorded, usbExfatImage, usbImage } from '../support/disk-media.js';
import { CountedContent, Damageable, randomFrom } from '../support/hostile-images.js';
import { long } from '../support/tools.js';

const texts = {
  bootmgr: 'b'.repeat(9000),
  'boot/bcd': 'bcd',
  'efi/boot/bootx64.efi': 'efi',
  'sources/boot.wim': 'w'.repeat(5000),
  'A long name with blåbær.txt': 'y',
  'setup.exe': 'z'.repeat(3000),
};
const folders = ['boot', 'efi', 'efi/boot', 'sources', 'deploy', 'Reports'];

function files(): PlacedFile[] {
  const listed = Object.entries(texts).map(([path, text]) => ({
    path,
    size: text.length,
    sha256: createHash('sha256').update(text).digest('hex'),
  }));
  const bytes = renderManifest({ mediaId: 'ab'.repeat(32), structures: '00'.repeat(32), files: listed });
  const manifest = { path: 'deploy/manifest.json', content: new BytesContent(bytes), modified: recorded, late: true };
  return [...placedFiles(texts), manifest];
}

const images = {
  usb: await Damageable.of(usbImage(files(), folders)),
  'usb with exFAT': await Damageable.of(usbExfatImage(files(), folders)),
  hybrid: await Damageable.of(hybridImage(files(), folders)),
};
const layouts = Object.keys(images) as (keyof typeof images)[];

const rules = { isAdded: (path: string) => path === 'setup.exe', isWritten: (path: string) => path === 'Reports' };
const report = { path: 'Reports/a/b.txt', content: textContent('report'), modified: recorded };

/** Everything that is done with the trees of a disk. */
async function readAll(image: Content): Promise<'no disk' | 'tree'> {
  const disk = await openDisk(image, 'test.img');
  if (!disk) return 'no disk';
  for (const volume of disk.volumes) {
    const tree = await volume.tree();
    await tree.asBuilt(rules);
    await tree.fillFolder({ files: [report], directories: [], recorded, end: image.size });
  }
  return 'tree';
}

function isClear(error: unknown): error is InplaceError {
  return error instanceof InplaceError && /^SOURCE_(CORRUPT|UNSUPPORTED)$/.test(error.code);
}

describe.each(layouts)('a damaged image: %s', (layout) => {
  const damageable = images[layout];

  it(
    'is read as trees, or refused with what is wrong, and little of it is read',
    async () => {
      const seen = { 'no disk': 0, tree: 0, error: 0 };
      for (let seed = 1; seed <= (long ? 50_000 : 150); seed++) {
        const image = new CountedContent(damageable.damaged(seed));
        try {
          seen[await readAll(image)] += 1;
        } catch (error) {
          if (!isClear(error)) throw new Error(`Image ${seed} of ${layout}`, { cause: error });
          expect(error.findings[0]!.where?.file, `image ${seed}`).toBe('test.img');
          seen.error += 1;
        }
        expect(image.bytesRead, `image ${seed}`).toBeLessThan(16 * 1024 * 1024);
      }
      if (long) console.log(`${layout}: ${JSON.stringify(seen)}`);
      for (const count of Object.values(seen)) expect(count).toBeGreaterThan(0);
    },
    long ? 7_200_000 : 600_000,
  );

  it(
    'is verified to the end, its problems are findings, and nothing is read over and over',
    async () => {
      let errors = 0;
      for (let seed = 1; seed <= (long ? 2000 : 25); seed++) {
        const image = new CountedContent(damageable.damaged(seed));
        try {
          const { findings } = await verifyImage(image);
          expect(findings.length, `image ${seed}`).toBeGreaterThan(0);
        } catch (error) {
          if (!isClear(error)) throw new Error(`Image ${seed} of ${layout}`, { cause: error });
          errors += 1;
        }
        expect(image.bytesRead, `image ${seed}`).toBeLessThan(2 * image.size + 64 * 1024 * 1024);
      }
      if (long) console.log(`${layout}, verified: ${errors} of 2000 are errors`);
      expect(errors).toBeLessThan(long ? 200 : 5);
    },
    long ? 7_200_000 : 600_000,
  );
});

it('any 512 bytes are an MBR or none, and any GPT says what it is', () => {
  for (let seed = 1; seed <= (long ? 100_000 : 2000); seed++) {
    const random = randomFrom(seed);
    const bytes = Uint8Array.from({ length: 512 }, () => random(256));
    if (random(2) === 0) bytes.set([0x55, 0xaa], 510);
    const partitions = readMasterBootRecord(bytes)?.partitions;
    expect(partitions?.length).toBe(bytes[510] === 0x55 && bytes[511] === 0xaa ? 4 : undefined);
    const table = new Uint8Array(GPT_SECTORS * 512);
    table.set(bytes);
    if (random(2) === 0) table.set(Buffer.from('EFI PART'));
    expect(['undefined', 'string']).toContain(typeof readGuidPartitionTable(table));
  }
});
