/** WIMs over 4 GiB and of 100,000 files (INPLACE_LONG), and a small one of each kind always. */
import { closeSync, ftruncateSync, mkdirSync, openSync, rmSync, statSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { readBytes } from '../../../src/content/content.js';
import { BytesContent } from '../../../src/content/views.js';
import { changeWim } from '../../../src/formats/wim/change.js';
import { readChunkTable } from '../../../src/formats/wim/chunk-table.js';
import { walkTree } from '../../../src/formats/wim/directory-tree.js';
import { partName } from '../../../src/formats/wim/part-names.js';
import { splitWim } from '../../../src/formats/wim/split.js';
import { streamsOf } from '../../../src/formats/wim/streams.js';
import { trimWim } from '../../../src/formats/wim/trim.js';
import { verifyWim } from '../../../src/formats/wim/verify.js';
import { describeWith, long, runOk, temporaryFolder } from '../../support/tools.js';
import { code } from './support/sample-tree.js';
import { closeWim, openWims, writeContent } from './support/wims.js';

const TIME = new Date('2024-05-06T07:08:09Z');
const LIMIT = 3800 * 2 ** 20;

it('from 4 GiB on, entries of a chunk table have eight bytes', async () => {
  const chunkSizeBytes = 2 ** 21;
  const originalSizeBytes = 2 ** 32;
  const chunks = 2048;
  const table = new BigUint64Array(chunks - 1).map((_, i) => BigInt((i + 1) * 10));
  const stored = Buffer.concat([Buffer.from(table.buffer), Buffer.alloc(chunks * 10)]);
  const input = { stored: new BytesContent(stored), start: 0, originalSizeBytes, chunkSizeBytes, solid: false };
  const places = await readChunkTable(input, { file: 'x' });
  expect([places[0], places[1], places[2047]]).toEqual([2047 * 8, 2047 * 8 + 10, 2047 * 8 + 20470]);
  const narrow = { ...input, originalSizeBytes: 2 ** 32 - 1 };
  await expect(readChunkTable(narrow, { file: 'x' })).rejects.toThrow(/Chunk/);
});

describeWith(['wimlib-imagex'], 'large WIMs', () => {
  const folder = temporaryFolder();
  const at = (name: string): string => join(folder, name);

  const count = long ? 100_000 : 3_000;
  it(`${count} files: every one is read, parts hold all, a change keeps the others`, async () => {
    for (let i = 0; i < count; i++) {
      if (i % 1000 === 0) mkdirSync(at(`many/${i / 1000}`), { recursive: true });
      writeFileSync(at(`many/${Math.floor(i / 1000)}/file ${i}.txt`), `content ${i}`);
    }
    await runOk('wimlib-imagex', ['capture', at('many'), at('many.wim'), 'x', '--compress=XPRESS', '--check']);
    // the hook that removes the test's folder has no time for 100,000 files
    await runOk('rm', ['-rf', at('many')]);
    const wim = await openWims(at('many.wim'));
    expect(wim.blobs.size).toBe(count);
    let files = 0;
    for (const { path, entry } of walkTree((await wim.tree(1)).root)) {
      const { data } = streamsOf(entry);
      if (data === undefined) continue;
      const number = /(\d+)\.txt$/.exec(path)![1];
      expect(Buffer.from(await readBytes(wim.blob(data, path).content)).toString()).toBe(`content ${number}`);
      files += 1;
    }
    expect(files).toBe(count);
    const limit = Math.ceil(wim.sizeBytes / 3) + wim.metadata[0]!.content.size;
    const parts = await splitWim(wim, limit);
    for (const [i, part] of parts.entries()) await writeContent(part, at(partName('many', i + 1)));
    await runOk('wimlib-imagex', ['verify', at('many.swm'), `--ref=${at('many*.swm')}`]);
    const change = { path: '0/file 7.txt', content: new BytesContent(Buffer.from('seven')), modified: TIME };
    await writeContent(await changeWim(wim, [change], { image: 1, modified: TIME }), at('many2.wim'));
    await closeWim(wim);
    await runOk('wimlib-imagex', ['verify', at('many2.wim')]);
    const listed = await runOk('wimlib-imagex', ['dir', at('many2.wim'), '1'], { maxBuffer: 1 << 28 });
    expect(listed.split('\n').filter((line) => line.endsWith('.txt'))).toHaveLength(count);
  }, 900_000);

  it.runIf(long)(
    'over 4 GiB: a file and the WIM, compressed and not, split and verified',
    async () => {
      mkdirSync(at('big'));
      const file = openSync(at('big/sparse.bin'), 'w');
      ftruncateSync(file, 2 ** 32 + 2 ** 20);
      writeSync(file, code(100_000, 3), 0, 100_000, 2 ** 32 + 5);
      closeSync(file);
      for (let i = 0; i < 3; i++) {
        await runOk('sh', [
          '-c',
          `openssl enc -aes-128-ctr -K 0${i} -iv 00 -in /dev/zero 2>/dev/null | head -c 1600000000 >"$0"`,
          at(`big/noise${i}`),
        ]);
      }
      await runOk('wimlib-imagex', [
        'capture',
        at('big'),
        at('big.wim'),
        'x',
        '--compress=XPRESS',
        '--check',
        '--no-acls',
      ]);
      rmSync(at('big'), { recursive: true });
      expect(statSync(at('big.wim')).size).toBeGreaterThan(2 ** 32);
      const wim = await openWims(at('big.wim'));
      const sparse = [...wim.blobs.values()].find(({ content }) => content.size === 2 ** 32 + 2 ** 20)!;
      expect(Buffer.compare(await readBytes(sparse.content, 2 ** 32 + 5, 100_000), code(100_000, 3))).toBe(0);
      expect((await verifyWim(wim)).findings).toEqual([]);
      const parts = await splitWim(wim, LIMIT);
      expect(parts.length).toBe(2);
      for (const [i, part] of parts.entries()) await writeContent(part, at(partName('big', i + 1)));
      await runOk('wimlib-imagex', ['verify', at('big.swm'), `--ref=${at('big*.swm')}`]);
      await runOk('sh', ['-c', 'rm "$0"/big*.swm', folder]);
      const change = { path: 'new.txt', content: new BytesContent(Buffer.from('new')), modified: TIME };
      for (const [name, view] of [
        ['trimmed.wim', await trimWim(wim, [1])],
        ['changed.wim', await changeWim(wim, [change], { image: 1, modified: TIME })],
      ] as const) {
        await writeContent(view, at(name), 8 * 2 ** 20 + 1);
        await runOk('wimlib-imagex', ['verify', at(name)]);
        const listed = await runOk('wimlib-imagex', ['dir', at(name), '1']);
        expect(listed.includes('/new.txt')).toBe(name === 'changed.wim');
        rmSync(at(name));
      }
      await closeWim(wim);
    },
    1_800_000,
  );
});
