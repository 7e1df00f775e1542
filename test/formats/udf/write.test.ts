import { mkdirSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readBytes } from '../../../src/content/content.js';
import { ZeroContent } from '../../../src/content/views.js';
import { InplaceError } from '../../../src/errors.js';
import { checkUdf } from '../../../src/formats/udf/check.js';
import { MAX_FILE_SIZE } from '../../../src/formats/udf/structures/file-entry.js';
import { planUdf, type UdfDirectory } from '../../../src/formats/udf/write.js';
import { describeWith, long, run, runOk, temporaryFolder } from '../../support/tools.js';
import { directoryOf, TEST_DATE, TestFile, type TestTree, udfImage, writeContent } from '../../support/udf-image.js';

const OPTIONS = { label: 'TEST', volumeSetId: '0123456789abcdef', recorded: TEST_DATE };

const shared = new TestFile('the same bytes under three names\n');

/** Everything a volume can hold that somebody might read wrongly. */
const TREE: TestTree = {
  'setup.exe': new TestFile('MZ setup'),
  'empty.txt': new TestFile(''),
  'exactly-one-block.bin': new TestFile(new Uint8Array(2048).fill(7)),
  'one-byte-more.bin': new TestFile(new Uint8Array(2049).fill(8)),
  'sources/install.wim': new TestFile(new Uint8Array(300_000).map((_, i) => i * 31)),
  'sources/sxs/a.cab': shared,
  'sources/sxs/b.cab': shared,
  'c.cab': shared,
  'empty directory': null,
  'deep/er/and/deep/er/file.txt': new TestFile('deep'),
  'latin é ÿ.txt': new TestFile('latin-1'),
  'ελληνικά.txt': new TestFile('greek'),
  'outside 𝒜𝒷 BMP 😀.txt': new TestFile('astral'),
  [`${'n'.repeat(250)}.txt`]: new TestFile('the longest 8-bit name'),
  [`${'ж'.repeat(123)}.txt`]: new TestFile('the longest 16-bit name'),
};

/** The files of a folder of the host, with `/` between names. */
function filesBelow(folder: string): string[] {
  return (readdirSync(folder, { recursive: true }) as string[]).filter((path) => statSync(join(folder, path)).isFile());
}

function refused(root: UdfDirectory, options = OPTIONS): InplaceError {
  try {
    planUdf(root, options);
  } catch (error) {
    if (error instanceof InplaceError) return error;
    throw error;
  }
  throw new Error('The plan was accepted');
}

describeWith(['7z', 'udfinfo'], 'other programs on a volume of ours', () => {
  const folder = temporaryFolder();

  it('7z tests it without a complaint and extracts every file identically', async () => {
    const path = join(folder, 'tree.udf');
    await writeContent(udfImage(directoryOf(TREE)), path);
    expect(await runOk('7z', ['t', path])).toContain('Everything is Ok');
    const out = join(folder, 'out');
    mkdirSync(out);
    await runOk('7z', ['x', `-o${out}`, '-y', path], { env: { LC_ALL: 'C.UTF-8' } });
    const expected = Object.entries(TREE).filter(([, file]) => file !== null);
    expect(filesBelow(out).sort()).toEqual(expected.map(([name]) => name).sort());
    for (const [name, file] of expected) {
      expect(readFileSync(join(out, name)), name).toEqual(Buffer.from(await readBytes(file!.content)));
      expect(statSync(join(out, name)).mtime, name).toEqual(file!.modified);
    }
    expect(readdirSync(join(out, 'empty directory'))).toEqual([]);
  });

  it('udfinfo finds no fault and reads label, revision, counts and access', async () => {
    const path = join(folder, 'info.udf');
    await writeContent(udfImage(directoryOf(TREE), 'Etikett Ж 1'), path);
    const { stdout: text, stderr } = await run('udfinfo', ['--utf8', path]);
    expect(stderr).toBe('');
    const facts = Object.fromEntries(text.split('\n').map((line) => line.split(/=(.*)/s).slice(0, 2)));
    expect(facts).toMatchObject({
      label: 'Etikett Ж 1',
      lvid: 'Etikett Ж 1',
      vid: 'Etikett Ж 1',
      fsid: 'Etikett Ж 1',
      fullvsid: '0123456789abcdef',
      uuid: '0123456789abcdef',
      blocksize: '2048',
      numfiles: '14',
      numdirs: '9',
      udfrev: '1.02',
      udfwriterev: '1.02',
      integrity: 'closed',
      accesstype: 'readonly',
      behindblocks: '0',
    });
  });

  const entries = long ? 100_000 : 5_000;
  it(`7z lists ${entries} entries of one directory`, async () => {
    const tree: Record<string, TestFile> = {};
    for (let i = 0; i < entries; i++) tree[`many/file ${i}.txt`] = new TestFile(`${i}`);
    const path = join(folder, 'many.udf');
    await writeContent(udfImage(directoryOf(tree)), path);
    const listing = await runOk('7z', ['l', '-slt', path]);
    expect(listing.match(/^Path = many.file /gm)?.length).toBe(entries);
    expect(await runOk('7z', ['t', path])).toContain('Everything is Ok');
  });
});

describe('names and limits', () => {
  const withName = (name: string): UdfDirectory => ({
    name: '',
    modified: TEST_DATE,
    directories: [],
    files: [{ name, file: new TestFile('x') }],
  });

  it.each([
    ['255 8-bit characters', 'n'.repeat(255), 'has 255 characters; UDF holds 254'],
    ['128 16-bit characters', 'ж'.repeat(128), 'ECMA-167 4/14.4.4'],
    ['one 16-bit character among 127', `${'n'.repeat(127)}ж`, 'or 127 when one is above U+00FF'],
    ['half a surrogate pair', 'a\ud800b', 'half a surrogate pair'],
    ['a slash', 'a/b', 'contains "/"'],
    ['NUL', 'a\0b', 'U+0000'],
    ['the parent', '..', 'its parent'],
    ['nothing', '', 'is empty'],
  ])('a name of %s is refused with the reason', (_, name, reason) => {
    const error = refused(withName(name));
    expect(error.code).toBe('MEDIA_NAME');
    expect(error.message).toContain(reason);
  });

  it('a wrong name cannot command a terminal', () => {
    expect(refused(withName('\u202e/gpj')).findings[0]!.message).toContain('The name "\\u202e/gpj" contains');
  });

  it('every wrong name is reported at once, with its path', () => {
    const error = refused(directoryOf({ 'a/\ud800': new TestFile('1'), [`b/${'x'.repeat(300)}`]: new TestFile('2') }));
    expect(error.findings.map((finding) => finding.where?.path)).toEqual(['a/\ud800', `b/${'x'.repeat(300)}`]);
  });

  it('a path of 1,023 bytes is planned, one more is refused once, with the clause', () => {
    // each 8-bit name takes its characters, a compression id and a separator
    const folders = Array.from({ length: 4 }, () => 'f'.repeat(248)).join('/');
    expect(() => planUdf(directoryOf({ [`${folders}/${'x'.repeat(21)}`]: new TestFile('') }), OPTIONS)).not.toThrow();
    const error = refused(directoryOf({ [`${folders}/${'x'.repeat(22)}/below`]: new TestFile('') }));
    expect(error.findings.length).toBe(1);
    expect(error.message).toContain('takes 1024 bytes; UDF holds 1023');
  });

  it('a name that occurs twice in a directory is refused', () => {
    const root = withName('twice');
    root.directories.push({ name: 'twice', modified: TEST_DATE, directories: [], files: [] });
    expect(refused(root).message).toContain('occurs twice');
  });

  it.each([
    ['31 8-bit characters', 'x'.repeat(31)],
    ['16 16-bit characters', 'ж'.repeat(16)],
    ['nothing', ''],
    ['half a surrogate pair', '\udc00'],
  ])('a label of %s is refused', (_, label) => {
    const error = refused(directoryOf({}), { ...OPTIONS, label });
    expect(error.code).toBe('MEDIA_NAME');
    expect(error.findings[0]!.where?.field).toBe('label');
  });

  it.each(['x'.repeat(30), 'ж'.repeat(15)])('the longest label "%s" is written', (label) => {
    expect(() => planUdf(directoryOf({}), { ...OPTIONS, label })).not.toThrow();
  });

  it('the greatest file that a File Entry reaches is planned, one byte more is refused with the clause', () => {
    expect(() => planUdf(directoryOf({ big: new TestFile(new ZeroContent(MAX_FILE_SIZE)) }), OPTIONS)).not.toThrow();
    const error = refused(directoryOf({ big: new TestFile(new ZeroContent(MAX_FILE_SIZE + 1)) }));
    expect(error.code).toBe('LAYOUT_LIMIT');
    expect(error.message).toContain('ECMA-167 4/14.14.1.1');
  });

  it('more blocks than a partition can number are refused', () => {
    const tree: Record<string, TestFile> = {};
    for (let i = 0; i < 36; i++) tree[`f${i}`] = new TestFile(new ZeroContent(MAX_FILE_SIZE));
    expect(refused(directoryOf(tree)).message).toContain('at most 4294967295 (ECMA-167 3/10.5.9)');
  });

  it('65,535 names of one file are planned, one more is refused', () => {
    const file = new TestFile('x');
    const root = directoryOf({});
    for (let i = 0; i < 65_535; i++) root.files.push({ name: `${i}`, file });
    expect(planUdf(root, OPTIONS).fileEntries).toBe(2);
    root.files.push({ name: 'one more', file });
    expect(refused(root).message).toContain('link count has 16 bits (ECMA-167 4/14.9.6)');
  });

  it('500,000 names are planned and verified, one more is refused', async () => {
    const root = directoryOf({});
    let file = new TestFile('');
    for (let i = 1; i < 500_000; i++) {
      if (i % 60_000 === 0) file = new TestFile('');
      root.files.push({ name: `${i}`, file });
    }
    const { findings, files } = await checkUdf(udfImage(root));
    expect(findings).toEqual([]);
    expect(files.length).toBe(499_999);
    root.files.push({ name: 'one more', file });
    const error = refused(root);
    expect(error.code).toBe('LAYOUT_LIMIT');
    expect(error.message).toContain('at most 500000 can be verified');
  });

  it('paths that are too long together are refused', () => {
    const root = directoryOf({ [Array.from({ length: 8 }, () => 'f'.repeat(110)).join('/')]: null });
    let deepest = root;
    while (deepest.directories.length > 0) deepest = deepest.directories[0]!;
    let file = new TestFile('');
    for (let i = 0; i < 151_000; i++) {
      if (i % 60_000 === 0) file = new TestFile('');
      deepest.files.push({ name: `${i}`, file });
    }
    // 888 characters of folders and their separators: 150,268 names of six digits are too many
    const error = refused(root);
    expect(error.code).toBe('LAYOUT_LIMIT');
    expect(error.message).toContain('at most 134217728 can be verified');
    deepest.files.length = 140_000;
    expect(planUdf(root, OPTIONS).fileEntries).toBe(12);
  });

  it('65,534 subdirectories are planned, one more is refused', () => {
    const root = directoryOf({});
    for (let i = 0; i < 65_534; i++)
      root.directories.push({ name: `${i}`, modified: TEST_DATE, directories: [], files: [] });
    expect(planUdf(root, OPTIONS).fileEntries).toBe(65_535);
    root.directories.push({ name: 'one more', modified: TEST_DATE, directories: [], files: [] });
    expect(refused(root).code).toBe('LAYOUT_LIMIT');
  });
});

describe('rendering', () => {
  it('any range of the metadata has the same bytes as the whole', async () => {
    const plan = planUdf(directoryOf(TREE), OPTIONS);
    const { metadata } = plan.render({
      partitionStart: 257,
      partitionBlocks: 10_000,
      mainVdsLba: 32,
      reserveVdsLba: 48,
      integrityLba: 64,
      dataBlock: () => 9_000,
    });
    expect(metadata.size).toBe(plan.metadataBlocks * 2048);
    const whole = await readBytes(metadata);
    for (let position = 0; position < whole.length; position += 997) {
      for (const length of [1, 100, 2048, 5000]) {
        const end = Math.min(whole.length, position + length);
        expect(await readBytes(metadata, position, end - position)).toEqual(whole.slice(position, end));
      }
    }
  });

  it('the order in which names are given changes nothing', async () => {
    const turned = Object.fromEntries(Object.entries(TREE).reverse());
    const metadata = async (tree: TestTree): Promise<Uint8Array> => {
      const place = { partitionStart: 257, partitionBlocks: 9999, mainVdsLba: 32, reserveVdsLba: 48, integrityLba: 64 };
      return readBytes(
        planUdf(directoryOf(tree), OPTIONS).render({ ...place, dataBlock: (file) => file.size }).metadata,
      );
    };
    expect(await metadata(turned)).toEqual(await metadata(TREE));
  });
});
