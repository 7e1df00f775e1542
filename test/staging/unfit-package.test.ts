/** Windows media that open, and of which no upgrade media can be made. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { check } from '../../src/library/check.js';
import { makeProject } from '../support/project.js';
import { describeWith, runOk, temporaryFolder } from '../support/tools.js';

describeWith(['wimlib-imagex'], 'an install image that somebody captured', () => {
  const folder = temporaryFolder();

  it('is refused while it does not say which Windows it is, and taken when it does', async () => {
    const { windows, definition } = makeProject(folder, { demo: { without: ['sources/install.wim'] } });
    const wim = join(windows, 'sources/install.wim');
    mkdirSync(join(folder, 'tree'));
    writeFileSync(join(folder, 'tree/file.txt'), 'text');
    const known = ['ARCH=9', 'EDITIONID=Professional', 'INSTALLATIONTYPE=Client'];
    const version = ['VERSION/MAJOR=10', 'VERSION/MINOR=0', 'VERSION/BUILD=26100'];
    const properties = [...known, ...version].map((each) => `--image-property=WINDOWS/${each}`);
    await runOk('wimlib-imagex', ['capture', join(folder, 'tree'), wim, 'One', ...properties]);
    await expect(check(definition)).rejects.toMatchObject({
      code: 'SOURCE_UNSUPPORTED',
      message: expect.stringContaining('No image says which Windows it is'),
    });
    await runOk('wimlib-imagex', ['info', wim, '1', '--image-property=WINDOWS/LANGUAGES/DEFAULT=en-US']);
    await check(definition);
  });
});
