/** Zips beyond the limits of 16 and 32 bits keep the rules as well. */
import { closeSync, ftruncateSync, openSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import type { Content } from '../../src/content/content.js';
import { openFile } from '../../src/content/file.js';
import { textContent } from '../../src/content/views.js';
import { emitZip } from '../../src/emit/emit-zip.js';
import { openZipTree } from '../../src/image/zip-tree.js';
import { long, temporaryFolder } from '../support/tools.js';

const folder = temporaryFolder();
const GiB = 1024 ** 3;
const modified = new Date('2024-04-01T12:00:00Z');

async function expectNothingWrong(name: string, contents: Readonly<Record<string, Content>>): Promise<void> {
  const path = join(folder, name);
  const paths = [...Object.keys(contents), 'deploy/manifest.json'];
  const files = paths.map((file) => ({
    path: file,
    content: contents[file] ?? textContent('last'),
    modified,
    late: false,
  }));
  await emitZip(files, ['empty'], { file: path }, {});
  const zip = await openZipTree(path);
  expect([zip.findings, zip.files.length, zip.directories]).toEqual([[], files.length, ['deploy', 'empty']]);
  await zip.close();
  rmSync(path);
}

it('a zip of 66,000 entries', async () => {
  const content = textContent('x');
  await expectNothingWrong(
    'many.zip',
    Object.fromEntries(Array.from({ length: 66_000 }, (_, i) => [`f${i}`, content])),
  );
});

it.runIf(long)(
  'a file over 4 GiB with a small and a large one behind it',
  async () => {
    const sparse = async (name: string, size: number) => {
      const descriptor = openSync(join(folder, name), 'w');
      ftruncateSync(descriptor, size);
      closeSync(descriptor);
      return await openFile(join(folder, name));
    };
    const huge = await sparse('huge', 4.5 * GiB);
    const large = await sparse('large', 3_000_000);
    await expectNothingWrong('huge.zip', { huge, large, small: textContent('small') });
  },
  600_000,
);
