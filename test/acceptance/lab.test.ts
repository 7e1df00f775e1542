import { createHash } from 'node:crypto';
import { linkSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, it, vi } from 'vitest';
import { writeDemoPackage } from '../../scripts/fixtures/demo-package.mjs';
import { pseudoRandomBytes } from '../../scripts/fixtures/pseudo-random.mjs';
import { writeOddNames } from '../../scripts/fixtures/tree.mjs';
import { makeWindowsIso } from '../../scripts/fixtures/windows-iso.mjs';
import { hashTar } from '../support/lab/tar.js';
import {
  bootBiosWithScreen,
  bootUefi,
  kernelFillUdf,
  kernelMount,
  kernelTools,
  labTimeout,
  probeTools,
  uefiProbe,
  uefiTools,
} from '../support/lab.js';
import { describeWith, long, runOk, temporaryFolder } from '../support/tools.js';

vi.setConfig({ testTimeout: labTimeout });

const extraFiles = { 'demo/blåbær.bin': pseudoRandomBytes('lab', 300_001), 'demo/empty.txt': '' };

function sha256(bytes: Uint8Array | string): string {
  return createHash('sha256').update(bytes).digest('hex');
}

// Every other test that boots or mounts something goes through the lab, in every run.
const itLong = it.runIf(long);

describeWith(
  ['genisoimage', ...kernelTools, ...uefiTools, ...probeTools],
  'the lab, on an ISO that genisoimage made',
  () => {
    const folder = temporaryFolder();
    const [iso, media] = [join(folder, 'media.iso'), join(folder, 'media')];
    let paths: string[] = [];

    beforeAll(() => {
      paths = writeDemoPackage(media, { extraFiles });
      makeWindowsIso(media, iso, { label: 'LAB_MEDIA', isoFiles: true });
    });

    itLong('boots the demo program under UEFI', async () => {
      // once straight to the port, once through the firmware's console, which OVMF shows on the port too
      const serial = await bootUefi(iso, 'cdrom', { until: /(INPLACE-DEMO-UEFI[\s\S]*){2}/ });
      expect(serial).toContain('INPLACE-DEMO-UEFI\r\nThis media was made by the inplace demo.');
    });

    itLong('boots the demo program under a BIOS, which shows on serial port and screen', async () => {
      const { serial, screen } = await bootBiosWithScreen(iso, 'cdrom', { until: 'press a key to restart.' });
      expect(serial).toContain('INPLACE-DEMO-BIOS\r\nThe disc can be read; its label is LAB_MEDIA ');
      expect(screen).toContain('INPLACE-DEMO-BIOS');
      expect(screen.join('\n')).toContain('its label is LAB_MEDIA');
    });

    itLong('the kernel mounts it as UDF and reads every byte', async () => {
      const view = await kernelMount(iso, 'cdrom', ['udf', 'vfat']);
      expect(view.mounts.map(({ device, fs }) => [device, fs])).toEqual([['sr0', 'udf']]);
      expect(view.refused.map(({ fs }) => fs)).toEqual(['vfat']);
      const files = view.mounts[0]?.files ?? new Map();
      expect([...files.keys()].filter((path) => path !== 'boot/boot.cat').sort()).toEqual(paths);
      for (const path of paths) {
        const bytes = readFileSync(join(media, path));
        expect(files.get(path)).toMatchObject({ size: bytes.length, sha256: sha256(bytes) });
      }
      expect(view.mounts[0]?.directories).toContain('efi/microsoft/boot');
    });

    itLong('a tree streamed out as tar has the same hashes, and a list has sizes only', async () => {
      const [tar, list] = [
        await kernelMount(iso, 'cdrom', 'udf', 'tar'),
        await kernelMount(iso, 'cdrom', 'iso9660', 'list'),
      ];
      for (const path of paths) {
        const bytes = readFileSync(join(media, path));
        expect(tar.mounts[0]?.files.get(path)).toMatchObject({ size: bytes.length, sha256: sha256(bytes) });
        expect(list.mounts[0]?.files.get(path)?.size).toBe(bytes.length);
        expect(list.mounts[0]?.files.get(path)?.sha256).toBeUndefined();
      }
    });

    itLong("the firmware's own UDF driver opens files on it", async () => {
      const volumes = await uefiProbe(iso, 'cdrom', ['setup.exe', 'demo/blåbær.bin', 'demo/empty.txt', 'not/there']);
      const udf = volumes.find(({ label }) => label === 'LAB_MEDIA');
      expect(udf?.root.map(({ name }) => name)).toEqual(expect.arrayContaining(['setup.exe', 'sources', 'demo']));
      expect(udf?.root.find(({ name }) => name === 'setup.exe')).toMatchObject({ folder: false });
      const setup = readFileSync(join(media, 'setup.exe'));
      expect(udf?.files.get('setup.exe')).toEqual({ size: setup.length, sha256: sha256(setup) });
      expect(udf?.files.get('demo/empty.txt')).toEqual({ size: 0, sha256: sha256('') });
      expect(udf?.files.get('not/there')).toEqual({ status: 14 });
      expect(volumes.map(({ label }) => label)).toContain('EFISYS'); // the El Torito FAT
    });
  },
);

describeWith(['mkudffs', '7z', ...kernelTools], 'the lab, on a volume that Linux fills', () => {
  const folder = temporaryFolder();

  itLong('files written by the kernel are read back by it and by 7-Zip; a failing script is an error', async () => {
    const image = join(folder, 'filled.udf');
    writeFileSync(image, new Uint8Array(16 << 20));
    await runOk('mkudffs', ['--utf8', '-m', 'hd', '-b', '2048', '-r', '2.01', '-l', 'FILLED', image]);
    await kernelFillUdf(
      image,
      "mkdir 'a folder'; echo hello >'a folder/blåbær.txt'; echo gone >gone; rm gone; ln 'a folder/blåbær.txt' link; : >'😀.txt'",
    );
    const view = await kernelMount(image, 'disk', 'udf');
    const files = view.mounts[0]?.files;
    expect([...(files?.keys() ?? [])].sort()).toEqual(['a folder/blåbær.txt', 'link', '😀.txt']);
    expect(files?.get('link')).toMatchObject({ size: 6, sha256: sha256('hello\n'), links: 2 });
    expect(files?.get('link')?.inode).toBe(files?.get('a folder/blåbær.txt')?.inode);
    expect(await runOk('7z', ['l', image])).toContain('a folder/blåbær.txt');
    await expect(kernelFillUdf(image, 'false')).rejects.toThrow('ended with 1');
  });
});

describeWith(['busybox'], 'hashTar', () => {
  const folder = temporaryFolder();

  it('reads what busybox writes: long names, long link targets, odd characters', async () => {
    const tree = join(folder, 'tree');
    const paths = writeOddNames(tree);
    const longest = paths.reduce((a, b) => (b.length > a.length ? b : a));
    linkSync(join(tree, longest), join(tree, `zz-${'l'.repeat(200)}`));
    await runOk('busybox', ['tar', '-cf', join(folder, 'tree.tar'), '-C', tree, '.']);
    const hashes = hashTar(join(folder, 'tree.tar'));
    expect([...hashes.keys()].sort()).toEqual([...paths, `zz-${'l'.repeat(200)}`].sort());
    for (const [path, { sha256: hash }] of hashes) expect(hash).toBe(sha256(readFileSync(join(tree, path))));
  });
});
