import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readBytes } from '../../../src/content/content.js';
import { BytesContent } from '../../../src/content/views.js';
import { InplaceError } from '../../../src/errors.js';
import { bootCatalog } from '../../../src/formats/eltorito/boot-catalog.js';
import { bootRecord } from '../../../src/formats/eltorito/boot-record.js';
import { openIso9660 } from '../../../src/formats/iso9660/reading.js';
import { isoStub, README_TEXT, STUB_LBA } from '../../../src/formats/iso9660/stub.js';
import { describeWith, runOk, temporaryFolder } from '../../support/tools.js';

const OPTIONS = {
  label: 'Win 11 Fëld',
  recorded: new Date('2026-02-03T04:05:06Z'),
  totalSectors: 300,
  publisher: 'Contoso, Ltd.',
  application: 'inplace 0.1.0',
};

/** The stub at its places in an image of 300 sectors, with a boot catalog at 26. */
function stubImage(options = OPTIONS): Uint8Array {
  const stub = isoStub(options);
  const image = new Uint8Array(300 * 2048);
  for (const [name, lba] of Object.entries(STUB_LBA)) image.set(stub[name as keyof typeof stub], lba * 2048);
  image.set(bootRecord(26), 17 * 2048);
  image.set(bootCatalog({ bios: { lba: 270, sectors512: 8 }, uefi: { lba: 272, sectors512: 80 } }), 26 * 2048);
  return image;
}

function text(bytes: Uint8Array, offset: number, length: number): string {
  return Buffer.from(bytes.subarray(offset, offset + length)).toString('latin1');
}

describe('isoStub', () => {
  it('folds the label to d-characters and other identifiers to a-characters', () => {
    const { primaryVolumeDescriptor: pvd } = isoStub(OPTIONS);
    expect(text(pvd, 0, 8)).toBe('\x01CD001\x01\0');
    expect(text(pvd, 40, 32)).toBe('WIN_11_FELD'.padEnd(32));
    expect(text(pvd, 318, 128)).toBe('CONTOSO, LTD.'.padEnd(128));
    expect(text(pvd, 574, 128)).toBe('INPLACE 0.1.0'.padEnd(128));
    expect(text(pvd, 813, 17)).toBe('2026020304050600\0');
    expect(text(pvd, 847, 17)).toBe('0000000000000000\0');
  });

  it('cuts a label to 32 characters', () => {
    const { primaryVolumeDescriptor: pvd } = isoStub({ ...OPTIONS, label: 'x'.repeat(40) });
    expect(text(pvd, 40, 40)).toBe('X'.repeat(32) + '\0'.repeat(8));
  });

  it('gives every number in both byte orders', () => {
    const view = new DataView(isoStub(OPTIONS).primaryVolumeDescriptor.buffer);
    expect([view.getUint32(80, true), view.getUint32(84, false)]).toEqual([300, 300]);
    expect([view.getUint16(128, true), view.getUint16(130, false)]).toEqual([2048, 2048]);
    expect([view.getUint32(140, true), view.getUint32(148, false)]).toEqual([22, 23]);
  });

  it('is read back by our own reader', async () => {
    const volume = await openIso9660(new BytesContent(stubImage()), 'stub.iso');
    expect([volume?.label, volume?.format]).toEqual(['WIN_11_FELD', 'iso9660']);
    const { files, directories } = await volume!.tree();
    expect([files.map((file) => file.path), directories]).toEqual([['README.TXT'], []]);
    expect(files[0]!.modified).toEqual(OPTIONS.recorded);
    expect(new TextDecoder().decode(await readBytes(files[0]!.content))).toBe(README_TEXT);
  });

  it('says in CRLF lines of ASCII that the disc needs UDF', () => {
    expect(README_TEXT).toMatch(/UDF/);
    expect(README_TEXT.replaceAll('\r\n', '')).toMatch(/^[\x20-\x7e]+$/);
  });

  it('refuses an image whose sectors the descriptor cannot count', () => {
    expect(() => isoStub({ ...OPTIONS, totalSectors: 2 ** 32 })).toThrow(InplaceError);
  });

  it('takes a text of one sector and no more', () => {
    expect(isoStub({ ...OPTIONS, readmeText: 'x'.repeat(2048) }).readme).toHaveLength(2048);
    expect(() => isoStub({ ...OPTIONS, readmeText: 'x'.repeat(2049) })).toThrow('at most one sector');
    expect(() => isoStub({ ...OPTIONS, readmeText: 'é' })).toThrow('plain ASCII');
  });
});

describeWith(['isoinfo', 'xorriso'], 'isoStub, seen by others', () => {
  const folder = temporaryFolder();

  it('is a volume with one file for isoinfo', async () => {
    const path = join(folder, 'stub.iso');
    await writeFile(path, stubImage());
    const described = await runOk('isoinfo', ['-d', '-i', path]);
    expect(described).toContain('Volume id: WIN_11_FELD\n');
    expect(described).toContain('Application id: INPLACE 0.1.0\n');
    expect(described).toContain('Volume size is: 300\n');
    expect(described).toContain('El Torito VD version 1 found, boot catalog is in sector 26');
    expect(described).toContain('NO Joliet present');
    expect(await runOk('isoinfo', ['-f', '-i', path])).toBe('/README.TXT;1\n');
    expect(await runOk('isoinfo', ['-x', '/README.TXT;1', '-i', path])).toBe(README_TEXT);
    expect(await runOk('isoinfo', ['-p', '-i', path])).toMatch(/1:\s+1\s+18/);
  });

  it('is loaded by xorriso without a complaint', async () => {
    const path = join(folder, 'loaded.iso');
    await writeFile(path, stubImage());
    const found = await runOk('xorriso', ['-abort_on', 'FAILURE', '-indev', path, '-find', '/', '-exec', 'lsdl']);
    expect(found).toContain("'/README.TXT'");
  });
});
