/**
 * What the table of `inspect` says of boot files is what firmware does, and media with `bootManager: 2011` and `2023` start exactly where they
 * should: OVMF with keys that are made here, or with Microsoft's from Debian's shim. All of it in the long run: a boot takes its time.
 */
import { createHash } from 'node:crypto';
import { copyFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import { makeFat12 } from '../../scripts/fixtures/fat12.mjs';
import { FIXED_TIME } from '../../scripts/fixtures/write-tree.mjs';
import type { Authority } from '../../src/boot-trust/authorities.js';
import { examineBootFile } from '../../src/boot-trust/boot-file.js';
import { build, check } from '../../src/index.js';
import { makeBootWim } from '../support/boot-wim.js';
import type { Drive } from '../support/lab/qemu.js';
import type { SecureBootKeys } from '../support/lab/uefi-variables.js';
import { bootSecurely, labTimeout, secureBootTools } from '../support/lab.js';
import { makeProject } from '../support/project.js';
import { debianLoaders, loaderTools, makeAuthority, makeUefiProgram, sign, signingTools } from '../support/signing.js';
import { describeWith, long, runOk, temporaryFolder } from '../support/tools.js';

vi.setConfig({ testTimeout: labTimeout, hookTimeout: labTimeout });

const folder = temporaryFolder();
const at = (name: string): string => join(folder, name);

/** Boots, and tells which program started; undefined when the firmware refused. */
async function started(image: string, drive: Drive, keys: SecureBootKeys): Promise<string | undefined> {
  const serial = await bootSecurely(image, drive, { until: /STARTED \S+\s|Access Denied|Security Violation/ }, keys);
  return /STARTED (\S+)/.exec(serial)?.[1];
}

function efisys(program: Uint8Array): Uint8Array {
  return makeFat12([{ path: 'EFI/BOOT/BOOTX64.EFI', bytes: program }], { label: 'E', serial: 1, modified: FIXED_TIME });
}

describe.runIf(long)('with Secure Boot on', () => {
  describeWith([...secureBootTools, ...signingTools, 'wimlib-imagex', 'mkfs.vfat', 'mmd', 'mcopy'], 'stand-ins', () => {
    const authorities: Authority[] = [];
    const firmware = new Map<string, SecureBootKeys>();
    const programs = new Map<string, Buffer>();

    beforeAll(async () => {
      const makers = new Map([
        ['2011', await makeAuthority(folder, 'Windows Production PCA 2011')],
        ['2023', await makeAuthority(folder, 'Windows UEFI CA 2023')],
        ['other', await makeAuthority(folder, 'Somebody')],
      ]);
      const certificate = (name: string): Buffer => {
        const text = readFileSync(makers.get(name)!.caCertificate, 'ascii');
        return Buffer.from(text.replace(/-----[^-]+-----/g, ''), 'base64');
      };
      for (const year of [2011, 2023] as const) {
        const der = certificate(`${year}`);
        const thumbprint = createHash('sha1').update(der).digest('hex');
        authorities.push({ name: `CA ${year}`, year, thumbprint, revocable: year === 2011 });
      }
      const [old, recent] = [certificate('2011'), certificate('2023')];
      firmware.set('only 2011', { trusted: [old] });
      firmware.set('both', { trusted: [old, recent] });
      firmware.set('only 2023', { trusted: [recent] });
      firmware.set('2011 revoked', { trusted: [old, recent], forbidden: [old] });
      for (const [name, by] of [
        ['2011', ['2011']],
        ['2023', ['2023']],
        ['dual', ['2011', '2023']],
        ['other', ['other']],
        ['unsigned', []],
      ] as const) {
        const path = await makeUefiProgram(folder, name, { says: true });
        for (const each of by) await sign(path, makers.get(each)!);
        programs.set(name, readFileSync(path));
      }
      const changed = Buffer.from(programs.get('2023')!);
      changed[changed.indexOf(Buffer.from('STARTED', 'utf16le')) + 16]! ^= 1;
      programs.set('changed', changed);
    });

    it.each(['2011', '2023', 'dual', 'other', 'unsigned', 'changed'])('the table holds for: %s', async (name) => {
      const stick = at(`${name}.img`);
      await runOk('mkfs.vfat', ['-C', stick, '8192']);
      await runOk('mmd', ['-i', stick, '::/EFI', '::/EFI/BOOT']);
      writeFileSync(at('program'), programs.get(name)!);
      await runOk('mcopy', ['-i', stick, at('program'), '::/EFI/BOOT/BOOTX64.EFI']);
      const starts = new Map<string, boolean>();
      for (const [title, keys] of firmware) starts.set(title, (await started(stick, 'usb', keys)) !== undefined);
      const { boots } = examineBootFile('x.efi', programs.get(name)!, authorities);
      // the last column is for both kinds of firmware: what it promises must hold on either
      const only2023 = starts.get('only 2023')! && starts.get('2011 revoked')!;
      expect(boots).toEqual({ only2011: starts.get('only 2011'), both: starts.get('both'), only2023 });
    });

    describe.each(['2011', '2023'] as const)('media with bootManager: %s', (year) => {
      let image = '';
      const starts = (title: string): boolean => title === 'both' || (year === '2011') === (title === 'only 2011');

      beforeAll(async () => {
        const old = programs.get('2011')!;
        const recent = programs.get('2023')!;
        const own = {
          'bootmgr.efi': old,
          'efi/boot/bootx64.efi': old,
          'efi/microsoft/boot/efisys.bin': efisys(old),
          'efi/microsoft/boot/efisys_noprompt.bin': efisys(old),
        };
        const project = makeProject(at(`media-${year}`), {
          yaml: `bootManager: ${year}\noutput: { format: hybrid }\n`,
          demo: { extraFiles: own },
        });
        await makeBootWim(join(project.windows, 'sources/boot.wim'), {
          'Windows/Boot/EFI_EX/bootmgfw_EX.efi': recent,
          'Windows/Boot/EFI_EX/bootmgr_EX.efi': recent,
          'Windows/Boot/DVD_EX/EFI/en-US/efisys_EX.bin': efisys(recent),
        });
        image = at(`${year}.img`);
        await build(project.definition, { output: image, authorities });
        // to Microsoft's authorities, which nobody replaces outside of tests, all of these are strangers
        await expect(check(project.definition)).rejects.toMatchObject({ code: 'BOOT_TRUST' });
      });

      it.each(['usb', 'cdrom'] as const)(
        'start as %s where their authority is trusted, and nowhere else',
        async (drive) => {
          for (const [title, keys] of firmware) {
            const found = await started(image, drive, keys);
            expect([title, found]).toEqual([title, starts(title) ? year : undefined]);
          }
        },
      );
    });
  });

  describeWith([...secureBootTools, ...loaderTools, 'sbattach', 'openssl'], "Debian's shim", () => {
    it('starts where either of its two authorities of Microsoft is trusted, as the table says, and nowhere else', async () => {
      const { shim, grub } = await debianLoaders();
      writeFileSync(at('shim.efi'), shim);
      const certificates: Buffer[] = [];
      for (const number of [1, 2]) {
        copyFileSync(at('shim.efi'), at('copy.efi'));
        await runOk('sbattach', ['--signum', `${number}`, '--detach', at('signature'), at('copy.efi')]);
        const text = await runOk('openssl', ['pkcs7', '-inform', 'DER', '-in', at('signature'), '-print_certs']);
        const all = [...text.matchAll(/subject=(.*)\n[^-]*-----BEGIN CERTIFICATE-----([^-]+)/g)];
        certificates.push(Buffer.from(all.find(([, subject]) => / UEFI CA \d+$/.test(subject!))![2]!, 'base64'));
      }
      const stranger = await makeAuthority(folder, 'Stranger');
      const pem = readFileSync(stranger.caCertificate, 'ascii').replace(/-----[^-]+-----/g, '');
      const stick = at('shim.img');
      await runOk('mkfs.vfat', ['-C', stick, '8192']);
      await runOk('mmd', ['-i', stick, '::/EFI', '::/EFI/BOOT']);
      writeFileSync(at('grub.efi'), grub);
      await runOk('mcopy', ['-i', stick, at('shim.efi'), '::/EFI/BOOT/BOOTX64.EFI']);
      await runOk('mcopy', ['-i', stick, at('grub.efi'), '::/EFI/BOOT/GRUBX64.EFI']);
      const until = /grub>|GNU GRUB|Access Denied/;
      for (const certificate of certificates) {
        const serial = await bootSecurely(stick, 'usb', { until }, { trusted: [certificate] });
        expect(serial).not.toContain('Access Denied');
      }
      const keys = { trusted: [Buffer.from(pem, 'base64')] };
      expect(await bootSecurely(stick, 'usb', { until }, keys)).toContain('Access Denied');
    });
  });
});
