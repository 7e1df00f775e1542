import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { inspectionPage } from '../../src/cli/inspection-page.js';
import type { InplaceError } from '../../src/errors.js';
import { bootRecord } from '../../src/formats/eltorito/boot-record.js';
import { build } from '../../src/library/build.js';
import { inspect } from '../../src/library/inspect.js';
import { directory, image } from '../formats/iso9660/image-builder.js';
import { makeProject } from '../support/project.js';
import { debianLoaders, loaderTools } from '../support/signing.js';
import { describeWith, temporaryFolder } from '../support/tools.js';

const folder = temporaryFolder();
const path = join(folder, 'bad.iso');

it('an image with a bad boot catalog is inspected all the same, with a warning that names the file', async () => {
  const bytes = image({ 20: directory(20, 20, [{ id: 'A.TXT;1', lba: 30, size: 5 }]) });
  bytes.copyWithin(18 * 2048, 17 * 2048, 18 * 2048);
  bytes.set(bootRecord(31), 17 * 2048);
  writeFileSync(path, bytes);
  const { listing, bootEntries, windows } = await inspect(path);
  expect(listing).toEqual([{ path: 'A.TXT', bytes: 5 }]);
  expect(bootEntries).toEqual([]);
  expect(windows!.findings).toContainEqual(
    expect.objectContaining({
      code: 'SOURCE_CORRUPT',
      severity: 'warning',
      message: 'The boot catalog begins with 0x00, expected 0x01',
      where: { file: path, offset: 31 * 2048, field: 'ValidationEntry' },
    }),
  );
});

describeWith(loaderTools, 'a program that lies loose', () => {
  it('of Debian: who signed it, and which firmware starts it', async () => {
    const { shim, grub } = await debianLoaders();
    writeFileSync(join(folder, 'shimx64.efi'), shim);
    // called anything, by its PE signature
    writeFileSync(join(folder, 'grub.bin'), grub);
    const page = inspectionPage(await inspect(join(folder, 'shimx64.efi')));
    expect(page).toMatch(/shimx64\.efi: program, \d/);
    expect(page).toMatch(
      /shimx64\.efi[^\n]* yes +yes +yes +Microsoft Corporation UEFI CA 2011, Microsoft UEFI CA 2023/,
    );
    const { kind, bootTrust } = await inspect(join(folder, 'grub.bin'));
    expect(kind).toBe('program');
    expect(bootTrust!.media).toMatchObject([
      { path: 'grub.bin', boots: { only2011: false, both: false, only2023: false } },
    ]);
  });
});

it('a program that is damaged says so, and what only begins like one is no program', async () => {
  writeFileSync(join(folder, 'damaged.efi'), `MZ${'x'.repeat(200)}`);
  const { bootTrust } = await inspect(join(folder, 'damaged.efi'));
  expect(bootTrust!.media[0]!.problem).toBeDefined();
  for (const name of ['short.efi', 'like.img']) {
    writeFileSync(join(folder, name), name === 'short.efi' ? 'MZ' : `MZ${'x'.repeat(200)}`);
    const refused = await inspect(join(folder, name)).catch((error: InplaceError) => error.code);
    expect(refused).toBe('SOURCE_UNSUPPORTED');
  }
});

it('a zip has the table of boot files, as the folder that it was made from', async () => {
  const project = makeProject(join(folder, 'project'));
  const output = join(folder, 'media.zip');
  await build(project.definition, { output, format: 'zip' });
  const [zip, windows] = [await inspect(output), await inspect(project.windows)];
  expect(zip.bootTrust!.media.map(({ path: name }) => name)).toEqual([
    'bootmgr.efi',
    'efi/boot/bootx64.efi',
    'efi/microsoft/boot/efisys.bin:EFI/BOOT/BOOTX64.EFI',
    'efi/microsoft/boot/efisys_noprompt.bin:EFI/BOOT/BOOTX64.EFI',
  ]);
  expect(zip.bootTrust).toEqual(windows.bootTrust);
});
