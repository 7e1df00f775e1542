import { copyFileSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { makeFat12 } from '../../scripts/fixtures/fat12.mjs';
import { FIXED_TIME } from '../../scripts/fixtures/write-tree.mjs';
import { type Authority, MICROSOFT_AUTHORITIES } from '../../src/boot-trust/authorities.js';
import { examineBootFile } from '../../src/boot-trust/boot-file.js';
import { examineBootTrust } from '../../src/boot-trust/boot-trust.js';
import { bootTrustLines } from '../../src/cli/boot-trust-page.js';
import type { FileTree } from '../../src/content/tree.js';
import { BytesContent } from '../../src/content/views.js';
import { makeBootWim } from '../support/boot-wim.js';
import {
  debianLoaders,
  loaderTools,
  makeAuthority,
  makeUefiProgram,
  sign,
  signingTools,
  type TestAuthority,
} from '../support/signing.js';
import { describeWith, temporaryFolder } from '../support/tools.js';

function treeOf(files: Readonly<Record<string, Uint8Array>>): FileTree {
  const entries = Object.entries(files).map(([path, bytes]) => ({
    path,
    content: new BytesContent(bytes),
    modified: FIXED_TIME,
  }));
  return { files: entries.sort((a, b) => (a.path < b.path ? -1 : 1)), directories: [] };
}

function efisys(bytes: Uint8Array): Uint8Array {
  return makeFat12([{ path: 'EFI/BOOT/BOOTX64.EFI', bytes }], { label: 'EFISYS', serial: 1, modified: FIXED_TIME });
}

describeWith([...signingTools, 'wimlib-imagex'], 'boot files signed by stand-ins for the authorities', () => {
  const folder = temporaryFolder();
  const authorities: Authority[] = [];
  const programs = new Map<string, Buffer>();
  const program = (name: string): Buffer => programs.get(name)!;

  beforeAll(async () => {
    const pca2011 = await makeAuthority(folder, 'Windows Production PCA 2011');
    const ca2011 = await makeAuthority(folder, 'UEFI CA 2011');
    const ca2023 = await makeAuthority(folder, 'Windows UEFI CA 2023');
    const other = await makeAuthority(folder, 'Somebody');
    const add = (name: string, year: 2011 | 2023, { thumbprint }: TestAuthority, revocable = false): void => {
      authorities.push({ name, year, thumbprint, revocable });
    };
    add('PCA 2011', 2011, pca2011, true);
    add('UEFI CA 2011', 2011, ca2011);
    add('CA 2023', 2023, ca2023);
    const plain = await makeUefiProgram(folder, 'plain', { version: '10.0.22621.7' });
    programs.set('unsigned', readFileSync(plain));
    const signers = {
      pca2011: [pca2011],
      '2023': [ca2023],
      other: [other],
      uefi: [ca2011, ca2023],
      dual: [pca2011, ca2023],
    };
    for (const [name, by] of Object.entries(signers)) {
      const path = join(folder, `${name}.efi`);
      copyFileSync(plain, path);
      for (const each of by) await sign(path, each);
      programs.set(name, readFileSync(path));
    }
    const changed = Buffer.from(program('2023'));
    changed[0x400]! ^= 1;
    programs.set('changed', changed);
  });

  it.each([
    // only 2011, both, only 2023
    ['unsigned', [false, false, false]],
    ['other', [false, false, false]],
    ['changed', [false, false, false]],
    ['pca2011', [true, true, false]],
    ['2023', [false, true, true]],
    ['uefi', [true, true, true]],
    // one forbidden signature is too much for firmware where PCA 2011 is revoked
    ['dual', [true, true, false]],
  ])('%s', (name, expected) => {
    const { boots, version, architecture } = examineBootFile('x.efi', program(name), authorities);
    expect([boots.only2011, boots.both, boots.only2023]).toEqual(expected);
    expect([version, architecture]).toEqual(['10.0.22621.7', 'x64']);
  });

  it('an authority that only has the name of one of Microsoft does not count', () => {
    const { boots, signatures } = examineBootFile('x.efi', program('2023'), MICROSOFT_AUTHORITIES);
    expect(boots).toEqual({ only2011: false, both: false, only2023: false });
    expect(signatures).toEqual([{ signedBy: 'Windows UEFI CA 2023' }]);
  });

  it('media: every program that is started, those in FAT images and the boot image, and the answer for all', async () => {
    const wim = join(folder, 'boot.wim');
    await makeBootWim(wim, {
      'Windows/Boot/EFI/bootmgfw.efi': program('pca2011'),
      'Windows/Boot/EFI_EX/bootmgfw_EX.efi': program('2023'),
      'Windows/Boot/DVD_EX/EFI/en-US/efisys_EX.bin': efisys(program('2023')),
      'Windows/Boot/EFI/de-DE/bootmgfw.efi.mui': 'text',
    });
    const tree = treeOf({
      'bootmgr.efi': program('pca2011'),
      'efi/boot/bootx64.efi': program('uefi'),
      'efi/microsoft/boot/efisys.bin': efisys(program('dual')),
      'efi/microsoft/boot/memtest.efi': program('unsigned'),
      'sources/boot.wim': readFileSync(wim),
      'setup.exe': program('unsigned'),
    });
    const trust = await examineBootTrust(tree, authorities);
    expect(trust.media.map(({ path }) => path)).toEqual([
      'bootmgr.efi',
      'efi/boot/bootx64.efi',
      'efi/microsoft/boot/efisys.bin:EFI/BOOT/BOOTX64.EFI',
      'efi/microsoft/boot/memtest.efi',
    ]);
    expect(trust.bootImage.map(({ path, boots }) => [path, boots.only2023])).toEqual([
      ['sources/boot.wim:Windows/Boot/DVD_EX/EFI/en-US/efisys_EX.bin:EFI/BOOT/BOOTX64.EFI', true],
      ['sources/boot.wim:Windows/Boot/EFI/bootmgfw.efi', false],
      ['sources/boot.wim:Windows/Boot/EFI_EX/bootmgfw_EX.efi', true],
    ]);
    expect(trust.boots).toEqual({ only2011: true, both: true, only2023: false });
    const page = bootTrustLines(trust);
    expect(page.find((line) => line.includes('the media as they are'))).toMatch(/yes +yes +no$/);
    expect(page.find((line) => line.includes('memtest'))).toMatch(/10\.0\.22621\.7 +no +no +no +not signed$/);
    expect(page.find((line) => line.includes('EFI_EX'))).toMatch(/no +yes +yes +CA 2023$/);
  });

  it('what cannot be read is said beside the file and stops nothing', async () => {
    const trust = await examineBootTrust(
      treeOf({
        'bootmgr.efi': Buffer.from('no program'),
        'efi/microsoft/boot/efisys.bin': Buffer.alloc(4096),
        'sources/boot.wim': Buffer.from('no WIM'),
      }),
      authorities,
    );
    expect(trust.media.map(({ problem }) => problem)).toEqual([
      expect.stringContaining('ends inside its headers'),
      expect.stringContaining('no FAT volume'),
    ]);
    expect(trust.bootImage.map(({ problem }) => problem)).toEqual([expect.stringContaining('too few for a WIM')]);
    expect(trust.boots).toEqual({ only2011: false, both: false, only2023: false });
  });
});

describeWith(loaderTools, "Debian's loaders", () => {
  it("shim starts everywhere by Microsoft's signatures, GRUB nowhere by itself", async () => {
    const { shim, grub } = await debianLoaders();
    const judged = examineBootFile('shim', shim, MICROSOFT_AUTHORITIES);
    expect(judged.boots).toEqual({ only2011: true, both: true, only2023: true });
    expect(judged.signatures).toEqual([
      { signedBy: 'Microsoft Corporation UEFI CA 2011', year: 2011 },
      { signedBy: 'Microsoft UEFI CA 2023', year: 2023 },
    ]);
    const other = examineBootFile('grub', grub, MICROSOFT_AUTHORITIES);
    expect(other.boots).toEqual({ only2011: false, both: false, only2023: false });
    expect(other.signatures[0]?.signedBy).toMatch(/Debian/);
  });
});

describe('a tree without boot files', () => {
  it('has no answer', async () => {
    expect(await examineBootTrust(treeOf({ 'setup.exe': Buffer.from('x') }))).toEqual({
      media: [],
      bootImage: [],
      boots: undefined,
    });
  });
});
