import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { formatFinding, InplaceError } from '../../src/errors.js';
import { openUpgradePackage } from '../../src/upgrade-package/open.js';
import { temporaryFolder } from '../support/tools.js';

const base = temporaryFolder();

describe('a file that was given in place of an ISO', () => {
  it.each([
    ['an empty file', '', 'The file is empty', 'Get it again'],
    ['a WIM', `MSWIM\0\0\0${'x'.repeat(100_000)}`, 'This is a WIM, expected an ISO or a folder', 'setup.exe'],
    ['a zip', `PK\x03\x04${'x'.repeat(100_000)}`, 'This is a zip, expected an ISO or a folder', 'Extract it'],
  ])('%s is called by its name', async (name, text, message, hint) => {
    const path = join(base, `${name}.iso`);
    await writeFile(path, text, 'latin1');
    const error = await openUpgradePackage(path).catch((reason: unknown) => reason);
    if (!(error instanceof InplaceError)) throw error;
    expect(error.code).toBe('SOURCE_UNSUPPORTED');
    expect(error.findings.map(formatFinding)).toEqual([expect.stringContaining(`${path}: ${message}\n`)]);
    expect(error.message).toContain(hint);
  });

  it('of one byte is no ISO either', async () => {
    const path = join(base, 'byte');
    await writeFile(path, 'P');
    await expect(openUpgradePackage(path)).rejects.toThrow('The file is no ISO image');
  });
});
