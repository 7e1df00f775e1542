/** Files out of WIMs that wimlib wrote are those that went in. */
import { createHash } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, it } from 'vitest';
import { readBytes } from '../../../src/content/content.js';
import { linkGroupOf, reparseTagOf } from '../../../src/formats/wim/dentry.js';
import { walkTree } from '../../../src/formats/wim/directory-tree.js';
import { readLinkTarget } from '../../../src/formats/wim/reparse.js';
import { streamsOf } from '../../../src/formats/wim/streams.js';
import { verifyWim } from '../../../src/formats/wim/verify.js';
import { describeWith, runOk, temporaryFolder } from '../../support/tools.js';
import { describeTree, sampleFiles, writeSample } from './support/sample-tree.js';
import { closeWim, listImage, openWims, partsOf } from './support/wims.js';

const folder = temporaryFolder();
const at = (name: string): string => join(folder, name);

/** `path size sha1` of what was captured; symbolic links have no bytes. */
function expected(tree: string): string[] {
  return describeTree(tree)
    .filter((line) => !line.endsWith(' directory'))
    .map((line) => {
      const link = / -> /.exec(line);
      if (link) return `${line.slice(0, link.index)} 0 `;
      const [, path, size, sha1] = /^(.*) (\d+) ([0-9a-f]{40}) \d+ \d+$/.exec(line)!;
      return `${path} ${size} ${size === '0' ? '' : sha1}`;
    })
    .sort();
}

describeWith(['wimlib-imagex'], 'WIMs of wimlib are read to the last byte', () => {
  beforeAll(async () => {
    mkdirSync(at('tree'));
    writeSample(at('tree'));
    mkdirSync(at('other'));
    writeSample(at('other'), {
      'Windows/more.bin': sampleFiles()['Windows/mixed.bin']!,
      'other.txt': Buffer.from('2'),
    });
  });

  it.each([
    'none',
    'XPRESS',
    'XPRESS --chunk-size=4096',
    'XPRESS --chunk-size=65536',
    'LZX',
    'LZX --chunk-size=65536',
    'LZX --chunk-size=2097152',
    'LZMS',
    'LZMS --chunk-size=1048576',
    'LZMS --solid',
    'LZX --solid --solid-compress=LZX --solid-chunk-size=65536',
    'XPRESS --solid --solid-compress=XPRESS --solid-chunk-size=32768',
    'LZMS --solid --solid-chunk-size=131072',
  ])('%s, two images', async (options) => {
    const [compression, ...more] = options.split(' ');
    const path = at(`${options.replaceAll(' ', '')}.wim`);
    const args = [`--compress=${compression}`, '--check', ...more];
    await runOk('wimlib-imagex', ['capture', at('tree'), path, 'One', ...args]);
    await runOk('wimlib-imagex', ['append', at('other'), path, 'Two', '--check']);
    const wim = await openWims(path);
    expect(await listImage(wim, 1)).toEqual(expected(at('tree')));
    expect(await listImage(wim, 2)).toEqual(expected(at('other')));
    const { findings, integrityChunks } = await verifyWim(wim);
    expect(findings).toEqual([]);
    expect(integrityChunks).toBeGreaterThan(0);
    await closeWim(wim);
  });

  it('hard links share a group, symbolic links say where they lead, times are those of the files', async () => {
    const path = at('links.wim');
    await runOk('wimlib-imagex', ['capture', at('tree'), path, 'One', '--compress=XPRESS']);
    const wim = await openWims(path);
    const entries = new Map<string, { group: bigint; target: string | undefined }>();
    for (const { path: name, entry } of walkTree((await wim.tree(1)).root)) {
      const tag = reparseTagOf(entry);
      const { reparse } = streamsOf(entry);
      const data = reparse === undefined ? undefined : await readBytes(wim.blob(reparse, name).content);
      const target = tag === undefined || data === undefined ? undefined : readLinkTarget(tag, data)?.target;
      entries.set(name, { group: linkGroupOf(entry), target });
    }
    expect(entries.get('pointer')?.target).toBe('Windows\\mixed.bin');
    expect(entries.get('pointer to folder')?.target).toBe('same');
    const group = entries.get('linked.bin')?.group;
    expect(group).not.toBe(0n);
    expect(entries.get('same/linked too.bin')?.group).toBe(group);
    expect(entries.get('Windows/System32/kernel.bin')?.group).toBe(group);
    await closeWim(wim);
  });

  it('any range of a file can be read by itself', async () => {
    for (const [name, ...more] of [['LZX'], ['LZMS', '--solid', '--solid-chunk-size=65536']]) {
      const path = at(`ranges-${name}.wim`);
      await runOk('wimlib-imagex', ['capture', at('tree'), path, 'One', `--compress=${name}`, ...more]);
      const wim = await openWims(path);
      const bytes = sampleFiles()['Windows/System32/kernel.bin']!;
      const { content } = wim.blob(createHash('sha1').update(bytes).digest('hex'), '');
      for (const [start, length] of [
        [0, 1],
        [32_767, 2],
        [65_536, 65_536],
        [1, 699_999],
        [699_999, 1],
        [300_001, 33_000],
      ] as const) {
        const part = await readBytes(content, start, length);
        expect(Buffer.compare(part, bytes.subarray(start, start + length))).toBe(0);
      }
      await closeWim(wim);
    }
  });

  it('a split WIM is read as one, its parts given in any order', async () => {
    await runOk('wimlib-imagex', ['capture', at('tree'), at('whole.wim'), 'One', '--compress=XPRESS']);
    mkdirSync(at('parts'));
    await runOk('wimlib-imagex', ['split', at('whole.wim'), at('parts/s.swm'), '0.2']);
    const parts = partsOf(at('parts/s.swm'));
    expect(parts.length).toBeGreaterThan(2);
    const wim = await openWims(...parts.reverse());
    expect(await listImage(wim, 1)).toEqual(expected(at('tree')));
    expect((await verifyWim(wim)).findings).toEqual([]);
    await expect(openWims(...parts.slice(1))).rejects.toMatchObject({ code: 'SOURCE_MISSING' });
    await closeWim(wim);
  });

  it('a pipable WIM is refused with the reason', async () => {
    await runOk('wimlib-imagex', ['capture', at('tree'), at('pipable.wim'), 'One', '--pipable']);
    await expect(openWims(at('pipable.wim'))).rejects.toThrow(
      /pipable WIM of wimlib, which Windows Setup does not read/,
    );
  });
});

describeWith(['wimlib-imagex', 'mkntfs', 'ntfscp'], 'WIMs of an NTFS volume', () => {
  it('alternate streams are read, of files with and without bytes and of directories', async () => {
    const image = at('volume.ntfs');
    writeFileSync(image, Buffer.alloc(30 * 2 ** 20));
    await runOk('mkntfs', ['-q', '-F', image]);
    const put = async (bytes: Buffer, path: string, stream?: string): Promise<void> => {
      writeFileSync(at('piece'), bytes);
      await runOk('ntfscp', ['-f', ...(stream === undefined ? [] : ['-N', stream]), image, at('piece'), path]);
    };
    await put(sampleFiles()['Windows/mixed.bin']!, '/file.bin');
    await put(Buffer.from('[ZoneTransfer]'), '/file.bin', 'Zone.Identifier');
    await put(sampleFiles()['same/one.bin']!, '/file.bin', 'second stream');
    await put(Buffer.alloc(0), '/streams only.txt');
    await put(Buffer.from('x'), '/streams only.txt', 'x');
    for (const options of [['--compress=LZX'], ['--compress=LZMS', '--solid']]) {
      const path = at(`ntfs${options.length}.wim`);
      await runOk('wimlib-imagex', ['capture', image, path, 'One', ...options]);
      const wim = await openWims(path);
      const hash = (bytes: Buffer): string => createHash('sha1').update(bytes).digest('hex');
      expect((await listImage(wim, 1)).filter((line) => /^(file|streams)/.test(line))).toEqual([
        `file.bin 331072 ${hash(sampleFiles()['Windows/mixed.bin']!)}`,
        `file.bin:Zone.Identifier 14 ${hash(Buffer.from('[ZoneTransfer]'))}`,
        `file.bin:second stream 40000 ${hash(sampleFiles()['same/one.bin']!)}`,
        'streams only.txt 0 ',
        `streams only.txt:x 1 ${hash(Buffer.from('x'))}`,
      ]);
      await closeWim(wim);
    }
  });
});
