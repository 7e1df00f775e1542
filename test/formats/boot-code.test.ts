/** The programs that a BIOS starts from a disk: the committed bytes, and what they do under SeaBIOS. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it, vi } from 'vitest';
import { BytesContent } from '../../src/content/views.js';
import { placedFiles, recorded, usbImage } from '../support/disk-media.js';
import { driveArguments, runQemu } from '../support/lab/qemu.js';
import { labTimeout } from '../support/lab.js';
import { writeSparse } from '../support/sparse-image.js';
import { describeWith, run, runOk, temporaryFolder } from '../support/tools.js';

vi.setConfig({ testTimeout: labTimeout });

const templates = join(import.meta.dirname, '../../templates/boot');
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
async function boot(image: string, drive: 'usb' | 'disk', until: string): Promise<string> {
  const machine = ['-machine', 'pc,graphics=off', '-m', '64', '-vga', 'none'];
  return await runQemu([...machine, ...driveArguments(image, drive, 'boot', 1)], { until, seconds: 300 });
}

describeWith(['nasm', 'qemu-system-x86_64', 'mcopy'], 'a BIOS', () => {
  const folder = temporaryFolder();
  const disk = join(folder, 'disk.img');
  /** the largest that the builder takes */
  const MAX = 0xa0000 - 0x20000 - 32 * 1024;

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
    bytes.writeUInt32LE(0xffffffff, 1024 * 1024 + 512 + 492);
    writeFileSync(disk, bytes);
    await runOk('mcopy', ['-i', partition, bootmgr, '::/bootmgr']);
    const chain = await runOk('mshowfat', ['-i', partition, '::/bootmgr']);
    expect(chain.match(/</g)!.length).toBeGreaterThan(1);
    expect(await boot(disk, 'disk', 'WHOLE')).toContain('hidden=00000800 WHOLE');
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

it('a BOOTMGR that reaches the memory of the BIOS is refused when the media is laid out', () => {
  const files = [{ path: 'BOOTMGR', content: new BytesContent(new Uint8Array(0x78001)), modified: recorded }];
  expect(() => usbImage(files, [])).toThrow(/BOOTMGR has 480\.0 KiB; the boot record has room for 480\.0 KiB/);
});
