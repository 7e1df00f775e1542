/** A changed boot.wim inside an ISO is read back by wimlib from the unpacked ISO. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { writeDemoPackage } from '../../scripts/fixtures/demo-package.mjs';
import { openFile } from '../../src/content/file.js';
import { textContent } from '../../src/content/views.js';
import { emitImage } from '../../src/emit/emit-image.js';
import { layoutIso } from '../../src/image/iso-image.js';
import { changeBootImage } from '../../src/staging/change-boot-image.js';
import { describeWith, runOk, temporaryFolder } from '../support/tools.js';

const TIME = new Date('2024-05-06T07:08:09Z');

describeWith(['wimlib-imagex', '7z'], 'a boot image with files put into it', () => {
  const folder = temporaryFolder();
  const at = (name: string): string => join(folder, name);

  it.each(['none', 'LZX'])('%s: streamed into an ISO, unpacked by 7-Zip, applied by wimlib', async (compression) => {
    const name = (file: string): string => at(`${compression}-${file}`);
    writeDemoPackage(name('windows'));
    const own = join(name('windows'), 'sources', 'boot.wim');
    await runOk('wimlib-imagex', [
      'export',
      own,
      'all',
      name('boot.wim'),
      `--compress=${compression}`,
      '--boot',
      '--check',
    ]);
    const file = await openFile(name('boot.wim'));
    const ini = '[LaunchApps]\r\n%SYSTEMDRIVE%\\deploy\\menu.cmd\r\n';
    const changed = await changeBootImage(
      { file: 'boot.wim', content: file },
      [
        { path: 'Windows/System32/winpeshl.ini', content: textContent(ini), modified: TIME },
        { path: 'deploy/menu.cmd', content: textContent('@echo menu\r\n'), modified: TIME },
      ],
      TIME,
    );
    const files = [{ path: 'sources/boot.wim', content: changed, modified: TIME }];
    const { image } = layoutIso(files, ['sources'], {
      label: 'BOOT',
      mediaId: 'ab'.repeat(32),
      recorded: TIME,
      application: 'TEST',
    });
    await emitImage(image, { file: name('out.iso') });
    await file.close();
    await runOk('7z', ['x', '-y', `-o${name('out')}`, name('out.iso')]);
    const back = join(name('out'), 'sources', 'boot.wim');
    await runOk('wimlib-imagex', ['verify', back]);
    const info = await runOk('wimlib-imagex', ['info', back]);
    const boots = /Boot Index:\s+(\d+)/.exec(info)![1]!;
    await runOk('wimlib-imagex', ['apply', back, boots, name('tree')]);
    expect(readFileSync(join(name('tree'), 'Windows/System32/winpeshl.ini'), 'utf8')).toBe(ini);
    expect(readFileSync(join(name('tree'), 'deploy/menu.cmd'), 'utf8')).toBe('@echo menu\r\n');
    // what was there stays, and the image that does not boot is what it was
    await runOk('wimlib-imagex', ['apply', name('boot.wim'), boots, name('before')]);
    expect(
      await runOk('diff', ['-rq', name('before'), name('tree')]).catch((error: Error) => error.message),
    ).not.toMatch(/differ/);
    const other = boots === '1' ? '2' : '1';
    await runOk('wimlib-imagex', ['apply', back, other, name('pe')]);
    await runOk('wimlib-imagex', ['apply', name('boot.wim'), other, name('pe-before')]);
    await runOk('diff', ['-r', name('pe'), name('pe-before')]);
  });

  it('a WIM of which no image boots is refused', async () => {
    writeDemoPackage(at('w2'));
    const file = await openFile(join(at('w2'), 'sources', 'install.wim'));
    await expect(changeBootImage({ file: 'install.wim', content: file }, [], TIME)).rejects.toThrow(
      /No image of the WIM/,
    );
    await file.close();
  });
});
