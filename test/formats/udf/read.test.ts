import { linkSync, mkdirSync, statSync, truncateSync, utimesSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { type Content, readBytes } from '../../../src/content/content.js';
import { FileContent } from '../../../src/content/file.js';
import { byCodeUnit } from '../../../src/content/tree.js';
import { type BytesContent, ZeroContent } from '../../../src/content/views.js';
import { checkUdfName, checkUdfPathBytes, pathBytes } from '../../../src/formats/udf/names.js';
import { openUdf, type UdfVolume } from '../../../src/formats/udf/read.js';
import { MAX_EXTENT_LENGTH } from '../../../src/formats/udf/structures/constants.js';
import { describeWith, long, runOk, temporaryFolder } from '../../support/tools.js';
import { directoryOf, TestFile, type TestTree, udfImage } from '../../support/udf-image.js';

const opened: FileContent[] = [];
afterAll(() => Promise.all(opened.map((content) => content.close())));

/** A file of the host as a content, closed after the tests. */
function fileContent(path: string): FileContent {
  const { size, mtimeMs } = statSync(path);
  const content = new FileContent(path, { size, modifiedMs: mtimeMs });
  opened.push(content);
  return content;
}

async function open(image: Content): Promise<UdfVolume> {
  const volume = await openUdf(image, 'test.iso');
  if (!volume) throw new Error('There is no UDF volume');
  return volume;
}

/** Bytes of a tree that is read, by path. */
async function readAll(volume: UdfVolume): Promise<Record<string, Uint8Array>> {
  const entries = (await volume.tree()).files.map(
    async ({ path, content }) => [path, await readBytes(content)] as const,
  );
  return Object.fromEntries(await Promise.all(entries));
}

/** Parents of every path of a tree, and its empty directories. */
function directoriesOf(tree: TestTree): string[] {
  const found = new Set<string>();
  for (const [path, file] of Object.entries(tree)) {
    let directory = file === null ? path : parentOf(path);
    for (; directory !== ''; directory = parentOf(directory)) found.add(directory);
  }
  return [...found].sort(byCodeUnit);
}

function parentOf(path: string): string {
  return path.slice(0, Math.max(0, path.lastIndexOf('/')));
}

async function expectTree(volume: UdfVolume, tree: TestTree): Promise<void> {
  const found = await volume.tree();
  const files = Object.entries(tree).filter(([, file]) => file !== null);
  expect(found.files.map((file) => file.path)).toEqual(files.map(([path]) => path).sort(byCodeUnit));
  expect(found.directories).toEqual(directoriesOf(tree));
  const bytes = await readAll(volume);
  for (const [path, file] of files) {
    expect(Buffer.from(bytes[path]!).equals(Buffer.from(await readBytes(file!.content))), path).toBe(true);
  }
  for (const { path, modified } of found.files) {
    expect(modified.getTime(), path).toBe(Math.floor(tree[path]!.modified.getTime() / 1000) * 1000);
  }
}

describe('reading volumes of our own', () => {
  it('any tree comes back as it was written', async () => {
    const name = fc
      .oneof(fc.string({ unit: 'grapheme', minLength: 1, maxLength: 40 }), fc.string({ unit: 'binary', minLength: 1 }))
      .filter((text) => checkUdfName(text) === undefined);
    const path = fc
      .array(name, { minLength: 1, maxLength: 4 })
      .filter((names) => checkUdfPathBytes(names.reduce((sum, part) => sum + pathBytes(part), 0)) === undefined)
      .map((names) => names.join('/'));
    const file = fc.record({
      bytes: fc.uint8Array({ maxLength: 5000 }),
      modified: fc.date({ min: new Date('0001-01-01'), max: new Date('9999-12-31'), noInvalidDate: true }),
    });
    const entry = fc.option(file.map(({ bytes, modified }) => new TestFile(bytes, modified)));
    const trees = fc.dictionary(path, entry, { maxKeys: 30, noNullPrototype: true }).filter(isTree);
    await fc.assert(
      fc.asyncProperty(trees, async (tree) => {
        const volume = await open(udfImage(directoryOf(tree), 'LABEL'));
        expect(volume).toMatchObject({ label: 'LABEL', revision: 0x0102, blockSize: 2048, skipped: [] });
        await expectTree(volume, tree);
      }),
      { numRuns: long ? 1000 : 60 },
    );
  }, 600_000);

  it('names of one file are one content', async () => {
    const same = new TestFile('same');
    const { files } = await (
      await open(udfImage(directoryOf({ a: same, 'b/c': same, d: new TestFile('same') })))
    ).tree();
    expect(files[0]!.content).toBe(files[1]!.content);
    expect(files[2]!.content).not.toBe(files[0]!.content);
  });

  it('a file of several extents is one run of the image', async () => {
    const size = 2 * MAX_EXTENT_LENGTH + 5000;
    const image = udfImage(directoryOf({ 'huge.wim': new TestFile(new ZeroContent(size)), z: new TestFile('end') }));
    const [huge, end] = (await (await open(image)).tree()).files;
    expect(huge!.content.size).toBe(size);
    expect(huge!.content.parts).toBeUndefined();
    await readBytes(huge!.content, MAX_EXTENT_LENGTH - 10, 20);
    expect(new TextDecoder().decode(await readBytes(end!.content))).toBe('end');
  });

  it('a file of the host is seen through: contents are local ranges of it', async () => {
    const folder = temporaryFolder();
    const path = join(folder, 'local.udf');
    writeFileSync(path, await readBytes(udfImage(directoryOf({ a: new TestFile('local bytes') }))));
    const [file] = (await (await open(fileContent(path))).tree()).files;
    expect(file!.content.local).toMatchObject({ path, offset: expect.any(Number) });
  });

  it('20,000 files in 200 directories come back', async () => {
    const tree: Record<string, TestFile> = {};
    for (let i = 0; i < 20_000; i++) tree[`d${i % 200}/file number ${i}`] = new TestFile(i % 3 ? `${i}` : '');
    const volume = await open(udfImage(directoryOf(tree)));
    expect((await volume.tree()).files.length).toBe(20_000);
  });

  it('a directory of 5,000 long names, which needs several windows, comes back', async () => {
    const tree: Record<string, TestFile> = {};
    for (let i = 0; i < 5_000; i++) tree[`${'long name '.repeat(22)}${i}`] = new TestFile('');
    await expectTree(await open(udfImage(directoryOf(tree))), tree);
  });
});

/** Whether no path runs through a file. */
function isTree(tree: TestTree): boolean {
  const paths = Object.keys(tree);
  return paths.every((path) => tree[path] === null || !paths.some((other) => other.startsWith(`${path}/`)));
}

describe('what is no UDF volume', () => {
  it.each([
    ['nothing', 0],
    ['a few bytes', 100],
    ['a megabyte of zeros', 1 << 20],
  ])('%s', async (_, size) => {
    expect(await openUdf(new ZeroContent(size), 'x')).toBeUndefined();
  });
});

describeWith(['genisoimage'], 'volumes of genisoimage', () => {
  const folder = temporaryFolder();
  const tree: TestTree = {
    'setup.exe': new TestFile('MZ'),
    'empty.txt': new TestFile(''),
    'sources/install.wim': new TestFile(new Uint8Array(500_000).map((_, i) => i * 7)),
    'sources/Ελλάδα.txt': new TestFile('greek'),
    'sources/deep/er/x': new TestFile('deep'),
  };

  function makeIso(name: string, extra: readonly string[] = []): Promise<string> {
    const source = join(folder, `${name}-source`);
    for (const [path, file] of Object.entries(tree)) {
      mkdirSync(dirname(join(source, path)), { recursive: true });
      writeFileSync(join(source, path), (file!.content as BytesContent).bytes);
      utimesSync(join(source, path), file!.modified, file!.modified);
    }
    const iso = join(folder, `${name}.iso`);
    const args = ['-quiet', '-udf', '-V', 'GENISO', '-input-charset', 'utf-8', '-o', iso, ...extra, source];
    return runOk('genisoimage', args, { env: { LC_ALL: 'C.UTF-8' } }).then(() => iso);
  }

  it('are read whole', async () => {
    const iso = await makeIso('plain', ['-J', '-r']);
    const volume = await open(fileContent(iso));
    expect(volume).toMatchObject({ label: 'GENISO', blockSize: 2048, revision: 0x0102 });
    await expectTree(volume, tree);
  });

  it('are read when all is hidden from ISO 9660, as Windows media hide it', async () => {
    await expectTree(await open(fileContent(await makeIso('hidden', ['-hide', '*']))), tree);
  });

  it('with hard links are read', async () => {
    const iso = await makeIso('links');
    const source = join(folder, 'links-source');
    linkSync(join(source, 'setup.exe'), join(source, 'sources', 'setup.exe'));
    await runOk('genisoimage', ['-quiet', '-udf', '-cache-inodes', '-o', iso, source]);
    expect((await readAll(await open(fileContent(iso))))['sources/setup.exe']).toEqual(new TextEncoder().encode('MZ'));
  });

  it('with a file over 1 GiB give it as one content', async () => {
    const source = join(folder, 'sparse');
    mkdirSync(source);
    const size = 2 ** 30 + 12_345;
    writeFileSync(join(source, 'big.bin'), 'start');
    truncateSync(join(source, 'big.bin'), size);
    const iso = join(folder, 'sparse.iso');
    await runOk('genisoimage', ['-quiet', '-udf', '-allow-limited-size', '-o', iso, source]);
    const [file] = (await (await open(fileContent(iso))).tree()).files;
    expect(file!.content.size).toBe(size);
    expect(file!.content.local).toBeDefined();
    expect(new TextDecoder().decode(await readBytes(file!.content, 0, 5))).toBe('start');
  });
});

describeWith(['mkudffs'], 'empty volumes of mkudffs', () => {
  const folder = temporaryFolder();

  async function make(name: string, args: readonly string[], bytes = 8 << 20): Promise<FileContent> {
    const path = join(folder, name);
    writeFileSync(path, '');
    truncateSync(path, bytes);
    await runOk('mkudffs', ['--utf8', '-l', 'Étikett', ...args, path]);
    return fileContent(path);
  }

  const revisions = ['1.02', '1.50', '2.00', '2.01'];
  const sizes = [512, 1024, 2048, 4096];
  const cases = revisions.flatMap((revision) => sizes.map((size) => [revision, size] as const));
  it.each(cases)('revision %s with blocks of %i bytes', async (revision, size) => {
    const volume = await open(await make(`hd-${revision}-${size}`, ['-r', revision, '-b', `${size}`]));
    expect(volume.label).toBe('Étikett');
    expect(volume.revision.toString(16)).toBe(revision.replace('.', ''));
    expect(volume.blockSize).toBe(size);
    expect((await volume.tree()).files).toEqual([]);
  });

  it.each(['short', 'long', 'inicb'])('allocation %s', async (kind) => {
    const volume = await open(await make(`ad-${kind}`, ['-b', '2048', '--ad', kind]));
    expect((await volume.tree()).directories).toEqual([]);
  });

  it('a virtual partition is refused by its name', async () => {
    const image = await make('vat', ['-m', 'cdr', '-r', '1.50']);
    await expect(openUdf(image, 'x')).rejects.toMatchObject({
      code: 'SOURCE_UNSUPPORTED',
      message: expect.stringContaining('*UDF Virtual Partition'),
    });
  });

  it('a sparable partition is refused by its name', async () => {
    const image = await make('sparable', ['-m', 'cdrw', '-r', '1.50'], 64 << 20);
    await expect(openUdf(image, 'x')).rejects.toMatchObject({
      code: 'SOURCE_UNSUPPORTED',
      message: expect.stringContaining('*UDF Sparable Partition'),
    });
  });

  it('ICB strategy 4096 is refused by its number', async () => {
    const volume = await open(await make('worm', ['-b', '2048', '--strategy', '4096', '-r', '1.50']));
    await expect(volume.tree()).rejects.toMatchObject({
      code: 'SOURCE_UNSUPPORTED',
      message: expect.stringContaining('strategy 4096'),
    });
  });
});
