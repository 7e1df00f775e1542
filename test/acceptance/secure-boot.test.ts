/** Firmware with Secure Boot on starts an ISO whose boot managers were swapped, and refuses the same ISO with those it had. */
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, it, vi } from 'vitest';
import { build, inspect } from '../../src/index.js';
import { makeBootWim } from '../support/boot-wim.js';
import { bootSecurely, labTimeout, secureBootTools } from '../support/lab.js';
import { makeProject } from '../support/project.js';
import { debianLoaders, loaderTools } from '../support/signing.js';
import { describeWith, runOk, temporaryFolder } from '../support/tools.js';

vi.setConfig({ testTimeout: labTimeout });

describeWith([...secureBootTools, ...loaderTools, 'wimlib-imagex', 'mkfs.vfat', 'mmd', 'mcopy'], 'Secure Boot', () => {
  const folder = temporaryFolder();
  const iso = (name: string): string => join(folder, `${name}.iso`);

  /** A FAT volume of 8 MiB: more than the floppy of the demo media holds. */
  async function efisysOf(programs: Readonly<Record<string, Uint8Array>>): Promise<Buffer> {
    const volume = join(folder, 'efisys.bin');
    await runOk('mkfs.vfat', ['-C', '-i', '12345678', volume, '8192']);
    await runOk('mmd', ['-i', volume, '::/EFI', '::/EFI/BOOT']);
    for (const [name, bytes] of Object.entries(programs)) {
      writeFileSync(join(folder, name), bytes);
      await runOk('mcopy', ['-i', volume, join(folder, name), `::/EFI/BOOT/${name}`]);
    }
    return readFileSync(volume);
  }

  beforeAll(async () => {
    const { shim, grub } = await debianLoaders();
    const efisys = await efisysOf({ 'BOOTX64.EFI': shim, 'GRUBX64.EFI': grub });
    for (const bootManager of ['2023', 'asIs']) {
      const { definition, windows } = makeProject(join(folder, bootManager), { yaml: `bootManager: ${bootManager}\n` });
      await makeBootWim(join(windows, 'sources/boot.wim'), {
        'Windows/Boot/EFI_EX/bootmgfw_EX.efi': shim,
        'Windows/Boot/EFI_EX/bootmgr_EX.efi': shim,
        'Windows/Boot/DVD_EX/EFI/en-US/efisys_EX.bin': efisys,
      });
      await build(definition, { output: iso(bootManager) });
      rmSync(windows, { recursive: true });
    }
  });

  it('starts what bootManager: 2023 took from the boot image', async () => {
    const serial = await bootSecurely(iso('2023'), 'cdrom', { until: /grub>|GNU GRUB/ });
    expect(serial).not.toMatch(/Access Denied/);
    const { bootTrust } = await inspect(iso('2023'));
    expect(bootTrust?.media.find(({ path }) => path === 'efi/boot/bootx64.efi')?.boots.only2011).toBe(true);
  });

  it('refuses the demo loader, which nobody signed; inspect says so, too', async () => {
    await bootSecurely(iso('asIs'), 'cdrom', { until: 'Access Denied' });
    expect((await inspect(iso('asIs'))).bootTrust?.boots).toEqual({ only2011: false, both: false, only2023: false });
  });
});
