/** The formats `hybrid` and `usb`, judged by everyone else's programs, and booted. */
import {
  closeSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  openSync,
  readFileSync,
  readSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import { pseudoRandomBytes } from '../../scripts/fixtures/pseudo-random.mjs';
import { writeBigFiles } from '../../scripts/fixtures/tree.mjs';
import { readBytes } from '../../src/content/content.js';
import { openFile } from '../../src/content/file.js';
import { checkUdf } from '../../src/formats/udf/check.js';
import { openDisk } from '../../src/image/disk.js';
import { verify } from '../../src/index.js';
import { driveArguments, runQemu } from '../support/lab/qemu.js';
import {
  bootBios,
  bootUefi,
  kernelMount,
  kernelTools,
  labTimeout,
  probeTools,
  uefiProbe,
  uefiTools,
} from '../support/lab.js';
import { inplaceOk, makeProject } from '../support/project.js';
import { folderSums, sha256 } from '../support/sums.js';
import { describeWith, long, run, runOk, temporaryFolder } from '../support/tools.js';

vi.setConfig({ testTimeout: labTimeout, hookTimeout: labTimeout });
const MIB = 1024 * 1024;

const twin = pseudoRandomBytes('twin', 50_000);
const extraFiles = {
  'sources/twin-a.bin': twin,
  'support/twin-b.bin': twin,
  'support/empty.txt': '',
  'support/blåbær 日本.txt': 'odd name',
  [`support/${'n'.repeat(120)}.txt`]: 'long name',
  'support/large.bin': pseudoRandomBytes('large', 3_000_001),
};
const folder = temporaryFolder();
const project = makeProject(folder, { demo: { extraFiles } });
const hybrid = join(folder, 'hybrid.iso');
const usb = join(folder, 'usb.img');
const images = { hybrid, usb };
type Format = keyof typeof images;
const formats = Object.keys(images) as Format[];

/** The first bytes of a file that may have 14 GiB. */
function headOf(path: string, bytes: number): Buffer {
  const head = Buffer.alloc(Math.min(bytes, statSync(path).size));
  const file = openSync(path, 'r');
  readSync(file, head, 0, head.length, 0);
  closeSync(file);
  return head;
}

/** SHA-256 of every file but the manifest, as the manifest says, found without any reader of ours. */
function manifestOf(image: string): Map<string, string> {
  const bytes = headOf(image, 64 * MIB);
  const start = bytes.lastIndexOf('{"manifest":1,');
  const { files } = JSON.parse(bytes.toString('utf8', start, bytes.indexOf('\n]}\n', start) + 4)) as {
    files: { path: string; sha256: string }[];
  };
  return new Map(files.map((file) => [file.path, file.sha256]));
}

beforeAll(async () => {
  if (bootmgrMade)
    await runOk('nasm', ['-f', 'bin', '-DBYTES=430001', '-o', join(project.windows, 'bootmgr'), standIn]);
  for (const format of formats)
    await inplaceOk(['build', project.definition, '--format', format, '-o', images[format]]);
});

const standIn = join(import.meta.dirname, '../support/boot/bootmgr.asm');
let bootmgrMade = false;
describeWith(['nasm'], 'a stand-in for BOOTMGR', () => {
  bootmgrMade = true;
  it('is on the media', () => {
    expect(statSync(join(project.windows, 'bootmgr')).size).toBe(430_001);
  });
});

describe.each(formats)('%s', (format) => {
  const image = images[format];

  it('holds what verify expects, and takes little room on the disk', async () => {
    expect(await verify(image)).toMatchObject({ findings: [], expected: [] });
    const { size, blocks } = statSync(image);
    expect(size).toBe(format === 'usb' ? 14 * 1024 * MIB : size);
    expect(blocks * 512).toBeLessThan(64 * MIB);
  });

  it('is the same bytes through a pipe as in a file', async () => {
    if (format === 'usb') return; // 14 GiB of zeros through a pipe prove nothing more
    const command = `node "${join(import.meta.dirname, '../../dist/cli/main.js')}" build "${project.definition}" --quiet --format ${format} -o - | cmp - "${image}"`;
    expect(await runOk('bash', ['-c', command])).toBe('');
  });

  describeWith(['mcopy'], 'mtools', () => {
    it('copy every file identically, and see /Reports empty', async () => {
      const copy = join(folder, `${format}-copy`);
      mkdirSync(copy);
      const environment = { env: { ...process.env, LC_ALL: 'C.UTF-8' } };
      await runOk('mcopy', ['-s', '-i', `${image}@@1M`, '::/', copy], environment);
      const found = folderSums(copy);
      expect(found.delete('deploy/manifest.json')).toBe(true);
      expect(found).toEqual(manifestOf(image));
      expect(await runOk('mdir', ['-i', `${image}@@1M`, '-b', '::/Reports'])).toBe('');
    });
  });

  describeWith(['fsck.fat', 'dd'], 'fsck.fat', () => {
    it('finds nothing wrong', async () => {
      const partition = join(folder, 'partition.img');
      const sectors = headOf(image, 512).readUInt32LE(446 + 12);
      // the end of the partition is free: what lies there need not be read
      const head = Math.min(sectors * 512, 256 * MIB);
      await runOk('dd', [
        `if=${image}`,
        `of=${partition}`,
        'bs=1M',
        'skip=1',
        `count=${head / MIB}`,
        'conv=sparse',
        'status=none',
      ]);
      truncateSync(partition, sectors * 512);
      expect(await runOk('fsck.fat', ['-n', partition])).toMatch(/\d+ files, \d+\/\d+ clusters\n$/);
    });
  });

  describeWith(['7z', 'dd'], '7-Zip', () => {
    it('extracts every file of the FAT32 partition identically, and finds no error', async () => {
      const [partition, copy] = [join(folder, `${format}-part.img`), join(folder, `${format}-seven`)];
      const sectors = headOf(image, 512).readUInt32LE(446 + 12);
      const megabytes = Math.min((sectors * 512) / MIB, 256);
      await runOk('dd', [`if=${image}`, `of=${partition}`, 'bs=1M', 'skip=1', `count=${megabytes}`, 'conv=sparse']);
      truncateSync(partition, sectors * 512);
      await runOk('7z', ['x', '-y', '-tFAT', `-o${copy}`, partition]);
      const found = folderSums(copy);
      expect(found.delete('deploy/manifest.json')).toBe(true);
      expect(found).toEqual(manifestOf(image));
    });
  });

  describeWith(['grub-fstest'], 'GRUB', () => {
    it('reads files of the FAT32 partition', async () => {
      const partition = format === 'hybrid' ? '(loop0,gpt1)' : '(loop0,msdos1)';
      for (const path of ['support/large.bin', 'support/twin-b.bin', 'bootmgr']) {
        const copy = join(folder, `${format}-from-grub`);
        await runOk('grub-fstest', [image, 'cp', `${partition}/${path}`, copy]);
        expect(sha256(readFileSync(copy)), path).toBe(manifestOf(image).get(path));
      }
    });
  });

  describeWith(kernelTools, 'the Linux kernel', () => {
    it('mounts its first partition as FAT32 and agrees on every SHA-256', async () => {
      const { mounts, log } = await kernelMount(image, 'disk', 'vfat');
      expect(mounts.map(({ device }) => device)).toEqual(['sda1']);
      const { files, directories } = mounts[0]!;
      files.delete('deploy/manifest.json');
      expect(new Map([...files].map(([path, file]) => [path, file.sha256]))).toEqual(manifestOf(image));
      expect(directories).toContain('Reports');
      expect(files.get('setup.exe')!.modified).toEqual(new Date('2024-04-01T12:00:00Z'));
      expect(log.filter((line) => /FAT-fs.*(error|corrupt|not properly)/i.test(line))).toEqual([]);
    });
  });

  describeWith([...uefiTools, ...probeTools], 'the firmware', () => {
    it('reads the FAT32 partition of the stick, and boots it', async () => {
      const expected = manifestOf(image);
      const paths = ['setup.exe', 'sources/twin-a.bin', 'support/twin-b.bin', 'support/large.bin'];
      const volumes = await uefiProbe(image, 'usb', paths);
      const fat = volumes.find(({ root }) => root.some(({ name }) => name === 'sources'));
      for (const path of paths) expect(fat?.files.get(path), path).toMatchObject({ sha256: expected.get(path) });
      expect(await bootUefi(image, 'usb', { until: 'INPLACE-DEMO-UEFI' })).toContain('INPLACE-DEMO-UEFI');
    });
  });

  describeWith(['qemu-system-x86_64', 'nasm'], 'SeaBIOS', () => {
    it.each(['usb', 'disk'] as const)('starts BOOTMGR from it as %s', async (drive) => {
      const machine = ['-machine', 'pc', '-m', '64', '-vga', 'none'];
      const wanted = { until: /BOOTMGR-STAND-IN.*\r\n/, seconds: 300 };
      const serial = await runQemu([...machine, ...driveArguments(image, drive, 'boot', 1)], wanted);
      expect(serial).toContain('BOOTMGR-STAND-IN drive=80 hidden=00000800 WHOLE');
    });
  });
});

describe('a hybrid image', () => {
  it('keeps every rule of UDF, and shows the same files there', async () => {
    const image = await openFile(hybrid);
    const { findings, files } = await checkUdf(image).finally(() => image.close());
    expect(findings).toEqual([]);
    expect(files.map(({ path }) => path).sort()).toEqual([...manifestOf(hybrid).keys(), 'deploy/manifest.json'].sort());
  });

  it('has no file in the last 526 KiB but the anchor and the copy of the GPT, and the GPT ends before byte 32768', () => {
    const bytes = readFileSync(hybrid);
    expect(bytes.length % MIB).toBe(0);
    const anchor = bytes.length - 257 * 2048;
    expect(bytes.readUInt16LE(anchor)).toBe(2);
    expect(bytes.subarray(anchor + 512, bytes.length - 33 * 512).every((byte) => byte === 0)).toBe(true);
    expect(bytes.subarray(34 * 512, 32768).every((byte) => byte === 0)).toBe(true);
  });

  describeWith(['sgdisk'], 'sgdisk', () => {
    it('finds no problem in its GPT', async () => {
      expect(await runOk('sgdisk', ['-v', hybrid])).toContain('No problems found');
    });
  });

  describeWith(['7z'], '7-Zip', () => {
    it('extracts every file identically, and complains only that it looks for the closing anchor nearer', async () => {
      // For 7-Zip 9 to 26 a volume ends behind sector 256, both descriptor sequences and the last byte of any file; an anchor has to
      // follow in the next 1024 sectors with nothing but zeros before it. There are the free clusters of FAT32 (64 MiB and more), and
      // the structures of UDF lie in front of them, so it says "Headers Error", and that data follow the end.
      const { stdout, stderr } = await run('7z', ['x', '-y', `-o${join(folder, 'seven')}`, hybrid]);
      expect(`${stdout}${stderr}`.match(/^(ERROR: |Headers Error|.*(Data|CRC) Error|Can.*open).*$/gm)).toEqual([
        'Headers Error',
        'Headers Error',
      ]);
      const found = folderSums(join(folder, 'seven'));
      expect(found.delete('deploy/manifest.json')).toBe(true);
      expect(found).toEqual(manifestOf(hybrid));
    });
  });

  describeWith(['udfinfo'], 'udfinfo', () => {
    it('reads it as closed UDF 1.02', async () => {
      const text = await runOk('udfinfo', [hybrid]);
      expect(text).toMatch(/^udfrev=1\.02$/m);
      expect(text).toMatch(/^integrity=closed$/m);
    });
  });

  describeWith(['grub-fstest'], 'GRUB', () => {
    it('reads files of UDF as well', async () => {
      for (const path of ['support/large.bin', 'support/twin-b.bin']) {
        const copy = join(folder, 'udf-from-grub');
        await runOk('grub-fstest', [hybrid, 'cp', `(loop0)/${path}`, copy]);
        expect(sha256(readFileSync(copy)), path).toBe(manifestOf(hybrid).get(path));
      }
    });
  });

  describeWith(kernelTools, 'the Linux kernel', () => {
    it('mounts it as a CD and agrees on every SHA-256; files that are alike are hard links', async () => {
      const { mounts } = await kernelMount(hybrid, 'cdrom', 'udf');
      const { files } = mounts[0]!;
      const [a, b] = [files.get('sources/twin-a.bin')!, files.get('support/twin-b.bin')!];
      expect([a.inode, a.links]).toEqual([b.inode, 2]);
      files.delete('deploy/manifest.json');
      expect(new Map([...files].map(([path, file]) => [path, file.sha256]))).toEqual(manifestOf(hybrid));
    });
  });

  describeWith(uefiTools, 'QEMU', () => {
    it('boots it as a CD under UEFI and BIOS', async () => {
      expect(await bootUefi(hybrid, 'cdrom', { until: 'INPLACE-DEMO-UEFI' })).toContain('INPLACE-DEMO-UEFI');
      const serial = await bootBios(hybrid, 'cdrom', { until: 'press a key to restart.' });
      expect(serial).toContain('INPLACE-DEMO-BIOS\r\nThe disc can be read; its label is TEST_MEDIA ');
    });

    it('boots it from a stick that is larger than the image', async () => {
      const stick = join(folder, 'stick.img');
      copyFileSync(hybrid, stick);
      truncateSync(stick, statSync(hybrid).size + 700 * MIB);
      expect(await bootUefi(stick, 'usb', { until: 'INPLACE-DEMO-UEFI' })).toContain('INPLACE-DEMO-UEFI');
    });
  });
});

describe('files that FAT32 cannot hold', () => {
  it('are refused with what to do instead', async () => {
    const { windows, definition } = makeProject(join(folder, 'large'));
    const path = join(windows, 'sources/large.bin');
    writeFileSync(path, '');
    truncateSync(path, 4096 * MIB);
    await expect(inplaceOk(['check', definition, '--format', 'hybrid'])).rejects.toThrow(
      /sources\/large\.bin: The file has 4\.0 GiB; on FAT32 a file has less than 4 GiB\n +Use the format iso, or the format usb with/,
    );
  });
});

describe('a BOOTMGR that the boot record has no room for', () => {
  it.each(['hybrid', 'usb'])('is refused before anything is built: %s', async (format) => {
    const { windows, definition } = makeProject(join(folder, `bootmgr-${format}`));
    writeFileSync(join(windows, 'bootmgr'), Buffer.alloc(480 * 1024 + 1));
    for (const args of [['check'], ['build', '-o', join(folder, `bootmgr-${format}.img`)]])
      await expect(inplaceOk([...args, definition, '--format', format])).rejects.toThrow(
        /bootmgr: BOOTMGR has 480\.0 KiB; the boot record has room for 480\.0 KiB\n +Take the bootmgr of the Windows ISO/,
      );
    expect(existsSync(join(folder, `bootmgr-${format}.img`))).toBe(false);
  });
});

describeWith(kernelTools, `a hybrid image of ${long ? 'over 4 GiB' : '40 MiB of files'}`, () => {
  it('is read by the kernel on both sides, verified, and keeps every rule of UDF', async () => {
    const { windows, definition } = makeProject(join(folder, 'big'));
    writeBigFiles(join(windows, 'sources/big'), long ? [3000 * MIB + 1, 2000 * MIB] : [20 * MIB + 1, 20 * MIB]);
    const image = join(folder, 'big.iso');
    await inplaceOk(['build', definition, '--format', 'hybrid', '-o', image]);
    expect(statSync(image).size).toBeGreaterThan(long ? 4 * 1024 * MIB : 40 * MIB);
    expect((await verify(image)).findings).toEqual([]);
    const opened = await openFile(image);
    const tree = await (await openDisk(opened, image))!.volumes[0]!.tree();
    const manifest = await readBytes(tree.files.find(({ path }) => path === 'deploy/manifest.json')!.content);
    expect((await checkUdf(opened)).findings).toEqual([]);
    await opened.close();
    const listed = JSON.parse(Buffer.from(manifest).toString()) as { files: { path: string; sha256: string }[] };
    const expected = new Map(listed.files.map((file) => [file.path, file.sha256]));
    expected.set('deploy/manifest.json', sha256(manifest));
    const sums: ReadonlyMap<string, string | undefined>[] = [];
    for (const [kind, fs] of [
      ['cdrom', 'udf'],
      ['disk', 'vfat'],
    ] as const) {
      const { mounts } = await kernelMount(image, kind, fs, 'tar', { seconds: 3000 });
      sums.push(new Map([...mounts[0]!.files].map(([path, { sha256 }]) => [path, sha256])));
    }
    expect(sums).toEqual([expected, expected]);
  }, 3_600_000);
});
