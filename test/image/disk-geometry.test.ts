/** What design/media.md (Formats) says of the disks, line by line: where everything lies, and what is on them. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readBytes } from '../../src/content/content.js';
import { ZeroContent } from '../../src/content/views.js';
import { clusterBytesFor, clusterOffset, fatGeometry, fatGeometryWithin } from '../../src/formats/fat32/geometry.js';
import { openFat32 } from '../../src/formats/fat32/read.js';
import { GPT_SECTORS, readGuidPartitionTable } from '../../src/formats/gpt/partition-table.js';
import { PARTITION_TYPE, readMasterBootRecord } from '../../src/formats/mbr/master-boot-record.js';
import { checkUdf } from '../../src/formats/udf/check.js';
import { openDisk } from '../../src/image/disk.js';
import type { PlacedFile, PlacedImage } from '../../src/image/placed-file.js';
import { hybridImage, placedFiles, recorded, usbExfatImage, usbImage } from '../support/disk-media.js';

const MIB = 1024 * 1024;
const texts = { bootmgr: 'b', 'boot/bcd': 'c', 'setup.exe': 's'.repeat(9000), 'empty.txt': '' };
const folders = ['boot', 'Reports'];

async function recordOf({ image }: PlacedImage) {
  return readMasterBootRecord(await readBytes(image, 0, 512))!;
}

async function fatOf(placed: PlacedImage, number = 1) {
  const { firstSector, sectors } = (await recordOf(placed)).partitions[number - 1]!;
  const start = firstSector * 512;
  const volume = (await openFat32(placed.image, start, 'x'))!;
  const found = await volume.walk();
  const used = [...found.files, ...found.directories]
    .flatMap(({ runs }) => runs)
    .reduce((sum, { clusters }) => sum + clusters, 0);
  return { start, end: start + sectors * 512, geometry: volume.geometry, found, used };
}

describe('the geometry of FAT32', () => {
  it('has aligned clusters and FATs that are large enough, and never passes the end, at every size', () => {
    const size = fc.integer({ min: 200, max: 2 * 1024 * 1024 - 1 }).map((mib) => mib * MIB + 77 * 512);
    fc.assert(
      fc.property(size, fc.integer({ min: 1, max: 300 }), (bytes, startMib) => {
        const [start, clusterBytes] = [startMib * MIB, clusterBytesFor(bytes)];
        const end = Math.min(start + bytes, 2 ** 32 * 512 - MIB);
        const geometry = fatGeometryWithin(start, clusterBytes, end);
        expect(clusterBytes).toBeGreaterThanOrEqual(2048);
        expect(geometry.end).toBeLessThanOrEqual(end);
        expect(geometry.end).toBeGreaterThan(end - clusterBytes - 2 * MIB);
        expect(geometry.dataStart % MIB).toBe(0);
        expect(clusterOffset(geometry, 1000) % 2048).toBe(0);
        expect(geometry.fatSectors * 128).toBeGreaterThanOrEqual(geometry.clusters + 2);
        expect(geometry.reservedSectors).toBeGreaterThanOrEqual(32);
        const front = geometry.reservedSectors + 2 * geometry.fatSectors;
        expect(start + front * 512).toBe(geometry.dataStart);
      }),
    );
  });

  it('is refused beyond what FAT32 has numbers for', () => {
    expect(() => fatGeometry(MIB, 2048, 2 ** 28)).toThrow(RangeError);
    expect(() => fatGeometry(MIB, 32_768, 2 ** 27)).toThrow(RangeError);
  });
});

describe.each([
  ['hybrid', hybridImage],
  ['usb', usbImage],
] as const)('FAT32 of the format %s', (_, layOut) => {
  it('has 65,541 clusters or more and 64 MiB free, all behind the files; every file lies in one run', async () => {
    for (const bytes of [1000, 190 * MIB]) {
      const big: PlacedFile = { path: 'big.bin', content: new ZeroContent(bytes), modified: recorded };
      const { geometry, found, used } = await fatOf(layOut([...placedFiles(texts), big], folders));
      expect(geometry.clusters).toBeGreaterThanOrEqual(65_541);
      const last = Math.max(...found.files.flatMap(({ runs }) => runs.map((run) => run.first + run.clusters)));
      expect(last).toBe(2 + used);
      expect(geometry.end - clusterOffset(geometry, last)).toBeGreaterThanOrEqual(64 * MIB);
      for (const { path, runs } of found.files) expect(runs.length, path).toBeLessThanOrEqual(1);
    }
  });

  it('has its hidden sectors in the BPB, both FATs alike, and /Reports as an empty folder', async () => {
    const placed = layOut(placedFiles(texts), folders);
    const { start, geometry, found } = await fatOf(placed);
    const sector = Buffer.from(await readBytes(placed.image, start, 512));
    expect(sector.readUInt32LE(28)).toBe(start / 512);
    expect(sector.readUInt16LE(50)).toBe(6);
    const fatStart = start + geometry.reservedSectors * 512;
    const [first, second] = await Promise.all(
      [0, 1].map((fat) =>
        readBytes(placed.image, fatStart + fat * geometry.fatSectors * 512, geometry.fatSectors * 512),
      ),
    );
    expect(Buffer.compare(first!, second!)).toBe(0);
    const reports = found.directories.find(({ path }) => path === 'Reports')!;
    expect(reports.entries.map(({ longName }) => longName)).toEqual(['.', '..']);
    expect(
      Buffer.compare(await readBytes(placed.image, start, 512), await readBytes(placed.image, start + 6 * 512, 512)),
    ).toBe(0);
  });
});

describe('a hybrid', () => {
  const many = Object.fromEntries(Array.from({ length: 900 }, (_, i) => [`many/${i}.txt`, `${i}`]));
  const placed = hybridImage(placedFiles({ ...texts, ...many }), [...folders, 'many']);
  const { image } = placed;

  it('is FAT32, active, in entry 1 of the MBR, and in the GPT, which ends before byte 32768', async () => {
    const { partitions, diskSignature } = await recordOf(placed);
    expect(diskSignature).not.toBe(0);
    const [first, second, ...rest] = partitions;
    expect(first).toMatchObject({ active: true, type: PARTITION_TYPE.fat32 });
    const before = first!.firstSector - 1;
    expect(second).toEqual({ active: false, type: PARTITION_TYPE.gptProtective, firstSector: 1, sectors: before });
    expect(rest.every(({ sectors }) => sectors === 0)).toBe(true);
    const gpt = readGuidPartitionTable(await readBytes(image, 512, GPT_SECTORS * 512));
    expect(gpt).toEqual({
      diskSectors: image.size / 512,
      partitions: [{ firstSector: first!.firstSector, sectors: first!.sectors }],
    });
    expect((1 + GPT_SECTORS) * 512).toBeLessThanOrEqual(32_768);
  });

  it('has UDF and ISO 9660 in front of the partition, anchor and backup GPT behind it, and only files of FAT32 in its clusters', async () => {
    const { start, end, geometry, found } = await fatOf(placed);
    expect(start % MIB).toBe(0);
    const files = new Set(found.files.flatMap(({ ranges }) => ranges.map(({ offset }) => offset)));
    for (const { role, offset, content } of image.extents) {
      const within = offset >= start && offset < end;
      if (!within) expect(offset + content.size <= start || offset >= end, role).toBe(true);
      else expect(role.startsWith('FAT32') || files.has(offset), role).toBe(true);
      if (role.startsWith('FAT32'))
        expect(offset + content.size, role).toBeLessThanOrEqual(clusterOffset(geometry, 100));
    }
    const closing = image.extents.filter(({ offset }) => offset >= end);
    expect(closing.map(({ role }) => role)).toEqual(['UDF anchor at the end', 'backup GPT']);
    const sectors = image.size / 2048;
    expect(closing[0]!.offset).toBe((sectors - 1 - 256) * 2048);
    expect(closing[1]!.offset + closing[1]!.content.size).toBe(image.size);
    expect(Buffer.from(await readBytes(image, 256 * 2048, 2)).readUInt16LE()).toBe(2);
    expect((await checkUdf(image)).findings).toEqual([]);
  });
});

describe('a stick', () => {
  it('has an MBR and no GPT, one partition, and nothing in its last MiB', async () => {
    const placed = usbImage(placedFiles(texts), folders, 300 * MIB + 5 * 512);
    const { partitions } = await recordOf(placed);
    expect(partitions.map(({ active, type }) => [active, type])).toEqual([[true, 0x0c], ...Array(3).fill([false, 0])]);
    expect(readGuidPartitionTable(await readBytes(placed.image, 512, GPT_SECTORS * 512))).toBeUndefined();
    expect(placed.image.size).toBe(300 * MIB + 5 * 512);
    const { end } = await fatOf(placed);
    expect(end).toBeGreaterThan(295 * MIB);
    expect(end).toBeLessThanOrEqual(placed.image.size - MIB);
  });

  it.each([
    ['usb', usbImage],
    ['usb with exFAT', usbExfatImage],
  ] as const)('of 2 TiB and more has its partitions within what an MBR can say: %s', async (_, layOut) => {
    for (const bytes of [2 ** 41 - MIB, 2 ** 41, 2 ** 41 + MIB, 5 * 2 ** 40]) {
      const placed = layOut(placedFiles(texts), folders, bytes);
      const { partitions } = await recordOf(placed);
      const end = Math.max(...partitions.map(({ firstSector, sectors }) => firstSector + sectors));
      expect(end).toBeLessThanOrEqual(2 ** 32);
      expect(end).toBeGreaterThan(2 ** 32 - 8192);
      expect(placed.image.size).toBe(bytes);
      const volumes = (await openDisk(placed.image, 'x'))!.volumes;
      expect((await volumes[0]!.tree()).files.length).toBe(4);
    }
  });

  it('in the layout fat32+exfat has exFAT in entry 1, FAT32, active, in entry 2, and lies within its size', async () => {
    const placed = usbExfatImage(placedFiles(texts), folders);
    const [exfat, fat, ...rest] = (await recordOf(placed)).partitions;
    expect(exfat).toMatchObject({ active: false, type: PARTITION_TYPE.exfat });
    expect(fat).toMatchObject({ active: true, type: PARTITION_TYPE.fat32 });
    expect(rest.every(({ sectors }) => sectors === 0)).toBe(true);
    expect(fat!.firstSector + fat!.sectors).toBeLessThanOrEqual(exfat!.firstSector);
    expect((exfat!.firstSector + exfat!.sectors) * 512).toBeLessThanOrEqual(placed.image.size - MIB);
    const { found, geometry } = await fatOf(placed, 2);
    expect(found.files.map(({ path }) => path).sort()).toEqual(['boot/bcd', 'bootmgr']);
    expect(geometry.clusters).toBeGreaterThanOrEqual(65_541);
  });
});
