/** WIMs that are views of others: wimlib and 7-Zip find in them what should be there. */
import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, it } from 'vitest';
import { readBytes } from '../../../src/content/content.js';
import { BytesContent } from '../../../src/content/views.js';
import { changeWim, type WimChange } from '../../../src/formats/wim/change.js';
import { partName } from '../../../src/formats/wim/part-names.js';
import { splitWim } from '../../../src/formats/wim/split.js';
import { trimWim } from '../../../src/formats/wim/trim.js';
import { verifyWim } from '../../../src/formats/wim/verify.js';
import type { Wim } from '../../../src/formats/wim/wim.js';
import { sha256File } from '../../support/sums.js';
import { describeWith, runOk, temporaryFolder } from '../../support/tools.js';
import { code, describeTree, noise, writeSample } from './support/sample-tree.js';
import { applyAll, closeWim, openWims, writeContent } from './support/wims.js';

const folder = temporaryFolder();
const at = (name: string): string => join(folder, name);
const TIME = new Date('2024-05-06T07:08:09Z');
/** The same in units of 100 ns since 1601, as Python computes it. */
const FILE_TIME = { high: '0x01DA9F84', low: '0x266C9280' };

async function xmlOf(path: string): Promise<string> {
  const bytes = await runOk('wimlib-imagex', ['info', path, '--xml'], { encoding: 'buffer' } as never);
  return bytes;
}

/** What wimlib says of the file and of an image, without what differs from run to run. */
async function infoOf(path: string, image: number): Promise<string[]> {
  const shown = await runOk('wimlib-imagex', ['info', path, String(image)]);
  return shown
    .split('\n')
    .filter((line) => /^(Index|Name|Directory Count|File Count|Total Bytes|Hard Link)/.test(line));
}

/** Reference counts of file blobs by SHA-1, as wimlib reads them. */
async function references(path: string): Promise<string[]> {
  const shown = await runOk('wimlib-imagex', ['info', path, '--blobs']);
  const blobs = shown.split('\n\n').filter((text) => text.includes('Hash') && !text.includes('METADATA'));
  return blobs
    .map((text) => `${/0x([0-9a-f]{40})/.exec(text)?.[1]} ${/Reference Count +=\s*(\d+)/.exec(text)?.[1]}`)
    .sort();
}

async function withWim<T>(paths: readonly string[], use: (wim: Wim) => Promise<T>): Promise<T> {
  const wim = await openWims(...paths);
  try {
    return await use(wim);
  } finally {
    await closeWim(wim);
  }
}

describeWith(['wimlib-imagex', '7z'], 'views of a WIM', () => {
  const trees = ['tree1', 'tree2', 'tree3'];
  beforeAll(async () => {
    for (const [i, name] of trees.entries()) {
      mkdirSync(at(name));
      writeSample(at(name), { [`only in ${i + 1}.bin`]: noise(150_000, 100 + i), 'differs.txt': Buffer.from(`${i}`) });
    }
    for (const compression of ['none', 'XPRESS', 'LZX', 'LZMS']) {
      const [first, ...others] = trees;
      const args = [`--compress=${compression}`, '--check', '--image-property=WINDOWS/EDITIONID=Edition1'];
      await runOk('wimlib-imagex', ['capture', at(first!), at(`${compression}.wim`), 'Image <1> & more', ...args]);
      for (const name of others) {
        const property = `--image-property=WINDOWS/EDITIONID=Edition${name.slice(-1)}`;
        await runOk('wimlib-imagex', ['append', at(name), at(`${compression}.wim`), name, '--check', property]);
      }
      await runOk('wimlib-imagex', ['info', at(`${compression}.wim`), '2', '--boot', '--check']);
    }
  });

  it.each(['none', 'XPRESS', 'LZX', 'LZMS'])('split, %s: parts under the limit that hold all images', async (name) => {
    const out = at(`split-${name}`);
    mkdirSync(out);
    const limit = 420_000;
    const twice: string[] = [];
    await withWim([at(`${name}.wim`)], async (wim) => {
      for (let round = 0; round < 2; round++) {
        const parts = await splitWim(wim, name === 'none' ? 820_000 : limit);
        for (const [i, part] of parts.entries()) await writeContent(part, join(out, partName('install', i + 1)));
        twice.push(...readdirSync(out).map((file) => sha256File(join(out, file))));
      }
    });
    const files = readdirSync(out);
    expect(files.length).toBeGreaterThan(2);
    expect(twice.slice(0, files.length)).toEqual(twice.slice(files.length));
    for (const file of files)
      expect(statSync(join(out, file)).size).toBeLessThanOrEqual(name === 'none' ? 820_000 : limit);
    const first = join(out, 'install.swm');
    const glob = `--ref=${join(out, 'install*.swm')}`;
    await runOk('wimlib-imagex', ['verify', first, glob]);
    for (const [i, applied] of (await applyAll(first, at(`split-${name}-applied`), 3, glob)).entries()) {
      expect(describeTree(applied)).toEqual(describeTree(at(trees[i]!)));
    }
    expect(await xmlOf(first)).toBe(await xmlOf(at(`${name}.wim`)));
    // all parts together are one WIM again, for wimlib as for us
    await runOk('wimlib-imagex', ['join', at(`joined-${name}.wim`), ...files.map((file) => join(out, file))]);
    expect(await references(at(`joined-${name}.wim`))).toEqual(await references(at(`${name}.wim`)));
    await withWim(
      files.map((file) => join(out, file)),
      async (wim) => {
        expect((await verifyWim(wim)).findings).toEqual([]);
        expect(wim.parts.map(({ header }) => [header.partNumber, header.totalParts])).toEqual(
          files.map((_, i) => [i + 1, files.length]),
        );
        expect(new Set(wim.parts.map(({ header }) => header.guid)).size).toBe(1);
        expect(wim.parts.every(({ header }) => header.integrityTable.sizeBytes === 0)).toBe(true);
        expect(wim.metadata.every(({ part }) => part.header.partNumber === 1)).toBe(true);
      },
    );
    expect(await runOk('7z', ['t', first])).toContain('Everything is Ok');
  });

  it('split: a blob that fits no part is named by its file, and so are metadata', async () => {
    await withWim([at('none.wim')], async (wim) => {
      await expect(splitWim(wim, 500_000)).rejects.toThrow(/"linked\.bin \(image 1\)" needs 7\d{5} bytes in a part/);
      await expect(splitWim(wim, 500_000)).rejects.toMatchObject({ code: 'LAYOUT_LIMIT' });
      await expect(splitWim(wim, 5_000)).rejects.toThrow(/directory trees of all images need/);
    });
  });

  it('solid WIMs are neither split nor trimmed, and the message says what to do', async () => {
    await runOk('wimlib-imagex', ['export', at('none.wim'), 'all', at('solid.esd'), '--solid']);
    await withWim([at('solid.esd')], async (wim) => {
      for (const view of [splitWim(wim, 2 ** 30), trimWim(wim, [1])]) {
        await expect(view).rejects.toMatchObject({ code: 'SOURCE_UNSUPPORTED' });
        await expect(view).rejects.toThrow(/wimlib-imagex export/);
      }
    });
  });

  it.each(['none', 'XPRESS', 'LZX', 'LZMS'])('trim, %s: the chosen images and nothing else', async (name) => {
    const [ours, theirs] = [at(`trim-${name}.wim`), at(`trim-${name}-wimlib.wim`)];
    await withWim([at(`${name}.wim`)], async (wim) => writeContent(await trimWim(wim, [3, 2]), ours));
    await runOk('wimlib-imagex', ['verify', ours]);
    await runOk('wimlib-imagex', ['export', at(`${name}.wim`), '2', theirs]);
    await runOk('wimlib-imagex', ['export', at(`${name}.wim`), '3', theirs]);
    expect(await references(ours)).toEqual(await references(theirs));
    for (const image of [1, 2]) {
      const [applied] = await applyAll(ours, at(`trim-${name}-applied-${image}`), image).then((all) => all.slice(-1));
      expect(describeTree(applied!)).toEqual(describeTree(at(trees[image]!)));
      expect(await infoOf(ours, image)).toEqual(await infoOf(theirs, image));
    }
    const shown = await runOk('wimlib-imagex', ['info', ours]);
    expect(shown).toMatch(/Image Count:\s+2\n/);
    expect(shown).toMatch(/Boot Index:\s+1\n/);
    expect(shown).toMatch(/EDITIONID|Edition ID:\s+Edition2/);
    await withWim([ours], async (wim) => {
      expect((await verifyWim(wim)).findings).toEqual([]);
      expect(wim.information.images.map(({ editionId }) => editionId)).toEqual(['Edition2', 'Edition3']);
      expect(wim.header.bootMetadata).toEqual(wim.metadata[0]!.resource);
    });
    expect(await runOk('7z', ['t', ours])).toContain('Everything is Ok');
  });

  it('trim: nothing boots when the image that did is gone; a split WIM becomes one file', async () => {
    mkdirSync(at('tt'));
    await runOk('wimlib-imagex', ['split', at('XPRESS.wim'), at('tt/s.swm'), '0.4']);
    const parts = readdirSync(at('tt')).map((name) => join(at('tt'), name));
    await withWim(parts, async (wim) => writeContent(await trimWim(wim, [1]), at('one.wim')));
    await runOk('wimlib-imagex', ['verify', at('one.wim')]);
    expect(await runOk('wimlib-imagex', ['info', at('one.wim')])).toMatch(/Part Number:\s+1\/1\nBoot Index:\s+0\n/);
    const [applied] = await applyAll(at('one.wim'), at('one-applied'), 1);
    expect(describeTree(applied!)).toEqual(describeTree(at('tree1')));
    await withWim([at('XPRESS.wim')], async (wim) => {
      await expect(trimWim(wim, [4])).rejects.toThrow(/There is no image 4; the images are 1 to 3/);
      await expect(trimWim(wim, [])).rejects.toMatchObject({ code: 'USAGE' });
    });
  });

  it.each(['none', 'XPRESS', 'LZX', 'LZMS'])(
    'change, %s: files added, replaced and deleted in one image',
    async (name) => {
      const added: Record<string, Buffer> = {
        'Windows/System32/winpeshl.ini': Buffer.from('[LaunchApps]\r\n'),
        'deploy/new folder/tool.exe': code(100_000, 17),
        'deploy/empty.txt': Buffer.alloc(0),
        'a.txt': Buffer.from('replaced'),
        // equal to what is there already, so that it is not stored again
        'deploy/copy.bin': readFileSync(at('tree2/same/one.bin')),
        // one of three names of a file
        'linked.bin': Buffer.from('a file of its own now'),
      };
      const changes: WimChange[] = [
        ...Object.entries(added).map(([path, bytes]) => ({
          path: path.replace('Windows/System32', 'windows\\SYSTEM32'),
          content: new BytesContent(bytes),
          modified: TIME,
        })),
        { path: 'odd', delete: true },
        { path: 'SAME/TWO.BIN', delete: true },
        { path: 'only in 2.bin', delete: true },
      ];
      const out = at(`changed-${name}.wim`);
      await withWim([at(`${name}.wim`)], async (wim) => {
        const view = await changeWim(wim, changes, { image: 2, modified: TIME });
        await writeContent(view, out);
        // no byte of what was there moved
        const kept = Math.max(...wim.metadata.map((blob) => blob.resource!.offset + blob.resource!.sizeBytes));
        const before = readFileSync(at(`${name}.wim`)).subarray(208, kept);
        expect(Buffer.compare(await readBytes(view, 208, kept - 208), before)).toBe(0);
      });
      await runOk('wimlib-imagex', ['verify', out]);
      expect(await runOk('7z', ['t', out])).toContain('Everything is Ok');

      const wanted = at(`wanted-${name}`);
      await runOk('cp', ['-a', at('tree2'), wanted]);
      rmSync(join(wanted, 'linked.bin'));
      for (const path of ['odd', 'same/two.bin', 'only in 2.bin']) rmSync(join(wanted, path), { recursive: true });
      for (const [path, bytes] of Object.entries(added)) {
        mkdirSync(join(wanted, path, '..'), { recursive: true });
        writeFileSync(join(wanted, path), bytes);
        utimesSync(join(wanted, path), TIME, TIME);
      }
      const applied = await applyAll(out, at(`changed-${name}-applied`), 3);
      expect(describeTree(applied[0]!)).toEqual(describeTree(at('tree1')));
      expect(describeTree(applied[1]!)).toEqual(describeTree(wanted));
      expect(describeTree(applied[2]!)).toEqual(describeTree(at('tree3')));

      // wimlib, told to do the same, counts the same
      const theirs = at(`wanted-${name}.wim`);
      await runOk('wimlib-imagex', ['capture', wanted, theirs, 'x', '--compress=none']);
      const counts = (lines: string[]): string[] => lines.filter((line) => !/^(Index|Name)/.test(line));
      expect(counts(await infoOf(out, 2))).toEqual(counts(await infoOf(theirs, 1)));
      const xml = Buffer.from(await runOk('wimlib-imagex', ['info', out, '--xml'], { encoding: 'utf16le' }));
      expect(String(xml)).toContain(
        `<LASTMODIFICATIONTIME><HIGHPART>${FILE_TIME.high}</HIGHPART><LOWPART>${FILE_TIME.low}</LOWPART>`,
      );

      await withWim([out], async (wim) => {
        const { findings, integrityChunks } = await verifyWim(wim);
        expect(findings).toEqual([]);
        expect(integrityChunks).toBe(1);
        expect(wim.header.bootIndex).toBe(2);
        expect(wim.header.bootMetadata).toEqual(wim.metadata[1]!.resource);
        const gone = createHash('sha1').update(noise(150_000, 101)).digest('hex');
        expect(wim.blobs.has(gone)).toBe(false);
        expect((await references(out)).filter((line) => / 0$/.test(line))).toEqual([]);
      });
    },
  );

  it('change upon change holds, and what cannot be done is refused', async () => {
    const put = (path: string, text: string): WimChange => ({
      path,
      content: new BytesContent(Buffer.from(text)),
      modified: TIME,
    });
    await withWim([at('LZX.wim')], async (wim) => {
      await writeContent(await changeWim(wim, [put('x/1.txt', 'first')], { image: 1, modified: TIME }), at('c1.wim'));
      const refused = async (...changes: WimChange[]): Promise<string> =>
        await changeWim(wim, changes, { image: 1, modified: TIME }).then(
          () => 'nothing',
          (error: Error & { code: string }) => `${error.code} ${error.message}`,
        );
      expect(await refused({ path: 'not/there', delete: true })).toMatch(
        /^WIM_CHANGE .*not\/there: There is no such file/,
      );
      expect(await refused(put('a.txt/below', ''))).toMatch(/^WIM_CHANGE .*"a.txt" in the image is no directory/);
      expect(await refused(put('Windows', ''))).toMatch(/^WIM_CHANGE .*There is a directory of this name/);
      expect(await refused(put('pointer to folder/x', ''))).toMatch(/^WIM_CHANGE .*is no directory/);
    });
    await withWim([at('c1.wim')], async (wim) =>
      writeContent(
        await changeWim(wim, [put('x/2.txt', '2'), put('X/1.TXT', 'one')], { image: 1, modified: TIME }),
        at('c2.wim'),
      ),
    );
    await runOk('wimlib-imagex', ['verify', at('c2.wim')]);
    await runOk('wimlib-imagex', ['extract', at('c2.wim'), '1', '/x', `--dest-dir=${at('c2')}`]);
    expect(describeTree(at('c2/x')).map((line) => line.split(' ')[0])).toEqual(['1.txt', '2.txt']);
    expect(readFileSync(at('c2/x/1.txt'), 'utf8')).toBe('one');
    // the blob that the first change stored and the second replaced is dropped from the table, though not from the file
    await withWim([at('c2.wim')], async (wim) => {
      expect(wim.blobs.has(createHash('sha1').update('first').digest('hex'))).toBe(false);
      expect(statSync(at('c2.wim')).size).toBeLessThan(statSync(at('c1.wim')).size + 30_000);
    });
  });

  it('damage that was there before a change still shows after it', async () => {
    // three chunks of the integrity table, of which the first is damaged and the last grows
    mkdirSync(at('big'));
    writeFileSync(at('big/noise.bin'), noise(22 * 2 ** 20, 3));
    await runOk('wimlib-imagex', ['capture', at('big'), at('big.wim'), 'x', '--compress=none', '--check']);
    const bytes = readFileSync(at('big.wim'));
    bytes[400_000]! ^= 1;
    writeFileSync(at('damaged.wim'), bytes);
    const damage = async (path: string): Promise<string[]> =>
      withWim([path], async (wim) => {
        const { findings, integrityChunks } = await verifyWim(wim);
        expect(integrityChunks).toBe(3);
        return findings.map(
          ({ code: kind, where, message }) => `${kind} ${where?.offset} ${message.split(': ')[1] ?? ''}`,
        );
      });
    const expected = ['WIM_INTEGRITY 208 ', 'WIM_BLOB 208 noise.bin (image 1)'];
    expect(await damage(at('damaged.wim'))).toEqual(expected);
    const change = { path: 'new.txt', content: new BytesContent(code(5000, 3)), modified: TIME };
    await withWim([at('damaged.wim')], async (wim) =>
      writeContent(await changeWim(wim, [change], { image: 1, modified: TIME }), at('damaged2.wim')),
    );
    expect(await damage(at('damaged2.wim'))).toEqual(expected);
    await withWim([at('big.wim')], async (wim) =>
      writeContent(await changeWim(wim, [change], { image: 1, modified: TIME }), at('big2.wim')),
    );
    await runOk('wimlib-imagex', ['verify', at('big2.wim')]);
    expect(await damage(at('big2.wim'))).toEqual([]);
  });
});
