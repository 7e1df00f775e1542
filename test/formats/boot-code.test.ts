/** The programs that a BIOS starts from a disk: the committed bytes, and what they do under SeaBIOS. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it, vi } from 'vitest';
import { readBytes } from '../../src/content/content.js';
import { BytesContent } from '../../src/content/views.js';
import { hybridImage, placedFiles, recorded, usbExfatImage, usbImage } from '../support/disk-media.js';
import { driveArguments, runQemu } from '../support/lab/qemu.js';
import { labTimeout } from '../support/lab.js';
import { writeSparse } from '../support/sparse-image.js';
import { describeWith, run, runOk, temporaryFolder } from '../support/tools.js';

vi.setConfig({ testTimeout: labTimeout });

const templates = join(import.meta.dirname, '../../templates/boot');
const MIB = 1024 * 1024;
/** the largest BOOTMGR that the builder takes */
const MAX = 0xa0000 - 0x20000 - 32 * 1024;
const standIn = join(import.meta.dirname, '../support/boot/bootmgr.asm');

describeWith(['nasm'], 'the boot programs of a disk', () => {
  const folder = temporaryFolder();

  it.each([
    ['mbr', 440],
    ['fat32', 5 * 512],
  ])('%s.bin is what nasm makes of its source, without a warning, and has %i bytes', async (name, bytes) => {
    const output = join(folder, `${name}.bin`);
    const source = join(templates, `${name}.asm`);
    const { stderr, exitCode } = await run('nasm', ['-Wall', '-f', 'bin', '-o', output, source]);
    expect({ stderr, exitCode }).toEqual({ stderr: '', exitCode: 0 });
    const made = readFileSync(output);
    expect(made.length).toBe(bytes);
    expect(readFileSync(join(templates, `${name}.bin`)).equals(made)).toBe(true);
  });
});

/** With graphics off, SeaBIOS shows its screen on the serial port. */
async function boot(image: string, drive: 'usb' | 'disk', until: string | RegExp): Promise<string> {
  const machine = ['-machine', 'pc,graphics=off', '-m', '64', '-vga', 'none'];
  return await runQemu([...machine, ...driveArguments(image, drive, 'boot', 1)], { until, seconds: 300 });
}

describeWith(['nasm', 'qemu-system-x86_64', 'mcopy'], 'a BIOS', () => {
  const folder = temporaryFolder();
  const disk = join(folder, 'disk.img');

  async function makeBootmgr(bytes: number): Promise<Uint8Array> {
    const output = join(folder, `bootmgr-${bytes}`);
    await runOk('nasm', ['-f', 'bin', `-DBYTES=${bytes}`, '-o', output, standIn]);
    return readFileSync(output);
  }

  async function makeDisk(
    bootmgr: Uint8Array | undefined,
    before: Readonly<Record<string, string>> = {},
  ): Promise<void> {
    const files = placedFiles(before);
    if (bootmgr) files.push({ path: 'bootmgr', content: new BytesContent(bootmgr), modified: recorded });
    await writeSparse(usbImage(files, []).image, disk);
  }

  /** A disk whose BOOTMGR somebody has put there in pieces. */
  async function scatterBootmgr(): Promise<void> {
    await makeDisk(await makeBootmgr(65_536), { 'a.txt': 'x' });
    const partition = `${disk}@@1M`;
    const pieces = join(folder, 'pieces');
    const bootmgr = join(folder, 'bootmgr-430001');
    writeFileSync(bootmgr, await makeBootmgr(430_001));
    writeFileSync(pieces, 'x'.repeat(9000));
    // a gap of three clusters in front of what is free
    await runOk('mcopy', ['-i', partition, pieces, '::/gap1']);
    await runOk('mcopy', ['-i', partition, pieces, '::/gap2']);
    await runOk('mdel', ['-i', partition, '::/bootmgr']);
    await runOk('mdel', ['-i', partition, '::/gap1']);
    // without the hint where to go on, mtools takes the first free clusters
    const bytes = readFileSync(disk);
    bytes.writeUInt32LE(0xffffffff, MIB + 512 + 492);
    writeFileSync(disk, bytes);
    await runOk('mcopy', ['-i', partition, bootmgr, '::/bootmgr']);
    const chain = await runOk('mshowfat', ['-i', partition, '::/bootmgr']);
    expect(chain.match(/</g)!.length).toBeGreaterThan(1);
  }

  /** Lets the disk tell every read of the BIOS on the serial port. */
  async function watchReads(): Promise<void> {
    const output = join(folder, 'watch.bin');
    await runOk('nasm', ['-f', 'bin', '-o', output, join(import.meta.dirname, '../support/boot/watch.asm')]);
    const bytes = readFileSync(disk);
    bytes.copy(bytes, 512, 0, 440);
    bytes.set(readFileSync(output));
    writeFileSync(disk, bytes);
  }

  it.each([
    ['disk', 430_001],
    ['usb', 430_001],
    ['disk', 1000],
    ['disk', 131_072],
    ['disk', MAX],
  ] as const)('starts BOOTMGR from a %s, all %i bytes of it, with drive number and BPB', async (drive, bytes) => {
    await makeDisk(await makeBootmgr(bytes));
    const serial = await boot(disk, drive, 'WHOLE');
    expect(serial).toContain('BOOTMGR-STAND-IN drive=80 hidden=00000800 WHOLE');
  });

  it('finds BOOTMGR behind many clusters of the root directory', async () => {
    const many = Array.from({ length: 700 }, (_, i) => [`A file with a long name number ${i}.txt`, 'x']);
    await makeDisk(await makeBootmgr(200_000), Object.fromEntries(many));
    expect(await boot(disk, 'disk', 'WHOLE')).toContain('hidden=00000800 WHOLE');
  });

  it('follows BOOTMGR through its clusters when somebody has put it there in pieces', async () => {
    await scatterBootmgr();
    expect(await boot(disk, 'disk', 'WHOLE')).toContain('hidden=00000800 WHOLE');
  });

  it.each(['in one run', 'in pieces'])(
    'reads BOOTMGR %s, never across 64 KiB, at most 127 sectors at a time, and none that is not its own',
    async (how) => {
      if (how === 'in pieces') await scatterBootmgr();
      else await makeDisk(await makeBootmgr(MAX));
      await watchReads();
      const head = readFileSync(disk).subarray(MIB, MIB + 512);
      const [reserved, end] = [2048 + head.readUInt16LE(14), 2048 + head.readUInt32LE(32)];
      const serial = await boot(disk, 'disk', 'WHOLE');
      const reads = [...serial.matchAll(/READ (\w{4}):(\w{4}) (\w{4}) (\w{8})\n/g)].map((match) =>
        match.slice(1).map((hex) => Number.parseInt(hex, 16)),
      ) as [segment: number, offset: number, sectors: number, sector: number][];
      expect(reads.length).toBeGreaterThan(8);
      for (const [segment, offset, sectors, sector] of reads) {
        const from = segment * 16 + offset;
        const what = `${sectors} sectors from ${sector} on to ${from.toString(16)}`;
        expect((from + sectors * 512 - 1) >> 16, what).toBe(from >> 16);
        expect(sectors, what).toBeLessThanOrEqual(127);
        expect(sector >= 2048 && sector + sectors <= end, what).toBe(true);
        // of the reserved area only its own: sector 0, which the MBR reads, and 2 to 5
        if (sector < reserved)
          expect(
            [
              [2048, 1],
              [2050, 4],
            ],
            what,
          ).toContainEqual([sector, sectors]);
      }
    },
  );

  it('starts BOOTMGR from a hybrid whose partition begins behind many structures of UDF', async () => {
    const names = Object.fromEntries(Array.from({ length: 1200 }, (_, i) => [`many/${i}.txt`, 'x']));
    const files = placedFiles(names);
    files.push({ path: 'bootmgr', content: new BytesContent(await makeBootmgr(430_001)), modified: recorded });
    await writeSparse(hybridImage(files, ['many']).image, disk);
    const start = readFileSync(disk).readUInt32LE(446 + 8);
    expect(start).toBeGreaterThan(2048);
    const hidden = start.toString(16).toUpperCase().padStart(8, '0');
    expect(await boot(disk, 'disk', /WHOLE|WRONG/)).toContain(`drive=80 hidden=${hidden} WHOLE`);
  });

  it('says what is wrong when it cannot start', async () => {
    await makeDisk(undefined, { 'a.txt': 'x' });
    expect(await boot(disk, 'disk', 'on this disk')).toContain('There is no BOOTMGR on this disk');
    await makeDisk(new Uint8Array(0));
    expect(await boot(disk, 'disk', 'into memory')).toContain('BOOTMGR is empty or does not fit into memory');
  });

  it('says so when the first sector names no active partition', async () => {
    await makeDisk(await makeBootmgr(1000));
    const bytes = readFileSync(disk);
    bytes[446] = 0;
    writeFileSync(disk, bytes);
    expect(await boot(disk, 'disk', 'is active')).toContain('No partition of this disk is active');
  });
});

it.each([
  ['usb', usbImage],
  ['usb with exFAT', usbExfatImage],
  ['hybrid', hybridImage],
] as const)(
  'a BOOTMGR that reaches the memory of the BIOS is refused when the media is laid out, one byte less is not: %s',
  (_, layOut) => {
    const files = (bytes: number) => [
      { path: 'BOOTMGR', content: new BytesContent(new Uint8Array(bytes)), modified: recorded },
    ];
    expect(() => layOut(files(MAX + 1), [])).toThrow(/BOOTMGR has 480\.0 KiB; the boot record has room for 480\.0 KiB/);
    expect(() => layOut(files(MAX), [])).not.toThrow();
  },
);

it('the boot program lies in sectors 0 and 2 to 5 of the reserved area, with its copy in 6 and 8 to 11; FSInfo is left alone', async () => {
  const program = readFileSync(join(templates, 'fat32.bin'));
  const { image } = usbImage(placedFiles({ 'a.txt': 'x' }), []);
  const sectors = Buffer.from(await readBytes(image, MIB, 32 * 512));
  expect(sectors.readUInt16LE(14)).toBeGreaterThanOrEqual(12);
  for (const first of [0, 6]) {
    const sector = (number: number, count = 1) =>
      sectors.subarray((first + number) * 512, (first + number + count) * 512);
    // between the jump and the program lies the BPB
    expect(sector(0).subarray(90, 510)).toEqual(program.subarray(90, 510));
    expect(sector(0).subarray(0, 3)).toEqual(program.subarray(0, 3));
    expect(sector(1).toString('latin1', 0, 4)).toBe('RRaA');
    expect(sector(2, 4)).toEqual(program.subarray(512));
  }
  expect(sectors.subarray(12 * 512).every((byte) => byte === 0)).toBe(true);
});
