/** Volumes that Linux filled (fixtures/README.md): the same files, times and bytes that its own kernel saw. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { readBytes } from '../../../src/content/content.js';
import { byCodeUnit } from '../../../src/content/tree.js';
import { BytesContent } from '../../../src/content/views.js';
import { openUdf } from '../../../src/formats/udf/read.js';

const FIXTURES = new URL('./fixtures/', import.meta.url);

/** What the kernel said: `IMAGE name`, then `F bytes seconds sha256  ./path`. */
function kernelFiles(image: string): string[] {
  const text = readFileSync(new URL('linux-files.txt', FIXTURES), 'utf8');
  const [, section] = text.split(`IMAGE ${image}\n`);
  const lines = section!.split('IMAGE ')[0]!.trimEnd().split('\n');
  return lines.map((line) => line.replace(/^F /, '').replace('  ./', ' '));
}

describe('volumes that Linux filled', () => {
  it.each([
    ['linux-2.01-512', 0x0201, 512],
    ['linux-1.02-2048', 0x0102, 2048],
    ['linux-2.00-4096', 0x0200, 4096],
  ])('%s', async (name, revision, blockSize) => {
    const image = gunzipSync(readFileSync(new URL(`${name}.img.gz`, FIXTURES)));
    const volume = (await openUdf(new BytesContent(image), name))!;
    expect(volume).toMatchObject({ label: 'LINUX', revision, blockSize });
    const { files, directories } = await volume.tree();
    const seen = files.map(async ({ path, content, modified }) => {
      const sum = createHash('sha256')
        .update(await readBytes(content))
        .digest('hex');
      return `${content.size} ${modified.getTime() / 1000} ${sum} ${path}`;
    });
    expect((await Promise.all(seen)).sort()).toEqual(kernelFiles(name).sort());
    expect(directories).toEqual(['dir', 'dir/sub', 'dir/sub/deep', 'many']);
    expect([...volume.skipped].sort((a, b) => byCodeUnit(a.path, b.path))).toEqual([
      { path: 'fifo', reason: 'It is a FIFO, not a file or directory' },
      { path: 'symlink', reason: 'It is a symbolic link, not a file or directory' },
    ]);
  });
});
