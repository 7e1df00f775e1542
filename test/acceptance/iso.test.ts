/** The ISO that `build` makes, judged by everyone else's programs. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { pseudoRandomBytes } from '../../scripts/fixtures/pseudo-random.mjs';
import { makeWindowsIso } from '../../scripts/fixtures/windows-iso.mjs';
import { bootBios, bootUefi, kernelMount, kernelTools, probeTools, uefiProbe, uefiTools } from '../support/lab.js';
import { inplace, inplaceOk, makeProject } from '../support/project.js';
import { folderSums, sha256, sha256File } from '../support/sums.js';
import { describeWith, runOk, temporaryFolder } from '../support/tools.js';

const twin = pseudoRandomBytes('twin', 50_000);
const extraFiles = {
  'sources/twin-a.bin': twin,
  'support/twin-b.bin': twin,
  'support/empty.txt': '',
  'support/blåbær 日本 😀.txt': 'odd name',
  [`support/${'n'.repeat(120)}.txt`]: 'long name',
  'support/large.bin': pseudoRandomBytes('large', 3_000_001),
};
const packages = {
  'drivers/net/net.inf': '; driver',
  'files/read me.txt': 'hello',
};
const yaml = `
packages:
  - { id: NET, kind: drivers, source: drivers }
  - { id: FILES, kind: files, source: files }
`;

/** What the manifest says, found in the bytes of the image without any reader of ours. */
function manifestOf(iso: string): Map<string, string> {
  const bytes = readFileSync(iso);
  const start = bytes.lastIndexOf('{"manifest":1,');
  const { files } = JSON.parse(bytes.toString('utf8', start, bytes.indexOf('\n]}\n', start) + 4)) as {
    files: { path: string; sha256: string }[];
  };
  return new Map(files.map((file) => [file.path, file.sha256]));
}

/** autorun.inf would start Setup past the engine; boot.wim gets the boot menu, which its own tests show. */
function isUnchanged(path: string): boolean {
  return path !== 'autorun.inf' && path !== 'sources/boot.wim';
}

describe('an ISO that build made', () => {
  const folder = temporaryFolder();
  const project = makeProject(folder, { yaml, demo: { extraFiles }, files: packages });
  const iso = join(folder, 'out.iso');
  let expected: Map<string, string>;

  beforeAll(async () => {
    await inplaceOk(['build', project.definition, '-o', iso]);
    expected = manifestOf(iso);
  });

  it('holds every file of the package but autorun.inf, unchanged but for the boot menu, and what inplace adds', () => {
    for (const path of project.windowsFiles.filter(isUnchanged)) {
      expect(expected.get(path), path).toBe(sha256File(join(project.windows, path)));
    }
    const added = [...expected.keys()].filter((path) => !project.windowsFiles.includes(path)).sort();
    expect(added).toEqual([
      'deploy/engine.js',
      'deploy/media.json',
      'deploy/packages/FILES/read me.txt',
      'deploy/packages/NET/net/net.inf',
      'deploy/sequence.json',
      'deploy/variables.json',
      'upgrade.cmd',
    ]);
  });

  it('holds what verify expects', async () => {
    const { exitCode, stdout } = await inplace(['verify', iso]);
    expect(stdout).toContain('out.iso holds');
    expect(exitCode).toBe(0);
  });

  describeWith(['7z'], '7-Zip', () => {
    it('tests it and extracts every file identically', async () => {
      await runOk('7z', ['t', iso]);
      await runOk('7z', ['x', '-y', `-o${join(folder, 'seven')}`, iso]);
      const found = folderSums(join(folder, 'seven'));
      expect(found.delete('deploy/manifest.json')).toBe(true);
      expect(found).toEqual(expected);
    });
  });

  describeWith(['udfinfo'], 'udfinfo', () => {
    it('reads the volume as closed, read-only UDF 1.02 with the right counts', async () => {
      const text = await runOk('udfinfo', [iso]);
      const value = (name: string) => new RegExp(`^${name}=(.*)$`, 'm').exec(text)?.[1];
      expect(value('label')).toBe('TEST_MEDIA');
      expect(value('udfrev')).toBe('1.02');
      expect(value('integrity')).toBe('closed');
      expect(value('accesstype')).toBe('readonly');
      // each name of a file counts, the manifest too
      expect(value('numfiles')).toBe(String(expected.size + 1));
    });
  });

  describeWith(['xorriso', 'isoinfo'], 'xorriso and isoinfo', () => {
    it('see a BIOS and a UEFI entry of El Torito at the files of the package', async () => {
      const text = await runOk('xorriso', ['-indev', iso, '-report_el_torito', 'plain']);
      expect(text).toMatch(/El Torito boot img :\s+1\s+BIOS\s+y\s+none\s+0x0000\s+0x00\s+8\s/);
      expect(text).toMatch(/El Torito boot img :\s+2\s+UEFI\s+y\s+none/);
      const image = readFileSync(iso);
      for (const [entry, path] of [
        [1, 'boot/etfsboot.com'],
        [2, 'efi/microsoft/boot/efisys.bin'],
      ] as const) {
        const lba = Number(new RegExp(`El Torito boot img :\\s+${entry}\\s.*?(\\d+)\\s*$`, 'm').exec(text)?.[1]);
        const file = readFileSync(join(project.windows, path));
        expect(sha256(image.subarray(lba * 2048, lba * 2048 + file.length))).toBe(sha256(file));
      }
    });

    it('see an ISO 9660 volume with one file that says to use UDF', async () => {
      const names = (await runOk('isoinfo', ['-i', iso, '-f'])).trim();
      expect(names).toBe('/README.TXT;1');
      expect(await runOk('isoinfo', ['-i', iso, '-x', '/README.TXT;1'])).toContain('UDF');
      expect(await runOk('isoinfo', ['-i', iso, '-d'])).toContain('Volume id: TEST_MEDIA');
    });
  });

  describeWith(kernelTools, 'the Linux kernel', () => {
    it('mounts it as UDF and agrees on every SHA-256, size, time and hard link', async () => {
      const { mounts, log } = await kernelMount(iso, 'cdrom', 'udf');
      const files = mounts[0]!.files;
      files.delete('deploy/manifest.json');
      expect(new Map([...files].map(([path, file]) => [path, file.sha256]))).toEqual(expected);
      const [a, b] = [files.get('sources/twin-a.bin')!, files.get('support/twin-b.bin')!];
      expect([a.inode, a.links]).toEqual([b.inode, 2]);
      expect(files.get('setup.exe')!.modified).toEqual(new Date('2024-04-01T12:00:00Z'));
      expect(log.filter((line) => /UDF-fs: (error|warning)/i.test(line))).toEqual([]);
    });
  });

  describeWith([...uefiTools, ...probeTools], 'the firmware', () => {
    it('opens files through its own UDF driver, hard-linked ones too', async () => {
      const paths = ['setup.exe', 'sources/twin-a.bin', 'support/twin-b.bin', 'deploy/packages/NET/net/net.inf'];
      const volumes = await uefiProbe(iso, 'cdrom', paths);
      const udf = volumes.find(({ label }) => label === 'TEST_MEDIA');
      for (const path of paths) expect(udf?.files.get(path), path).toMatchObject({ sha256: expected.get(path) });
    });
  });

  describeWith(uefiTools, 'QEMU', () => {
    it('boots it as a CD under UEFI', async () => {
      expect(await bootUefi(iso, 'cdrom', { until: 'INPLACE-DEMO-UEFI' })).toContain('INPLACE-DEMO-UEFI');
    });

    it('boots it as a CD under BIOS, whose program reads the disc', async () => {
      const serial = await bootBios(iso, 'cdrom', { until: 'press a key to restart.' });
      expect(serial).toContain('INPLACE-DEMO-BIOS\r\nThe disc can be read; its label is TEST_MEDIA ');
    });
  });

  describeWith(['genisoimage'], 'the input', () => {
    it('as an ISO gives the same files as the folder', async () => {
      // genisoimage cuts names at characters outside the BMP and at 103 units, so none of those
      const { definition, windows, windowsFiles } = makeProject(join(folder, 'other'), {
        demo: { extraFiles: { 'support/blåbær.txt': twin } },
      });
      makeWindowsIso(windows, join(folder, 'windows.iso'));
      writeFileSync(definition, 'name: Other\nupgradePackage: { source: ../windows.iso }\noutput: { format: iso }\n');
      const tree = join(folder, 'other-tree');
      await inplaceOk(['build', definition, '--format', 'folder', '-o', tree]);
      const found = folderSums(tree);
      for (const path of windowsFiles.filter(isUnchanged)) {
        expect(found.get(path), path).toBe(sha256File(join(windows, path)));
      }
    });

    it('may not be media that inplace built', async () => {
      const { stderr, exitCode } = await inplace(['inspect', iso]);
      expect([exitCode, stderr]).toEqual([0, '']);
      const own = makeProject(join(folder, 'own'));
      writeFileSync(own.definition, 'name: Own\nupgradePackage: { source: ../out.iso }\n');
      const refused = await inplace(['build', own.definition]);
      expect(refused.exitCode).toBe(1);
      expect(refused.stderr).toContain('Give the original Windows ISO');
    });
  });
});
