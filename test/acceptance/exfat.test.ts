/** The layout fat32+exfat of the format `usb`, judged by everyone else's programs, and booted. */
import { closeSync, mkdirSync, openSync, readFileSync, readSync, statSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import { pseudoRandomBytes } from '../../scripts/fixtures/pseudo-random.mjs';
import { writeBigFiles } from '../../scripts/fixtures/tree.mjs';
import { readBytes } from '../../src/content/content.js';
import { openFile } from '../../src/content/file.js';
import { openDisk } from '../../src/image/disk.js';
import { inspect, verify } from '../../src/index.js';
import { driveArguments, runQemu } from '../support/lab/qemu.js';
import { bootUefi, kernelMount, kernelTools, labTimeout, probeTools, uefiProbe, uefiTools } from '../support/lab.js';
import { inplaceOk, makeProject } from '../support/project.js';
import { folderSums, sha256 } from '../support/sums.js';
import { describeWith, long, runOk, temporaryFolder, tool } from '../support/tools.js';

vi.setConfig({ testTimeout: labTimeout, hookTimeout: labTimeout });
const MIB = 1024 * 1024;
const yaml = 'output: { format: usb, size: 512 MiB }\nusb: { layout: fat32+exfat }\n';
const folder = temporaryFolder();
const extraFiles = {
  'support/empty.txt': '',
  'support/blåbær 日本 😀.txt': 'odd name',
  [`support/${'n'.repeat(120)}.txt`]: 'long name',
  'support/large.bin': pseudoRandomBytes('large', 3_000_001),
};
const project = makeProject(folder, { demo: { extraFiles }, yaml });
const image = join(folder, 'usb.img');
const standIn = join(import.meta.dirname, '../support/boot/bootmgr.asm');

/** First byte and bytes of an entry of the partition table. */
function partition(path: string, number: number): { offset: number; bytes: number } {
  const head = Buffer.alloc(512);
  const file = openSync(path, 'r');
  readSync(file, head, 0, 512, 0);
  closeSync(file);
  const at = 446 + (number - 1) * 16;
  return { offset: head.readUInt32LE(at + 8) * 512, bytes: head.readUInt32LE(at + 12) * 512 };
}

/** A partition as a file of its own, for programs that know no offsets; free room stays a hole. */
async function extractPartition(path: string, number: number, into: string): Promise<string> {
  const { offset, bytes } = partition(path, number);
  const head = Math.min(bytes, 256 * MIB) / MIB;
  const args = ['bs=1M', `skip=${offset / MIB}`, `count=${head}`, 'conv=sparse', 'status=none'];
  await runOk('dd', [`if=${path}`, `of=${into}`, ...args]);
  truncateSync(into, bytes);
  return into;
}

/** SHA-256 of every file but the manifest, as the manifest says. */
async function manifestOf(path: string): Promise<Map<string, string>> {
  const file = await openFile(path);
  const { files } = await (await openDisk(file, path))!.volumes[0]!.tree();
  const manifest = files.find((each) => each.path === 'deploy/manifest.json')!;
  const text = Buffer.from(await readBytes(manifest.content)).toString();
  await file.close();
  const entries = (JSON.parse(text) as { files: { path: string; sha256: string }[] }).files;
  return new Map(entries.map((entry) => [entry.path, entry.sha256]));
}

const BOOTS = /^(bootmgr[^/]*|(boot|efi)\/.*|sources\/boot\.wim)$/;

beforeAll(async () => {
  if (tool('nasm') !== undefined)
    await runOk('nasm', ['-f', 'bin', '-DBYTES=430001', '-o', join(project.windows, 'bootmgr'), standIn]);
  await inplaceOk(['build', project.definition, '-o', image]);
});

describe('a stick of two partitions', () => {
  it('holds what verify expects, shows both partitions, and takes little room on the disk', async () => {
    expect(await verify(image)).toMatchObject({ findings: [], expected: [] });
    expect(statSync(image).size).toBe(512 * MIB);
    expect(statSync(image).blocks * 512).toBeLessThan(64 * MIB);
    expect(await inspect(image)).toMatchObject({
      format: 'exfat',
      label: 'TEST_MEDIA',
      partitions: [
        { number: 1, type: 0x07, active: false, fileSystem: 'exfat' },
        { number: 2, type: 0x0c, active: true, fileSystem: 'fat32' },
      ],
    });
    expect(await inplaceOk(['check', project.definition])).toMatch(
      /partitions {2}exFAT with everything, and FAT32 with what boots: [\d.]+ \w+ are on both/,
    );
  });

  it.runIf(long)('is the same bytes through a pipe as in a file', async () => {
    const command = `node "${join(import.meta.dirname, '../../dist/cli/main.js')}" build "${project.definition}" --quiet -o - | cmp - "${image}"`;
    expect(await runOk('bash', ['-c', command])).toBe('');
  });

  describeWith(['sfdisk'], 'sfdisk', () => {
    it('reads both partitions, and finds no errors', async () => {
      const [exfat, fat] = [partition(image, 1), partition(image, 2)];
      const table = await runOk('sfdisk', ['-d', image]);
      const line = (n: number, { offset, bytes }: typeof fat) =>
        new RegExp(`img${n} : start= *${offset / 512}, size= *${bytes / 512}, type=`);
      expect(table).toMatch(new RegExp(`${line(1, exfat).source}7\n`));
      expect(table).toMatch(new RegExp(`${line(2, fat).source}c, bootable`));
      expect(await runOk('sfdisk', ['-V', image])).toContain('No errors detected');
      expect(fat.offset + fat.bytes).toBeLessThanOrEqual(exfat.offset);
    });
  });

  describeWith(['fsck.exfat', 'dump.exfat', 'fsck.fat', 'dd'], 'exfatprogs and dosfstools', () => {
    it('find nothing wrong with either', async () => {
      const exfat = await extractPartition(image, 1, join(folder, 'exfat.img'));
      expect(await runOk('fsck.exfat', ['-n', exfat])).toMatch(/: clean\. directories \d+, files \d+\n/);
      expect(await runOk('dump.exfat', [exfat])).toMatch(/Volume label:\s+TEST_MEDIA\n/);
      const fat = await extractPartition(image, 2, join(folder, 'fat.img'));
      expect(await runOk('fsck.fat', ['-n', fat])).toMatch(/\d+ files, \d+\/\d+ clusters\n$/);
    });
  });

  describeWith(['mcopy'], 'mtools', () => {
    it('copy every file that boots from FAT32, and none else', async () => {
      const copy = join(folder, 'copy');
      mkdirSync(copy);
      await runOk('mcopy', ['-s', '-i', `${image}@@1M`, '::/', copy]);
      expect(folderSums(copy)).toEqual(new Map([...(await manifestOf(image))].filter(([path]) => BOOTS.test(path))));
    });
  });

  describeWith(['grub-fstest'], 'GRUB', () => {
    it.each([
      ['exFAT', 'msdos1', ['support/large.bin', 'support/blåbær 日本 😀.txt', 'sources/boot.wim', 'setup.exe']],
      ['FAT32', 'msdos2', ['bootmgr', 'sources/boot.wim']],
    ])('reads files of the %s partition', async (_, partition, paths) => {
      const copy = join(folder, 'from-grub');
      const expected = await manifestOf(image);
      for (const path of paths) {
        await runOk('grub-fstest', [image, 'cp', `(loop0,${partition})/${path}`, copy]);
        expect(sha256(readFileSync(copy)), path).toBe(expected.get(path));
      }
    });
  });

  describeWith(kernelTools, 'the Linux kernel', () => {
    it('mounts both partitions and agrees on every SHA-256, size and time', async () => {
      const { mounts, log } = await kernelMount(image, 'disk', ['exfat', 'vfat']);
      expect(mounts.map(({ device, fs }) => [device, fs])).toEqual([
        ['sda1', 'exfat'],
        ['sda2', 'vfat'],
      ]);
      const expected = await manifestOf(image);
      const [exfat, fat] = mounts.map(({ files }) => new Map([...files].map(([path, file]) => [path, file.sha256])));
      exfat!.delete('deploy/manifest.json');
      expect(exfat).toEqual(expected);
      expect(fat).toEqual(new Map([...expected].filter(([path]) => BOOTS.test(path))));
      expect(mounts[0]!.directories).toContain('Reports');
      expect(mounts[0]!.files.get('setup.exe')!.modified).toEqual(new Date('2024-04-01T12:00:00Z'));
      expect(
        log.filter((line) => /(FAT-fs|exFAT-fs) \(sda1\).*(error|corrupt|not properly|checksum|invalid)/i.test(line)),
      ).toEqual([]);
    });
  });

  describeWith([...uefiTools, ...probeTools], 'the firmware', () => {
    it('reads the FAT32 partition, and boots it', async () => {
      const expected = await manifestOf(image);
      const volumes = await uefiProbe(image, 'usb', ['sources/boot.wim']);
      const fat = volumes.find(({ root }) => root.some(({ name }) => name === 'sources'));
      expect(fat?.files.get('sources/boot.wim')).toMatchObject({ sha256: expected.get('sources/boot.wim') });
      expect(await bootUefi(image, 'usb', { until: 'INPLACE-DEMO-UEFI' })).toContain('INPLACE-DEMO-UEFI');
    });
  });

  describeWith(['qemu-system-x86_64', 'nasm'], 'SeaBIOS', () => {
    it('starts BOOTMGR from the second entry of the table', async () => {
      const machine = ['-machine', 'pc', '-m', '64', '-vga', 'none'];
      const wanted = { until: /BOOTMGR-STAND-IN.*\r\n/, seconds: 300 };
      const serial = await runQemu([...machine, ...driveArguments(image, 'usb', 'boot', 1)], wanted);
      expect(serial).toContain('BOOTMGR-STAND-IN drive=80 hidden=00000800 WHOLE');
    });
  });
});

describeWith(long ? kernelTools : [], 'a file of 5 GiB on exFAT', () => {
  it.runIf(long)(
    'lies there whole, and the kernel and verify agree',
    async () => {
      const big = makeProject(join(folder, 'big'), { yaml: yaml.replace('512 MiB', '7 GiB') });
      writeBigFiles(join(big.windows, 'sources/big'), [5 * 1024 * MIB + 1]);
      const path = join(folder, 'big.img');
      await inplaceOk(['build', big.definition, '-o', path]);
      expect((await verify(path)).findings).toEqual([]);
      const { mounts } = await kernelMount(path, 'disk', 'exfat', 'tar', { seconds: 3000 });
      const found = new Map([...mounts[0]!.files].map(([name, { sha256 }]) => [name, sha256]));
      found.delete('deploy/manifest.json');
      expect(found).toEqual(await manifestOf(path));
    },
    3_600_000,
  );
});
