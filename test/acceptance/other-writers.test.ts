/** Our reader against other writers: volumes that Linux filled, ISOs of genisoimage, and our own. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it, vi } from 'vitest';
import { readBytes } from '../../src/content/content.js';
import { openFile } from '../../src/content/file.js';
import { openUdf } from '../../src/formats/udf/read.js';
import { kernelFillUdf, kernelMount, kernelTools, labTimeout } from '../support/lab.js';
import { sha256 } from '../support/sums.js';
import { describeWith, long, runOk, temporaryFolder } from '../support/tools.js';

vi.setConfig({ testTimeout: labTimeout });
const folder = temporaryFolder();

/** Sizes that end within, at and behind blocks, small enough to be embedded, names of all kinds, links, holes. */
const FILL = `
mkdir -p 'a folder/b/c' empty
for size in 0 1 100 511 512 513 2047 2048 2049 70000 1500000; do head -c $size /dev/urandom >"a folder/$size.bin"; done
cp 'a folder/70000.bin' 'a folder/b/blåbær 日本 😀.txt'
echo gone >gone; rm gone
ln 'a folder/100.bin' linked
dd if=/dev/zero of=hole bs=1 count=1 seek=3000000 2>/dev/null
i=0; while [ $i -lt 300 ]; do echo $i >"a folder/b/c/file-$i"; i=$((i+1)); done
rm 'a folder/b/c/file-7'
i=0; while [ $i -lt 40 ]; do echo one >>x; echo two >>y; i=$((i+1)); done
`;

describeWith(['mkudffs', ...kernelTools], 'a UDF volume that Linux filled', () => {
  const cases = [
    ['2.01', 2048],
    ...(long
      ? ([
          ['1.02', 2048],
          ['1.50', 512],
          ['2.01', 512],
          ['2.00', 4096],
          ['2.01', 1024],
        ] as const)
      : []),
  ] as const;
  it.each(cases)('as UDF %s with blocks of %i bytes is read as Linux reads it', async (revision, blockSize) => {
    const image = join(folder, `${revision}-${blockSize}.udf`);
    writeFileSync(image, new Uint8Array(24 << 20));
    await runOk('mkudffs', ['--utf8', '-m', 'hd', '-b', String(blockSize), '-r', revision, '-l', 'FILLED', image]);
    await kernelFillUdf(image, FILL);
    const kernel = (await kernelMount(image, 'disk', 'udf')).mounts[0]!;
    const content = await openFile(image);
    const volume = (await openUdf(content, image))!;
    const { files, directories } = await volume.tree();
    const sums = new Map<string, string>();
    for (const file of files) sums.set(file.path, sha256(await readBytes(file.content)));
    await content.close();
    expect(sums).toEqual(new Map([...kernel.files].map(([path, file]) => [path, file.sha256])));
    expect(directories).toEqual([...kernel.directories].filter((path) => path !== '' && path !== '.').sort());
    for (const file of files) expect(file.modified, file.path).toEqual(kernel.files.get(file.path)!.modified);
    expect(volume.label).toBe('FILLED');
  });
});
