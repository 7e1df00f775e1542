/** `bootManager` of the definition. Debian's shim, which Microsoft signed with keys of 2011 and 2023, stands for boot managers. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, it } from 'vitest';
import { makeFat12 } from '../../scripts/fixtures/fat12.mjs';
import { FIXED_TIME } from '../../scripts/fixtures/write-tree.mjs';
import { readBytes } from '../../src/content/content.js';
import type { InplaceError } from '../../src/errors.js';
import { readBootCatalog } from '../../src/formats/eltorito/reading.js';
import { inspect } from '../../src/library/inspect.js';
import { type MediaPlan, planMedia } from '../../src/library/plan.js';
import { makeBootWim } from '../support/boot-wim.js';
import { makeProject, type Project } from '../support/project.js';
import { debianLoaders, loaderTools } from '../support/signing.js';
import { describeWith, temporaryFolder } from '../support/tools.js';

describeWith([...loaderTools, 'wimlib-imagex'], 'bootManager', () => {
  const folder = temporaryFolder();
  let shim: Buffer;
  let efisys: Uint8Array;
  let projects = 0;

  beforeAll(async () => {
    shim = (await debianLoaders()).shim;
    efisys = makeFat12([{ path: 'EFI/BOOT/BOOTX64.EFI', bytes: shim }], {
      label: 'EX',
      serial: 7,
      modified: FIXED_TIME,
    });
  });

  /** What Windows\Boot holds since April 2024; `without` leaves a file out. */
  async function project(yaml: string, change: Record<string, Uint8Array | undefined> = {}): Promise<Project> {
    const made = makeProject(join(folder, `p${++projects}`), { yaml });
    const files: Record<string, Uint8Array | undefined> = {
      'EFI_EX/bootmgfw_EX.efi': shim,
      'EFI_EX/bootmgr_EX.efi': shim,
      'EFI_EX/boot.stl': Buffer.from('stl'),
      'DVD_EX/EFI/en-US/efisys_EX.bin': efisys,
      'FONTS_EX/wgl4_boot_EX.ttf': Buffer.from('new font'),
      ...change,
    };
    const present = Object.entries(files).flatMap(([path, bytes]) => (bytes ? [[`Windows/Boot/${path}`, bytes]] : []));
    await makeBootWim(join(made.windows, 'sources/boot.wim'), Object.fromEntries(present));
    return made;
  }

  async function planned<T>({ definition }: Project, use: (plan: MediaPlan) => Promise<T>): Promise<T> {
    const plan = await planMedia(definition, {});
    return await use(plan).finally(() => plan.close());
  }

  const refusal = (target: Project): Promise<InplaceError> =>
    planned(target, async () => expect.unreachable()).catch((error: InplaceError) => error);

  it('2023 takes the files from the boot image, and the ISO boots by its efisys', async () => {
    const target = await project('bootManager: 2023\n');
    const fonts = join(target.windows, 'efi/microsoft/boot/fonts');
    mkdirSync(fonts, { recursive: true });
    writeFileSync(join(fonts, 'WGL4_boot.ttf'), 'old font');
    await planned(target, async ({ files, staged, placed }) => {
      const bytesOf = async (path: string) => {
        const found = files.filter((file) => file.path.toLowerCase() === path.toLowerCase());
        expect(found.length, path).toBe(1);
        return Buffer.from(await readBytes(found[0]!.content));
      };
      expect((await bytesOf('efi/boot/bootx64.efi')).equals(shim)).toBe(true);
      expect((await bytesOf('bootmgr.efi')).equals(shim)).toBe(true);
      expect((await bytesOf('efi/microsoft/boot/efisys_ex.bin')).equals(efisys)).toBe(true);
      expect((await bytesOf('efi/microsoft/boot/fonts/wgl4_boot.ttf')).toString()).toBe('new font');
      expect((await bytesOf('efi/microsoft/boot/boot.stl')).toString()).toBe('stl');
      expect(Buffer.from(await readBytes(staged.uefiBoot!)).equals(efisys)).toBe(true);
      const entry = (await readBootCatalog(placed!.image, 'x.iso')).find(({ platform }) => platform === 0xef)!;
      const head = Buffer.alloc(efisys.length);
      await placed!.image.read(entry.lba * 2048, head);
      expect(head.equals(efisys)).toBe(true);
    });
  });

  it('asIs leaves everything as it is', async () => {
    await planned(await project(''), async ({ files }) => {
      const loader = files.find(({ path }) => path === 'efi/boot/bootx64.efi')!;
      expect(Buffer.from(await readBytes(loader.content)).equals(shim)).toBe(false);
    });
  });

  it('the media id says which', async () => {
    const id = async (yaml: string) => planned(await project(yaml), async ({ staged }) => staged.mediaId);
    expect(await id('bootManager: 2023\n')).not.toBe(await id(''));
  });

  it('without the question, efisys_noprompt is taken', async () => {
    const yaml = 'bootManager: 2023\noutput: { bootPrompt: false }\n';
    const noPrompt = makeFat12([{ path: 'EFI/BOOT/BOOTX64.EFI', bytes: shim }], {
      label: 'NP',
      serial: 8,
      modified: FIXED_TIME,
    });
    await planned(await project(yaml, { 'DVD_EX/EFI/en-US/efisys_noprompt_EX.bin': noPrompt }), async ({ staged }) => {
      expect(Buffer.from(await readBytes(staged.uefiBoot!)).equals(Buffer.from(noPrompt))).toBe(true);
    });
    expect((await refusal(await project(yaml))).message).toContain('DVD_EX/EFI/en-US/efisys_noprompt_EX.bin');
  });

  it('a boot image without them: every missing file is named', async () => {
    const none = { 'EFI_EX/bootmgfw_EX.efi': undefined, 'EFI_EX/bootmgr_EX.efi': undefined };
    const error = await refusal(
      await project('bootManager: 2023\n', { ...none, 'DVD_EX/EFI/en-US/efisys_EX.bin': undefined }),
    );
    expect(error.findings.map(({ code, where }) => [code, where?.path])).toEqual([
      ['BOOT_TRUST', 'Windows/Boot/EFI_EX/bootmgfw_EX.efi'],
      ['BOOT_TRUST', 'Windows/Boot/EFI_EX/bootmgr_EX.efi'],
      ['BOOT_TRUST', 'Windows/Boot/DVD_EX/EFI/en-US/efisys_EX.bin'],
    ]);
    expect(error.findings[0]?.hint).toContain('April 2024');
  });

  it('a boot manager in it that was changed, and one that nobody signed', async () => {
    const changed = Buffer.from(shim);
    changed[0x2000]! ^= 1;
    const unsigned = (await debianLoaders()).grub;
    const error = await refusal(
      await project('bootManager: 2023\n', { 'EFI_EX/bootmgfw_EX.efi': changed, 'EFI_EX/bootmgr_EX.efi': unsigned }),
    );
    expect(error.findings.map(({ code, where }) => [code, where?.field])).toEqual([
      ['BOOT_TRUST', 'bootManager'],
      ['BOOT_TRUST', 'bootManager'],
    ]);
    expect(error.message).toContain('the file was changed after it was signed');
    expect(error.message).toMatch(/bootmgr_EX\.efi does not start where .* 2023 are trusted: it is signed by .*Debian/);
  });

  it('arm64 has a loader of its own name, x86 has none', async () => {
    const made = makeProject(join(folder, 'x86'), { yaml: 'bootManager: 2023\n', demo: { architecture: 'x86' } });
    expect((await refusal(made)).message).toContain('There are no boot managers of 2023 for x86');
  });

  it('2011 checks that the package has them', async () => {
    const error = await refusal(await project('bootManager: 2011\n'));
    expect(error.findings.every(({ code }) => code === 'BOOT_TRUST')).toBe(true);
    expect(error.message).toMatch(/efi\/boot\/bootx64\.efi does not start where .* 2011 are trusted: it is not signed/);
    const signed = makeProject(join(folder, 'signed'), {
      yaml: 'bootManager: 2011\n',
      demo: {
        extraFiles: {
          'bootmgr.efi': shim,
          'efi/boot/bootx64.efi': shim,
          'efi/microsoft/boot/efisys.bin': efisys,
          'efi/microsoft/boot/efisys_noprompt.bin': efisys,
        },
      },
    });
    await planned(signed, async ({ files }) => expect(files.length).toBeGreaterThan(0));
    const { bootTrust } = await inspect(signed.windows);
    expect(bootTrust?.boots).toEqual({ only2011: true, both: true, only2023: true });
  });
});
