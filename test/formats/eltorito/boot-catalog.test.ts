import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BytesContent } from '../../../src/content/views.js';
import { InplaceError } from '../../../src/errors.js';
import { bootCatalog, sumOfWords } from '../../../src/formats/eltorito/boot-catalog.js';
import { bootRecord } from '../../../src/formats/eltorito/boot-record.js';
import { readBootCatalog } from '../../../src/formats/eltorito/reading.js';
import { isoStub, STUB_LBA } from '../../../src/formats/iso9660/stub.js';
import { describeWith, runOk, temporaryFolder } from '../../support/tools.js';

const BIOS = { lba: 270, sectors512: 8 };
const UEFI = { lba: 272, sectors512: 80 };

function imageWith(catalog: Uint8Array, catalogLba = 26, sectors = 300): Uint8Array {
  const stub = isoStub({ label: 'BOOT', recorded: new Date(0), totalSectors: sectors });
  const image = new Uint8Array(sectors * 2048);
  for (const [name, lba] of Object.entries(STUB_LBA)) image.set(stub[name as keyof typeof stub], lba * 2048);
  image.set(bootRecord(catalogLba), 17 * 2048);
  image.set(catalog, 26 * 2048);
  return image;
}

function read(bytes: Uint8Array) {
  return readBootCatalog(new BytesContent(bytes), 'boot.iso');
}

async function problem(bytes: Uint8Array): Promise<string> {
  const error = await read(bytes).then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!(error instanceof InplaceError)) throw error ?? new Error('no problem');
  return `${error.code} ${error.findings[0]!.where?.offset} ${error.findings[0]!.where?.field}`;
}

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex');
}

describe('bootRecord', () => {
  it('names the specification and the sector of the catalog', () => {
    const sector = bootRecord(0x12345678);
    expect(Buffer.from(sector.subarray(0, 30)).toString('latin1')).toBe('\0CD001\x01EL TORITO SPECIFICATION');
    expect(hex(sector.subarray(30, 0x47))).toBe('00'.repeat(0x47 - 30));
    expect(hex(sector.subarray(0x47, 0x4b))).toBe('78563412');
    expect(sector).toHaveLength(2048);
  });
});

describe('bootCatalog', () => {
  it('has BIOS as the default entry and UEFI in a section of its own', () => {
    const catalog = bootCatalog({ bios: BIOS, uefi: UEFI });
    // El Torito 1.0, figures 2 to 5: validation entry, default entry, section header, section entry
    expect(hex(catalog.subarray(0, 32))).toBe(`01${'00'.repeat(27)}aa5555aa`);
    expect(hex(catalog.subarray(32, 64))).toBe(`880000000000${'0800'}${'0e010000'}${'00'.repeat(20)}`);
    expect(hex(catalog.subarray(64, 96))).toBe(`91ef0100${'00'.repeat(28)}`);
    expect(hex(catalog.subarray(96, 128))).toBe(`880000000000${'5000'}${'10010000'}${'00'.repeat(20)}`);
    expect(catalog.subarray(128).every((byte) => byte === 0)).toBe(true);
  });

  it('is of platform 0xEF itself when there is UEFI alone', () => {
    const catalog = bootCatalog({ uefi: UEFI });
    expect([catalog[1], catalog[32], catalog[64]]).toEqual([0xef, 0x88, 0]);
    expect(sumOfWords(catalog)).toBe(0);
  });

  it('ends behind the default entry when there is BIOS alone', () => {
    const catalog = bootCatalog({ bios: BIOS });
    expect([catalog[1], catalog[32], catalog[64]]).toEqual([0, 0x88, 0]);
  });

  it('says 0 sectors for an image of more than 65,535', () => {
    const count = (sectors512: number) =>
      new DataView(bootCatalog({ uefi: { lba: 1, sectors512 } }).buffer).getUint16(38, true);
    expect([count(65_535), count(65_537)]).toEqual([65_535, 0]);
  });

  it('is read back as it was written, whatever the numbers', async () => {
    const boot = fc.record({ lba: fc.nat(0xffffffff), sectors512: fc.integer({ min: 1, max: 0xffff }) });
    await fc.assert(
      fc.asyncProperty(boot, boot, async (bios, uefi) => {
        const entries = await read(imageWith(bootCatalog({ bios, uefi })));
        expect(entries).toEqual([
          { platform: 0, bootable: true, emulation: 'none', loadSegment: 0, ...bios, offset: 26 * 2048 + 32 },
          { platform: 0xef, bootable: true, emulation: 'none', loadSegment: 0, ...uefi, offset: 26 * 2048 + 96 },
        ]);
      }),
    );
  });
});

describe('readBootCatalog', () => {
  it('finds nothing in an image without a boot record', async () => {
    expect(await read(new Uint8Array(100))).toEqual([]);
    expect(await read(new Uint8Array(100 * 2048))).toEqual([]);
    const image = imageWith(bootCatalog({ bios: BIOS }));
    image.fill(0, 17 * 2048, 18 * 2048);
    expect(await read(image)).toEqual([]);
  });

  it('refuses a catalog that breaks the rules', async () => {
    const broken = (offset: number, value: number): Uint8Array => {
      const catalog = bootCatalog({ bios: BIOS, uefi: UEFI });
      catalog[offset] = value;
      return imageWith(catalog);
    };
    expect(await problem(broken(0, 2))).toBe('SOURCE_CORRUPT 53248 ValidationEntry');
    expect(await problem(broken(30, 0))).toBe('SOURCE_CORRUPT 53248 ValidationEntry');
    expect(await problem(broken(28, 0))).toBe('SOURCE_CORRUPT 53248 ValidationEntry');
    expect(await problem(broken(67, 0xff))).toBe('SOURCE_CORRUPT 53312 SectionHeader.numberOfEntries');
    expect(await problem(imageWith(bootCatalog({ bios: BIOS }), 4_000_000_000))).toMatch(/BootRecord.bootCatalog$/);
  });

  it('passes over entry extensions', async () => {
    const catalog = bootCatalog({ bios: BIOS, uefi: UEFI });
    catalog[64] = 0x90;
    catalog[128] = 0x44;
    catalog.set(catalog.subarray(64, 128), 160);
    catalog[160] = 0x91;
    expect((await read(imageWith(catalog))).map((entry) => entry.platform)).toEqual([0, 0xef, 0xef]);
  });

  it('ends in entries or SOURCE_CORRUPT for any bytes', async () => {
    const sound = imageWith(bootCatalog({ bios: BIOS, uefi: UEFI }));
    const change = fc.tuple(fc.integer({ min: 17 * 2048, max: 26 * 2048 + 200 }), fc.nat(255));
    await fc.assert(
      fc.asyncProperty(fc.array(change, { minLength: 1, maxLength: 8 }), fc.nat(300), async (changes, sectors) => {
        const bytes = sound.slice(0, Math.max(sectors, 20) * 2048);
        for (const [offset, value] of changes) bytes[offset] = value;
        await read(bytes).catch((error: unknown) => {
          expect(error).toBeInstanceOf(InplaceError);
        });
      }),
      { numRuns: 300 },
    );
  });
});

describeWith(['xorriso', 'isoinfo', 'genisoimage'], 'boot catalogs, seen by others and made by others', () => {
  const folder = temporaryFolder();
  const report = async (name: string, catalog: Uint8Array): Promise<string> => {
    const path = join(folder, name);
    await writeFile(path, imageWith(catalog));
    return runOk('xorriso', ['-abort_on', 'FAILURE', '-indev', path, '-report_el_torito', 'plain']);
  };

  it('xorriso reports both entries', async () => {
    const shown = await report('both.iso', bootCatalog({ bios: BIOS, uefi: UEFI }));
    expect(shown).toMatch(/El Torito catalog\s+:\s+26\s+1\n/);
    expect(shown).toMatch(/El Torito boot img\s*:\s+1\s+BIOS\s+y\s+none\s+0x0000\s+0x00\s+8\s+270\n/);
    expect(shown).toMatch(/El Torito boot img\s*:\s+2\s+UEFI\s+y\s+none\s+0x0000\s+0x00\s+80\s+272\n/);
  });

  it('xorriso reports a UEFI-only catalog', async () => {
    const shown = await report('uefi.iso', bootCatalog({ uefi: UEFI }));
    expect(shown).toMatch(/boot img\s*:\s+1\s+UEFI\s+y\s+none\s+0x0000\s+0x00\s+80\s+272\n/);
    expect(shown).not.toMatch(/boot img\s*:\s+2/);
  });

  it('isoinfo shows the default entry', async () => {
    const path = join(folder, 'isoinfo.iso');
    await writeFile(path, imageWith(bootCatalog({ bios: BIOS, uefi: UEFI })));
    const shown = await runOk('isoinfo', ['-d', '-i', path]);
    expect(shown).toMatch(/Arch 0 \(x86\)/);
    expect(shown).toMatch(/Key 55 AA/);
    expect(shown).toMatch(/Bootid 88 \(bootable\)/);
    expect(shown).toMatch(/Boot media 0 \(No Emulation Boot\)/);
    expect(shown).toMatch(/Nsect 8\n\s+Bootoff 10E 270\n/);
  });

  it('the catalog of genisoimage is read', async () => {
    await writeFile(join(folder, 'bios.bin'), new Uint8Array(4096));
    await writeFile(join(folder, 'uefi.bin'), new Uint8Array(40_960));
    const path = join(folder, 'made.iso');
    const boot = ['-b', 'bios.bin', '-no-emul-boot', '-boot-load-size', '8', '-c', 'boot.cat'];
    await runOk('genisoimage', [
      '-o',
      path,
      '-m',
      '*.iso',
      ...boot,
      '-eltorito-alt-boot',
      '-e',
      'uefi.bin',
      '-no-emul-boot',
      folder,
    ]);
    const entries = await readBootCatalog(new BytesContent(await readFile(path)), path);
    expect(entries).toMatchObject([
      { platform: 0, bootable: true, emulation: 'none', sectors512: 8 },
      { platform: 0xef, bootable: true, emulation: 'none', sectors512: 80 },
    ]);
  });
});
