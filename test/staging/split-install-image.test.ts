/** What becomes of an install image that FAT32 cannot hold, and which cannot be split. */
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { pseudoRandomBytes } from '../../scripts/fixtures/pseudo-random.mjs';
import type { InplaceError } from '../../src/errors.js';
import { check } from '../../src/library/check.js';
import { installWim } from '../support/install-image.js';
import { makeProject } from '../support/project.js';
import { describeWith, runOk, temporaryFolder } from '../support/tools.js';

const folder = temporaryFolder();
const splitLimits = { wholeBytes: 400_000, partBytes: 370_000 };
const instead = 'Use the format iso, or the format usb with "usb: { layout: fat32+exfat }"';

async function findingsOf(definition: string, format: 'usb' | 'hybrid'): Promise<InplaceError['findings']> {
  return await check(definition, { format, splitLimits }).then(
    () => [],
    (error: InplaceError) => error.findings,
  );
}

describe('an install image that is too large for FAT32', () => {
  it('and has one file that fits no part is refused with the name of that file and both ways out', async () => {
    const demo = { extraFiles: { 'sources/install.wim': installWim([380_000, 100_000]) } };
    const { definition } = makeProject(join(folder, 'huge'), { demo });
    for (const format of ['usb', 'hybrid'] as const) {
      const [finding, ...others] = await findingsOf(definition, format);
      expect(others).toEqual([]);
      expect(finding).toMatchObject({ code: 'LAYOUT_LIMIT', hint: instead });
      expect(finding!.message).toContain('"Windows/WinSxS/big-0.bin (image 1)" needs');
      expect(finding!.where?.path).toBe('sources/install.wim');
    }
    await check(definition, { format: 'iso', splitLimits });
  });

  it('and damaged is refused with what is wrong', async () => {
    const { definition, windows } = makeProject(join(folder, 'damaged'), {
      demo: { extraFiles: { 'sources/install.wim': installWim([200_000, 250_000]) } },
    });
    const path = join(windows, 'sources/install.wim');
    const bytes = readFileSync(path);
    // the blob table lies where the header says: offset at 48 + 8
    const table = Number(bytes.readBigUInt64LE(56));
    bytes.fill(0xff, table, table + 16);
    writeFileSync(path, bytes);
    const [finding] = await findingsOf(definition, 'usb');
    expect(finding).toMatchObject({ code: 'SOURCE_CORRUPT', hint: instead });
  });

  describeWith(['wimlib-imagex'], 'and solid', () => {
    it('is refused, as .esd and as .wim', async () => {
      const { definition, windows } = makeProject(join(folder, 'solid'), {
        demo: { extraFiles: { 'sources/install.wim': installWim([450_000]) } },
      });
      const wim = join(windows, 'sources/install.wim');
      const esd = join(windows, 'sources/install.esd');
      await runOk('wimlib-imagex', ['export', wim, 'all', esd, '--solid', '--compress=LZMS']);
      rmSync(wim);
      for (const path of [esd, wim]) {
        const [finding] = await findingsOf(definition, 'usb');
        expect(finding).toMatchObject({ code: 'SOURCE_UNSUPPORTED', hint: instead });
        expect(finding!.message).toMatch(/cannot be split: .*solid/);
        if (path === esd) writeFileSync(wim, readFileSync(esd));
        rmSync(esd, { force: true });
      }
    });
  });

  it('stays whole while it fits', async () => {
    const demo = { extraFiles: { 'sources/install.wim': installWim([300_000]) } };
    const { definition } = makeProject(join(folder, 'fits'), { demo });
    const { listing, split } = await check(definition, { format: 'usb', splitLimits });
    expect(split).toEqual([]);
    expect(listing.map(({ path }) => path)).toContain('sources/install.wim');
  });

  it('is left whole where Windows Setup does not look for parts', async () => {
    const { definition } = makeProject(join(folder, 'elsewhere'), {
      demo: {},
      yaml: 'packages: [{ id: A, kind: files, source: a }]\n',
      files: { 'a/images/install.wim': pseudoRandomBytes('x', 500_000) },
    });
    mkdirSync(join(folder, 'elsewhere/a'), { recursive: true });
    const { split } = await check(definition, { format: 'usb', splitLimits });
    expect(split).toEqual([]);
  });
});
