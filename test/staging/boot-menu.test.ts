/** The boot menu in boot.wim: what goes in, what stays, and what is said when it cannot. wimlib reads it back. */
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, it } from 'vitest';
import type { InplaceError } from '../../src/errors.js';
import { build } from '../../src/library/build.js';
import { check } from '../../src/library/check.js';
import { makeProject, type Project, type ProjectOptions } from '../support/project.js';
import { describeWith, run, runOk, temporaryFolder } from '../support/tools.js';

const folder = temporaryFolder();
let projects = 0;
let outputs = 0;

function project(options: ProjectOptions = {}): Project {
  projects += 1;
  return makeProject(join(folder, `p${projects}`), options);
}

const bootWim = (target: Project): string => join(target.windows, 'sources/boot.wim');

const INI = (...apps: string[]): string => ['[LaunchApps]', ...apps, ''].join('\r\n');

/** Puts files into the second image of a boot.wim with wimlib. */
async function addFiles(wim: string, files: Readonly<Record<string, string>>): Promise<void> {
  const tree = `${wim}.add`;
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(tree, path)), { recursive: true });
    writeFileSync(join(tree, path), text);
  }
  await runOk('wimlib-imagex', ['update', wim, '2', `--command=add ${tree} /`]);
  rmSync(tree, { recursive: true });
}

interface Built {
  readonly mediaId: string;
  /** boot.wim of the media */
  readonly wim: string;
  /** text of a file in the image that boots; undefined when there is none */
  read(path: string): Promise<string | undefined>;
  readonly warnings: readonly string[];
}

/** Builds to a folder. */
async function built(target: Project): Promise<Built> {
  outputs += 1;
  const output = join(folder, `out${outputs}`);
  const { mediaId, warnings } = await build(target.definition, { output, format: 'folder' });
  const wim = join(output, 'sources/boot.wim');
  const read = (path: string): Promise<string | undefined> =>
    runOk('wimlib-imagex', ['extract', wim, '2', `/${path}`, '--to-stdout']).catch(() => undefined);
  return { mediaId, wim, read, warnings: warnings.map(({ message }) => message) };
}

async function refusal(target: Project): Promise<string> {
  return await check(target.definition).then(
    () => 'it passed',
    (error: InplaceError) => error.message,
  );
}

const counts = async (wim: string): Promise<number[]> => {
  const info = await runOk('wimlib-imagex', ['info', wim, '2']);
  return ['Directory Count', 'File Count'].map((name) => Number(new RegExp(`${name}:\\s+(\\d+)`).exec(info)![1]));
};

/** Directories and files of a tree that wimlib applied. */
function countTree(tree: string): number[] {
  const entries = readdirSync(tree, { recursive: true, withFileTypes: true });
  const directories = entries.filter((entry) => entry.isDirectory()).length;
  return [directories, entries.length - directories];
}

describeWith(['wimlib-imagex'], 'the boot menu of a built media', () => {
  it('is in the image that boots, names its media, and leaves everything else as it was', async () => {
    const target = project({ name: 'Field & upgrade' });
    const { wim, read, mediaId, warnings } = await built(target);
    expect(warnings.join()).not.toContain('boot image');
    expect(await read('Windows/System32/winpeshl.ini')).toBe(
      INI('%SYSTEMROOT%\\System32\\cmd.exe, /d /c %SYSTEMDRIVE%\\inplace\\menu.cmd'),
    );
    const menu = (await read('inplace/menu.cmd'))!;
    expect(menu).toContain(`set "MEDIA_ID=${mediaId}"\r\n`);
    expect(menu).toContain('set "MEDIA_NAME=Field & upgrade"\r\n');
    expect(menu).toContain('set "ORIGINAL=setup"\r\n');
    expect(menu).toMatch(/^[\r\n -~]*$/);
    expect(menu).not.toMatch(/@[A-Z_]+@/);
    await runOk('wimlib-imagex', ['verify', wim]);
    for (const image of ['1', '2']) {
      await runOk('wimlib-imagex', ['apply', bootWim(target), image, `${wim}.before${image}`]);
      await runOk('wimlib-imagex', ['apply', wim, image, `${wim}.after${image}`]);
    }
    await runOk('diff', ['-r', `${wim}.before1`, `${wim}.after1`]);
    // XML counts are those of the tree; the demo's own do not count its root.
    const [before, after] = [await counts(bootWim(target)), await counts(wim)];
    const [treeBefore, treeAfter] = [countTree(`${wim}.before2`), countTree(`${wim}.after2`)];
    expect(after.map((count, i) => count - before[i]!)).toEqual(treeAfter.map((count, i) => count - treeBefore[i]!));
    for (const path of ['inplace', 'Windows/System32/winpeshl.ini'])
      rmSync(join(`${wim}.after2`, path), { recursive: true });
    await runOk('diff', ['-r', `${wim}.before2`, `${wim}.after2`]);
  });

  it('is part of the media id, and the same bytes every time', async () => {
    const target = project();
    const [one, two] = [await built(target), await built(target)];
    expect(one.mediaId).toBe(two.mediaId);
    expect(readFileSync(one.wim).equals(readFileSync(two.wim))).toBe(true);
  });

  it('keeps the own winpeshl.ini of the image under another name, and starts its programs', async () => {
    const target = project();
    const ini = `; of ours\r\n[LaunchApp]\r\nAppPath = %SYSTEMROOT%\\first.exe\r\n${INI('"%SYSTEMDRIVE%\\sms\\100% shell.exe" , /a, /b "c d"', 'third.exe')}`;
    await addFiles(bootWim(target), { 'Windows/System32/winpeshl.ini': ini });
    const { read, wim } = await built(target);
    expect(await read('Windows/System32/winpeshl-original.ini')).toBe(ini);
    const menu = (await read('inplace/menu.cmd'))!;
    expect(menu).toContain('set "ORIGINAL=apps"\r\n');
    expect(menu).toContain(
      '\r\n"%SYSTEMROOT%\\first.exe"\r\n"%SYSTEMDRIVE%\\sms\\100%% shell.exe" /a, /b "c d"\r\n"third.exe"\r\ngoto :leave',
    );
    await runOk('wimlib-imagex', ['verify', wim]);
    // A boot image of media that inplace made: the menu is made anew, and starts what the first one kept.
    const again = project({ yaml: 'bootImage: own.wim\n' });
    writeFileSync(join(again.folder, 'own.wim'), readFileSync(wim));
    await addFiles(join(again.folder, 'own.wim'), { 'inplace/drivers/OLD/old.inf': 'x' });
    const second = await built(again);
    expect(await second.read('Windows/System32/winpeshl-original.ini')).toBe(ini);
    expect(await second.read('inplace/menu.cmd')).toContain('\r\n"third.exe"\r\n');
    expect(await second.read('inplace/menu.cmd')).toContain(second.mediaId);
    expect(await second.read('inplace/drivers/OLD/old.inf')).toBeUndefined();
  });

  it('reads a winpeshl.ini in UTF-16, and takes an empty one for none', async () => {
    const target = project();
    const tree = join(folder, 'utf16');
    mkdirSync(join(tree, 'Windows/System32'), { recursive: true });
    const path = join(tree, 'Windows/System32/winpeshl.ini');
    writeFileSync(path, Buffer.from(`\ufeff${INI('app.exe')}`, 'utf16le'));
    await runOk('wimlib-imagex', ['update', bootWim(target), '2', `--command=add ${tree} /`]);
    expect(await (await built(target)).read('inplace/menu.cmd')).toContain('\r\n"app.exe"\r\n');
    writeFileSync(path, '; nothing\r\n');
    await runOk('wimlib-imagex', ['update', bootWim(target), '2', `--command=add ${tree} /`]);
    expect(await (await built(target)).read('inplace/menu.cmd')).toContain('set "ORIGINAL=setup"');
  });

  it.each(['a.exe, x & y', 'größe.exe', 'a".exe'])(
    'says that it cannot start %j, and leaves the image alone',
    async (app) => {
      const target = project();
      await addFiles(bootWim(target), { 'Windows/System32/winpeshl.ini': INI(app) });
      const { wim, warnings } = await built(target);
      expect(warnings.join()).toContain('starts a program in a way that a batch file cannot');
      expect(readFileSync(wim).equals(readFileSync(bootWim(target)))).toBe(true);
    },
  );

  it('takes drivers along, with all that lies beside them', async () => {
    const target = project({
      yaml: 'bootDrivers: [net, DISK]\npackages:\n  - { id: DISK, kind: drivers, source: d }\n  - { id: NET, kind: drivers, source: n }\n  - { id: NET-2, kind: drivers, source: n }\n',
      files: { 'd/raid.inf': '1', 'd/x64/raid.sys': '2', 'n/Größe & 日本/net.INF': '3', 'n/empty.dat': '' },
    });
    const { wim, read, warnings } = await built(target);
    expect(warnings.join()).not.toContain('boot image');
    await runOk('wimlib-imagex', ['verify', wim]);
    expect(await read('inplace/drivers/DISK/x64/raid.sys')).toBe('2');
    expect(await read('inplace/drivers/NET/Größe & 日本/net.INF')).toBe('3');
    expect(await read('inplace/drivers/NET/empty.dat')).toBe('');
    expect(await read('inplace/drivers/NET-2/empty.dat')).toBeUndefined();
    const { bootImage } = await check(target.definition);
    expect(bootImage).toMatchObject({ image: 2, drivers: 2, driverBytes: 3 });
  });

  it('is told of by check, before anything is built', async () => {
    const target = project();
    await addFiles(bootWim(target), { 'Windows/System32/winpeshl.ini': INI('app.exe') });
    const { bootImage, listing } = await check(target.definition);
    expect(bootImage).toMatchObject({
      path: 'sources/boot.wim',
      image: 2,
      name: 'Microsoft Windows Setup (x64)',
      files: ['Windows/System32/winpeshl.ini', 'inplace/menu.cmd'],
      kept: 'Windows/System32/winpeshl-original.ini',
    });
    const { wim } = await built(target);
    const bytes = readFileSync(wim).length;
    expect(listing).toContainEqual({ path: 'sources/boot.wim', bytes });
    expect(bootImage!.addedBytes).toBe(bytes - readFileSync(bootWim(target)).length);
  });

  it.each([
    ['boots nothing', async (wim: string) => zeroBootIndex(wim), 'No image of the WIM is marked as the one that boots'],
    [
      'is solid',
      async (wim: string) => {
        await runOk('wimlib-imagex', ['export', wim, 'all', `${wim}.esd`, '--solid', '--boot']);
        await runOk('mv', ['-f', `${wim}.esd`, wim]);
      },
      'The boot menu cannot be put into the boot image: It is a solid WIM',
    ],
    [
      'holds no Windows PE',
      async (wim: string) =>
        void (await runOk('wimlib-imagex', ['update', wim, '2', '--command=delete --recursive /Windows'])),
      'There is no Windows\\System32 in the image that boots',
    ],
  ])('a boot image that %s stays as it is with a warning; drivers for it are an error', async (_, change, words) => {
    const files = { 'd/net.inf': 'x' };
    const packages = 'packages: [{ id: D, kind: drivers, source: d }]\n';
    const target = project({ yaml: packages, files });
    await change(bootWim(target));
    const before = readFileSync(bootWim(target));
    const { wim, warnings } = await built(target);
    expect(warnings.join('\n')).toContain(words);
    expect(readFileSync(wim).equals(before)).toBe(true);
    const strict = project({ yaml: `${packages}bootDrivers: [D]\n`, files });
    writeFileSync(bootWim(strict), before);
    expect(await refusal(strict)).toContain(words);
  });

  function zeroBootIndex(wim: string): void {
    const bytes = readFileSync(wim);
    bytes.writeUInt32LE(0, 0x78);
    writeFileSync(wim, bytes);
  }

  it('drivers without a boot image are an error, and nothing else is', async () => {
    const files = { 'd/net.inf': 'x' };
    const yaml = 'packages: [{ id: D, kind: drivers, source: d }]\n';
    const demo = { without: ['sources/boot.wim'] };
    expect((await check(project({ yaml, files, demo }).definition)).bootImage).toBeUndefined();
    expect(await refusal(project({ yaml: `${yaml}bootDrivers: [D]\n`, files, demo }))).toContain(
      'There are drivers for the boot image, and the media have no sources/boot.wim',
    );
  });

  it('many bytes of drivers are warned about: they lie in memory', async () => {
    const yaml = 'packages: [{ id: D, kind: drivers, source: d }]\nbootDrivers: [D]\n';
    const target = project({ yaml, files: { 'd/net.inf': 'x', 'd/net.cab': '' } });
    truncateSync(join(target.folder, 'd/net.cab'), 256 * 2 ** 20);
    const { warnings } = await check(target.definition);
    expect(warnings.map(({ message }) => message).join()).toContain('drivers for the boot image have 257 MB');
  });

  it('a driver that changed after planning stops the build', async () => {
    const yaml = 'packages: [{ id: D, kind: drivers, source: d }]\nbootDrivers: [D]\n';
    const target = project({ yaml, files: { 'd/net.inf': 'before' } });
    const output = join(folder, 'changed');
    const onWarnings = (): void => writeFileSync(join(target.folder, 'd/net.inf'), 'after!');
    await expect(build(target.definition, { output, format: 'folder', onWarnings })).rejects.toThrow(
      /changed while it was being read/,
    );
    expect(existsSync(output)).toBe(false);
  });
});

describeWith(['wimlib-imagex', '7z', 'mcopy'], 'the changed boot.wim on an image', () => {
  /** Takes boot.wim out of an image with somebody else's program. */
  async function takeOut(side: string, image: string, into: string): Promise<string> {
    mkdirSync(into);
    if (side === 'fat') await runOk('mcopy', ['-i', `${image}@@1M`, '::/sources/boot.wim', into]);
    // 7-Zip complains of a hybrid that it looks for the closing anchor nearer, and ends with 1
    else await run('7z', ['e', '-y', `-o${into}`, image, 'sources/boot.wim']);
    return join(into, 'boot.wim');
  }

  it.each([
    ['iso', 'udf'],
    ['hybrid', 'udf'],
    ['hybrid', 'fat'],
    ['usb', 'fat'],
  ] as const)('%s, %s: LZX with an integrity table is whole for wimlib', async (format, side) => {
    const target = project({
      yaml: 'packages: [{ id: D, kind: drivers, source: d }]\nbootDrivers: [D]\n',
      files: { 'd/net.inf': 'a driver' },
    });
    const wim = bootWim(target);
    await runOk('wimlib-imagex', ['export', wim, 'all', `${wim}.new`, '--compress=LZX', '--boot', '--check']);
    await runOk('mv', ['-f', `${wim}.new`, wim]);
    const image = join(folder, `${format}-${side}.${format === 'iso' ? 'iso' : 'img'}`);
    const { mediaId } = await build(target.definition, { output: image, format });
    const back = await takeOut(side, image, join(folder, `${format}-${side}`));
    rmSync(image);
    expect(await runOk('wimlib-imagex', ['verify', back])).toContain('Verifying integrity');
    const read = (path: string) => runOk('wimlib-imagex', ['extract', back, '2', path, '--to-stdout']);
    expect(await read('/inplace/menu.cmd')).toContain(mediaId);
    expect(await read('/inplace/drivers/D/net.inf')).toBe('a driver');
  });
});
