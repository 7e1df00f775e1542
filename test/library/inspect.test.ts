import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { bootRecord } from '../../src/formats/eltorito/boot-record.js';
import { inspect } from '../../src/library/inspect.js';
import { directory, image } from '../formats/iso9660/image-builder.js';
import { temporaryFolder } from '../support/tools.js';

const path = join(temporaryFolder(), 'bad.iso');

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
