import { mkdir, stat, truncate, utimes, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readBytes } from '../../../src/content/content.js';
import { FileContent } from '../../../src/content/file.js';
import { BytesContent } from '../../../src/content/views.js';
import { openIso9660 } from '../../../src/formats/iso9660/reading.js';
import { describeWith, long, runOk, temporaryFolder } from '../../support/tools.js';
import { both32, bytesOf, directory, entry, image, listing, RECORDED, SP } from './image-builder.js';

const MODIFIED = new Date('2023-04-05T06:07:08Z');
const DEEP = 'a/b/c/d/e/f/g/h/i/j/deep.txt';
const FILES: Record<string, string> = {
  'setup.exe': 'MZ',
  'empty.bin': '',
  'no-extension': 'x',
  'sources/install.wim': 'w'.repeat(3000),
  'Grüße/日本語 𝄞.txt': 'hello',
  [`long/${'n'.repeat(90)}.txt`]: 'long',
  [DEEP]: 'deep',
};

async function makeFolder(folder: string, files: Record<string, string>): Promise<void> {
  for (const [path, text] of Object.entries(files)) {
    await mkdir(join(folder, dirname(path)), { recursive: true });
    await writeFile(join(folder, path), text);
    await utimes(join(folder, path), MODIFIED, MODIFIED);
  }
}

async function openImage(path: string) {
  const { size, mtimeMs } = await stat(path);
  const content = new FileContent(path, { size, modifiedMs: mtimeMs });
  const volume = (await openIso9660(content, path))!;
  const tree = await volume.tree();
  const contents: Record<string, string> = {};
  for (const file of tree.files) contents[file.path] = new TextDecoder().decode(await readBytes(file.content));
  await content.close();
  return { volume, tree, contents };
}

describeWith(['genisoimage'], 'images of genisoimage', () => {
  const folder = temporaryFolder();
  const source = join(folder, 'source');
  const make = async (name: string, ...options: string[]): Promise<string> => {
    await makeFolder(source, FILES);
    await makeFolder(source, Object.fromEntries(Array.from({ length: 60 }, (_, i) => [`many/file${i}.txt`, `${i}`])));
    const path = join(folder, name);
    await runOk('genisoimage', ['-quiet', '-V', 'LABEL', '-input-charset', 'utf-8', '-o', path, ...options, source]);
    return path;
  };
  const without = (contents: Record<string, string>, pattern: RegExp): Record<string, string> =>
    Object.fromEntries(Object.entries(contents).filter(([path]) => !pattern.test(path)));

  it('-J: Joliet names with their times', async () => {
    const path = await make('joliet.iso', '-J', '-joliet-long', '-D');
    const { volume, tree, contents } = await openImage(path);
    expect([volume.format, volume.label]).toEqual(['joliet', 'LABEL']);
    // genisoimage cannot put a character outside the BMP into UCS-2
    expect(without(contents, /many|Grü/)).toEqual(without(FILES, /Grü/));
    expect(tree.directories).toContain('a/b/c/d/e/f/g/h/i/j');
    expect(tree.files.find((file) => file.path === 'setup.exe')?.modified).toEqual(MODIFIED);
  });

  it('-R: Rock Ridge names, with directories that were relocated because they lie too deep', async () => {
    const { volume, tree, contents } = await openImage(await make('rock.iso', '-R'));
    expect([volume.format, volume.label]).toEqual(['rock-ridge', 'LABEL']);
    expect(without(contents, /many/)).toEqual(FILES);
    expect(Object.keys(contents)).toHaveLength(67);
    expect(tree.directories.filter((path) => path.includes('rr_moved'))).toEqual([]);
    expect(tree.directories).toContain('a/b/c/d/e/f/g/h/i/j');
    expect(tree.files.map((file) => file.modified)).toEqual(tree.files.map(() => MODIFIED));
  });

  it('-J -R: Joliet is preferred', async () => {
    const { volume } = await openImage(await make('both.iso', '-J', '-joliet-long', '-R'));
    expect(volume.format).toBe('joliet');
  });

  it('plain: names of level 1, without version and trailing dot', async () => {
    const { volume, contents } = await openImage(await make('plain.iso', '-D'));
    expect(volume.format).toBe('iso9660');
    expect(contents).toMatchObject({
      'SETUP.EXE': 'MZ',
      NO_EXTEN: 'x',
      'SOURCES/INSTALL.WIM': FILES['sources/install.wim'],
    });
    expect(Object.keys(contents)).toHaveLength(67);
  });

  it('-iso-level 3', async () => {
    const { contents } = await openImage(await make('level3.iso', '-D', '-iso-level', '3'));
    expect(contents).toMatchObject({ 'SETUP.EXE': 'MZ', NO_EXTENSION: 'x' });
  });
});

describeWith(['xorriso'], 'images of xorriso', () => {
  const folder = temporaryFolder();

  it.each([
    ['joliet', ['-joliet', 'on']],
    ['rock-ridge', []],
  ])('%s', async (format, options) => {
    const source = join(folder, 'source');
    await makeFolder(source, FILES);
    const path = join(folder, `${format}.iso`);
    await runOk('xorriso', ['-outdev', path, '-volid', 'XLABEL', ...options, '-map', source, '/']);
    const { volume, contents } = await openImage(path);
    expect([volume.format, volume.label]).toEqual([format, 'XLABEL']);
    if (format === 'rock-ridge') expect(contents).toEqual(FILES);
    else expect(contents).toMatchObject({ 'setup.exe': 'MZ', 'sources/install.wim': FILES['sources/install.wim'] });
  });

  it('long Rock Ridge names that need continuation areas', async () => {
    const files = Object.fromEntries(
      Array.from({ length: 40 }, (_, i) => [`${i}-${'ä'.repeat(100)}${'z'.repeat(40)}.txt`, `${i}`]),
    );
    const source = join(folder, 'names');
    await makeFolder(source, files);
    await runOk('xorriso', ['-outdev', join(folder, 'names.iso'), '-map', source, '/']);
    expect((await openImage(join(folder, 'names.iso'))).contents).toEqual(files);
  });

  it.runIf(long)('a file of 5 GiB in several extents', async () => {
    const big = join(folder, 'big');
    await mkdir(big);
    await writeFile(join(big, 'big.wim'), 'start');
    await truncate(join(big, 'big.wim'), 5 * 2 ** 30);
    const path = join(folder, 'big.iso');
    await runOk('xorriso', ['-compliance', 'iso_9660_level=3', '-outdev', path, '-map', big, '/']);
    const { size, mtimeMs } = await stat(path);
    const content = new FileContent(path, { size, modifiedMs: mtimeMs });
    const [file] = (await (await openIso9660(content, path))!.tree()).files;
    expect([file?.path, file?.content.size]).toEqual(['big.wim', 5 * 2 ** 30]);
    // the sections lie one behind the other, so the file is one run of the image
    expect(file?.content.local?.path).toBe(path);
    expect(new TextDecoder().decode(await readBytes(file!.content, 0, 5))).toBe('start');
    await content.close();
  });
});

describe('openIso9660', () => {
  it('finds nothing in what is no ISO 9660', async () => {
    expect(await openIso9660(new BytesContent(new Uint8Array(10)), 'x')).toBeUndefined();
    expect(await openIso9660(new BytesContent(new Uint8Array(100_000)), 'x')).toBeUndefined();
  });

  it('joins the sections of a multi-extent file, wherever they lie', async () => {
    const sectors = {
      20: directory(20, 20, [
        { id: 'BIG.BIN;1', lba: 25, size: 4, flags: 0x80 },
        { id: 'BIG.BIN;1', lba: 24, size: 3, flags: 0x80 },
        { id: 'BIG.BIN;1', lba: 26, size: 2 },
        { id: 'SMALL.BIN;1', lba: 24, size: 1 },
      ]),
      24: bytesOf('two'),
      25: bytesOf('one!'),
      26: bytesOf('3.'),
    };
    const volume = await openIso9660(new BytesContent(image(sectors)), 'x');
    const [big, small] = (await volume!.tree()).files;
    expect([big?.path, small?.path]).toEqual(['BIG.BIN', 'SMALL.BIN']);
    expect(new TextDecoder().decode(await readBytes(big!.content))).toBe('one!two3.');
    expect(big?.modified).toEqual(RECORDED);
  });

  it('takes an empty file from anywhere and passes over associated files', async () => {
    const records = [
      { id: 'EMPTY.;1', lba: 0xfffffff0, size: 0 },
      { id: 'FORK.BIN;1', lba: 24, size: 9, flags: 4 },
      { id: 'FORK.BIN;1', lba: 24, size: 3 },
    ];
    expect(await listing(image({ 20: directory(20, 20, records) }))).toEqual(['EMPTY 0', 'FORK.BIN 3']);
  });

  it('joins the parts of a Rock Ridge name across a continuation area', async () => {
    const systemUse = Buffer.concat([
      entry('NM', [1, ...bytesOf('first-')]),
      entry('CE', [...both32(30), ...both32(100), ...both32(13)]),
    ]);
    const rest = new Uint8Array(2048);
    rest.set(entry('NM', [0, ...bytesOf('second.x')]), 100);
    const records = [{ id: 'FIRST.X;1', lba: 24, size: 5, systemUse }];
    expect(await listing(image({ 20: directory(20, 20, records, SP), 30: rest }))).toEqual(['first-second.x 5']);
  });

  it('shows a relocated directory where its CL entry stands, and nowhere else', async () => {
    const nm = (name: string) => entry('NM', [0, ...bytesOf(name)]);
    const sectors = {
      20: directory(
        20,
        20,
        [
          { id: 'DEEP', lba: 24, size: 0, systemUse: Buffer.concat([nm('deep'), entry('CL', both32(22))]) },
          { id: 'RR_MOVED', lba: 21, size: 2048, flags: 2, systemUse: nm('rr_moved') },
        ],
        SP,
      ),
      21: directory(21, 20, [
        { id: 'DEEP', lba: 22, size: 2048, flags: 2, systemUse: Buffer.concat([entry('RE', []), nm('deep')]) },
      ]),
      22: directory(22, 21, [{ id: 'FILE', lba: 24, size: 7, systemUse: nm('file') }]),
    };
    expect(await listing(image(sectors))).toEqual(['deep/', 'deep/file 7']);
  });

  it('leaves out links and devices, and says so', async () => {
    const mode = (bits: number) => entry('PX', [...both32(bits), ...new Array(24).fill(0)]);
    const file = { lba: 24, size: 3 };
    const records = [
      { id: 'DEVICE', ...file, systemUse: mode(0o020644) },
      { id: 'FILE', ...file, systemUse: mode(0o100644) },
      { id: 'LINK', ...file, systemUse: entry('SL', [0, 8, 0]) },
    ];
    const bytes = image({ 20: directory(20, 20, records, SP) });
    const volume = await openIso9660(new BytesContent(bytes), 'x');
    expect((await volume!.tree()).files.map(({ path }) => path)).toEqual(['FILE']);
    expect(volume!.skipped).toEqual([
      { path: 'DEVICE', reason: 'a character device' },
      { path: 'LINK', reason: 'a symbolic link' },
    ]);
  });

  it('takes the modification time of Rock Ridge, behind the creation time, short or long', async () => {
    const short = (year: number) => [year, 1, 2, 3, 4, 5, 0];
    const long17 = (year: number) => [...bytesOf(`${year}010203040500`), 0];
    const records = [
      { id: 'A', lba: 24, size: 1, systemUse: entry('TF', [0x03, ...short(100), ...short(110)]) },
      { id: 'B', lba: 24, size: 1, systemUse: entry('TF', [0x02, ...short(111)]) },
      { id: 'C', lba: 24, size: 1, systemUse: entry('TF', [0x83, ...long17(2000), ...long17(2012)]) },
      { id: 'D', lba: 24, size: 1, systemUse: entry('TF', [0x01, ...short(100)]) },
      { id: 'E', lba: 24, size: 1, systemUse: entry('TF', [0x03, ...short(100)]) },
    ];
    const volume = await openIso9660(new BytesContent(image({ 20: directory(20, 20, records, SP) })), 'x');
    const years = (await volume!.tree()).files.map((file) => file.modified.getUTCFullYear());
    expect(years).toEqual([2010, 2011, 2012, RECORDED.getUTCFullYear(), RECORDED.getUTCFullYear()]);
  });

  it('ends a Rock Ridge name at the part that does not go on, and all entries at ST', async () => {
    const nm = (flags: number, name: string) => entry('NM', [flags, ...bytesOf(name)]);
    const records = [
      { id: 'A', lba: 24, size: 1, systemUse: Buffer.concat([nm(0, 'name'), nm(0, 'more')]) },
      { id: 'B', lba: 24, size: 1, systemUse: Buffer.concat([entry('ST', []), nm(0, 'behind')]) },
    ];
    expect(await listing(image({ 20: directory(20, 20, records, SP) }))).toEqual(['B 1', 'name 1']);
  });

  it('passes over what LEN_SKP says and over the bytes of CD-ROM XA', async () => {
    const xa = new Uint8Array(14).fill(0x58);
    const sp = Buffer.concat([xa, entry('SP', [0xbe, 0xef, 14])]);
    const systemUse = Buffer.concat([xa, entry('NM', [0, ...bytesOf('behind-xa')])]);
    const records = [{ id: 'A', lba: 24, size: 1, systemUse }];
    expect(await listing(image({ 20: directory(20, 20, records, sp) }))).toEqual(['behind-xa 1']);
  });

  it('begins behind an extended attribute record', async () => {
    const bytes = image({ 20: directory(20, 20, [{ id: 'A', lba: 24, size: 4 }]), 25: bytesOf('data') });
    bytes[20 * 2048 + 68 + 1] = 1;
    const volume = await openIso9660(new BytesContent(bytes), 'x');
    const [file] = (await volume!.tree()).files;
    expect(new TextDecoder().decode(await readBytes(file!.content))).toBe('data');
  });

  it.each([0x40, 0x43, 0x45])('takes Joliet of every level: %%/ and byte %i', async (level) => {
    const bytes = image({ 20: directory(20, 20, []) });
    bytes.set(bytes.subarray(16 * 2048, 17 * 2048), 17 * 2048);
    bytes.set([2], 17 * 2048);
    bytes.set([0x25, 0x2f, level], 17 * 2048 + 88);
    expect((await openIso9660(new BytesContent(bytes), 'x'))?.format).toBe('joliet');
  });

  it('counts in logical blocks of 512 bytes where the volume does', async () => {
    const bytes = image({});
    const blocks = new Uint8Array(bytes);
    new DataView(blocks.buffer).setUint16(16 * 2048 + 128, 512, true);
    new DataView(blocks.buffer).setUint32(16 * 2048 + 156 + 2, 80, true);
    blocks.set(directory(80, 80, [{ id: 'A', lba: 97, size: 4 }]), 80 * 512);
    blocks.set(bytesOf('half'), 97 * 512);
    const [file] = (await (await openIso9660(new BytesContent(blocks), 'x'))!.tree()).files;
    expect(new TextDecoder().decode(await readBytes(file!.content))).toBe('half');
  });
});
