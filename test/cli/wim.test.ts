/** `inplace wim …`: WIMs as files and inside ISOs, exit codes, JSON, and media with one edition. */
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, it } from 'vitest';
import { inplace, inplaceOk, makeProject } from '../support/project.js';
import { describeWith, runOk, temporaryFolder } from '../support/tools.js';

const folder = temporaryFolder();
const at = (name: string): string => join(folder, name);
const project = makeProject(at('project'), { demo: { editions: ['Professional', 'Enterprise', 'Education'] } });
const install = join(project.windows, 'sources', 'install.wim');

describeWith(['wimlib-imagex', '7z'], 'inplace wim', () => {
  beforeAll(async () => {
    await inplaceOk(['build', project.definition, '-o', at('media.iso')]);
    await inplaceOk(['build', project.definition, '--format', 'zip', '-o', at('media.zip')]);
  });

  it('lists images, and files of one, of a file and of what lies in an ISO, zip or folder', async () => {
    const stdout = await inplaceOk(['wim', 'list', install]);
    expect(stdout).toContain('install.wim: 3 images, 1 part');
    for (const path of [
      install,
      at('media.iso:sources/install.wim'),
      at('media.iso:SOURCES\\INSTALL.WIM'),
      at('media.zip:sources/install.wim'),
      `${project.windows}:sources/install.wim`,
    ]) {
      const json = JSON.parse(await inplaceOk(['wim', 'list', path, '--image', '2', '--json']));
      expect(json).toMatchObject({ ok: true, parts: 1, compression: 'none', bootIndex: 0, integrityTable: false });
      expect(json.images.map(({ editionId }: { editionId: string }) => editionId)).toEqual([
        'Professional',
        'Enterprise',
        'Education',
      ]);
      const files = (json.entries as { path: string; kind: string }[]).filter(({ kind }) => kind === 'file');
      const theirs = (await runOk('wimlib-imagex', ['dir', install, '2'])).trim().split('\n');
      for (const file of files) expect(theirs).toContain(`/${file.path}`);
      expect(json.entries).toHaveLength(theirs.length - 1); // theirs has the root
    }
  });

  it('extracts a file, to a file and to standard output, and a folder', async () => {
    const wim = at('media.iso:sources/install.wim');
    const text = await inplaceOk(['wim', 'extract', wim, 'windows/demo-edition.txt', '--image', '2', '-o', '-']);
    expect(text).toContain('edition Enterprise');
    await inplaceOk(['wim', 'extract', wim, 'Windows\\demo-edition.txt', '--image', '3', '-o', at('e.txt')]);
    expect(readFileSync(at('e.txt'), 'utf8')).toContain('edition Education');
    await inplaceOk(['wim', 'extract', wim, 'Windows', '--image', '3', '-o', at('windows')]);
    await runOk('wimlib-imagex', ['extract', install, '3', '/Windows', `--dest-dir=${at('theirs')}`]);
    await runOk('diff', ['-r', at('windows'), at('theirs/Windows')]);
  });

  it('verify holds, or ends with 3 and names what is wrong', async () => {
    expect(await inplaceOk(['wim', 'verify', at('media.iso:sources/install.wim')])).toContain('holds: ');
    const bytes = readFileSync(install);
    bytes[bytes.indexOf('edition Enterprise')]! ^= 1;
    writeFileSync(at('bad.wim'), bytes);
    const { exitCode, stdout, stderr } = await inplace(['wim', 'verify', at('bad.wim'), '--json']);
    expect([exitCode, stderr]).toEqual([3, '']);
    expect(JSON.parse(stdout).findings).toEqual([
      expect.objectContaining({
        code: 'WIM_BLOB',
        message: expect.stringContaining('Windows/demo-edition.txt (image 2)'),
      }),
    ]);
    writeFileSync(at('cut.wim'), bytes.subarray(0, bytes.length - 100));
    const cut = await inplace(['wim', 'verify', at('cut.wim'), '--json']);
    expect([cut.exitCode, JSON.parse(cut.stdout).findings[0].code]).toEqual([3, 'WIM_STRUCTURE']);
  });

  it('splits into a new folder, and reads the parts as one', async () => {
    writeFileSync(at('noise'), Buffer.from(Array.from({ length: 300_000 }, (_, i) => (i * i * 7 + (i >> 8)) & 255)));
    mkdirSync(at('tree'));
    for (const n of [1, 2, 3]) writeFileSync(at(`tree/${n}`), readFileSync(at('noise')).subarray(n * 1000));
    await runOk('wimlib-imagex', ['capture', at('tree'), at('big.wim'), 'x', '--compress=none']);
    await inplaceOk(['wim', 'split', at('big.wim'), '--size', '400K', '-o', at('parts')]);
    expect(readdirSync(at('parts'))).toEqual(['big.swm', 'big2.swm', 'big3.swm']);
    await inplaceOk(['wim', 'split', at('media.iso:sources/install.wim'), '--size', '1M', '-o', at('from-iso')]);
    await runOk('wimlib-imagex', ['verify', at('from-iso/install.swm')]);
    await runOk('wimlib-imagex', ['verify', at('parts/big.swm'), `--ref=${at('parts/big*.swm')}`]);
    for (const part of ['big.swm', 'big3.swm']) {
      expect(await inplaceOk(['wim', 'verify', at(`parts/${part}`)])).toContain('4 blobs');
    }
    const again = await inplace(['wim', 'split', at('big.wim'), '--size', '400K', '-o', at('parts')]);
    expect([again.exitCode, again.stderr]).toEqual([4, expect.stringContaining('The folder is not empty')]);
    const small = await inplace(['wim', 'split', at('big.wim'), '--size', '200K', '-o', at('p2')]);
    expect([small.exitCode, small.stderr]).toEqual([2, expect.stringContaining('a file in a WIM cannot be cut')]);
    expect(existsSync(at('p2'))).toBe(false);
  });

  it('trims to editions and images, never onto the input', async () => {
    const wim = at('media.iso:sources/install.wim');
    await inplaceOk(['wim', 'trim', wim, '--edition', 'education', '--image', '1', '-o', at('two.wim')]);
    await runOk('wimlib-imagex', ['verify', at('two.wim')]);
    const info = await runOk('wimlib-imagex', ['info', at('two.wim')]);
    expect([...info.matchAll(/^Edition ID:\s+(\w+)/gm)].map((match) => match[1])).toEqual([
      'Professional',
      'Education',
    ]);
    const missing = await inplace(['wim', 'trim', install, '--edition', 'Home', '-o', at('none.wim')]);
    expect(missing.exitCode).toBe(2);
    expect(missing.stderr).toContain('There is no edition "Home" in it');
    expect(missing.stderr).toContain('It holds the images 1 Professional, 2 Enterprise, 3 Education');
    const onto = await inplace(['wim', 'trim', install, '--image', '1', '-o', install]);
    expect([onto.exitCode, onto.stderr]).toEqual([4, expect.stringContaining('overwrite an input')]);
  });

  it.each([
    [['list', at('nothing.wim')], 1, 'No such file or folder'],
    [['list', at('media.iso')], 1, `"${at('media.iso')}:sources/install.wim"`],
    [['list', at('media.iso:sources/nothing.wim')], 1, 'It holds sources/boot.wim, sources/install.wim'],
    [['list', `${install}:x`], 2, 'is itself a WIM'],
    [['list', install, '--image', '4'], 2, 'There is no image 4'],
    [['list', install, '--image', 'x'], 2, 'The image is "x", expected a number from 1'],
    [['extract', install, 'x'], 2, 'There are 3 images in it, and none was named'],
    [['extract', install, 'x', '--image', '1'], 1, 'There is no "x" in image 1'],
    [['extract', install, 'Windows', '--image', '1', '-o', '-'], 2, 'is a directory of the image'],
    [['trim', install, '-o', at('x.wim')], 2, 'Nothing says which images stay'],
    [['split', install, '--size', 'big', '-o', at('x')], 2, 'The size is "big", expected a size such as'],
    [['split', install, '-o', at('x')], 2, 'Add --size SIZE'],
    [[], 2, 'A command is missing behind "wim"'],
  ])('%j ends with %i and says why', async (args, exit, words) => {
    const { exitCode, stderr, stdout } = await inplace(['wim', ...args]);
    expect([exitCode, stdout]).toEqual([exit, '']);
    expect(stderr).toContain(words);
    expect(stderr).not.toMatch(/^\s+at /m);
  });
});

describeWith(['wimlib-imagex', '7z'], 'media with one edition', () => {
  const define = (name: string, choice: string): string => {
    const path = join(project.folder, `${name}.yaml`);
    writeFileSync(path, `name: One edition\nupgradePackage: { source: windows, ${choice} }\noutput: { format: iso }\n`);
    return path;
  };

  it.each([
    ['edition: enterprise', 'Enterprise'],
    ['image: 3', 'Education'],
  ])('%s: install.wim of the ISO holds it and nothing else', async (choice, edition) => {
    const definition = define(edition, choice);
    const plan = JSON.parse(await inplaceOk(['check', definition, '--json']));
    expect(plan.windows.images).toHaveLength(1);
    expect(plan.savedBytes).toBeGreaterThan(0);
    expect(await inplaceOk(['check', definition])).toMatch(/saved {7}[\d.]+ \w+ of the install image/);
    const [iso, out] = [at(`${edition}.iso`), at(edition)];
    await inplaceOk(['build', definition, '-o', iso]);
    await inplaceOk(['verify', iso]);
    await runOk('7z', ['x', '-y', `-o${out}`, iso]);
    const wim = join(out, 'sources', 'install.wim');
    await runOk('wimlib-imagex', ['verify', wim]);
    const info = await runOk('wimlib-imagex', ['info', wim]);
    expect([...info.matchAll(/^Edition ID:\s+(\w+)/gm)].map((match) => match[1])).toEqual([edition]);
    await runOk('wimlib-imagex', ['apply', wim, '1', at(`${edition}-tree`)]);
    expect(readFileSync(at(`${edition}-tree/Windows/demo-edition.txt`), 'utf8')).toContain(`edition ${edition}`);
  });

  it('an edition that is not there is refused with those that are, at its line', async () => {
    const { exitCode, stderr } = await inplace(['check', define('home', 'edition: Home')]);
    expect(exitCode).toBe(2);
    expect(stderr).toContain('home.yaml:2:');
    expect(stderr).toContain('There is no edition "Home" on this Windows media');
    expect(stderr).toContain('It holds the images 1 Professional, 2 Enterprise, 3 Education');
  });

  it('install.esd is refused with what to do; install.swm becomes install.wim', async () => {
    const other = makeProject(at('esd'), { demo: { without: ['sources/install.wim'] } });
    writeFileSync(other.definition, 'name: x\nupgradePackage: { source: windows, image: 2 }\n');
    const sources = join(other.windows, 'sources');
    await runOk('wimlib-imagex', ['export', install, 'all', join(sources, 'install.esd'), '--solid']);
    const refused = await inplace(['check', other.definition]);
    expect([refused.exitCode, refused.stderr]).toEqual([1, expect.stringContaining('wimlib-imagex export')]);
    await runOk('rm', [join(sources, 'install.esd')]);
    await runOk('wimlib-imagex', ['split', install, join(sources, 'install.swm'), '0.001']);
    expect(readdirSync(sources).filter((name) => name.endsWith('.swm')).length).toBeGreaterThan(1);
    const stdout = await inplaceOk(['check', other.definition, '--json', '--verbose']);
    const paths = JSON.parse(stdout).listing.map(({ path }: { path: string }) => path);
    expect(paths.filter((path: string) => path.includes('install'))).toEqual(['sources/install.wim']);
  });
});
