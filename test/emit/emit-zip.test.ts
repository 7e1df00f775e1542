import { closeSync, ftruncateSync, openSync, readdirSync, readFileSync, utimesSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { openPromise } from 'yauzl';
import {
  BytesContent,
  concatContent,
  LateContent,
  RenderedContent,
  rangeContent,
  ZeroContent,
} from '../../src/content/views.js';
import type { EmitFile } from '../../src/emit/emit-file.js';
import { emitZip } from '../../src/emit/emit-zip.js';
import { describeWith, long, runOk, temporaryFolder } from '../support/tools.js';
import { codeOf, contentOf, namesIn, noise, noiseFile, rendered, sha256, wholeOf } from './support/images.js';

const MiB = 1 << 20;
const modified = new Date('2023-04-05T06:07:08Z');
const folder = temporaryFolder();
const big = noiseFile(join(folder, 'big'), 5 * MiB + 3);
let count = 0;
const newPath = () => join(folder, `out-${++count}.zip`);

const file = (path: string, content: EmitFile['content'], late = false): EmitFile => ({
  path,
  content,
  modified,
  late,
});

const FILES = [
  file('big.bin', big),
  file('empty', new BytesContent(new Uint8Array(0))),
  file('a/b/c/text', new BytesContent(noise(10))),
  file('a/one MiB', rangeContent(big, 1, MiB)),
  file('a/zero', new ZeroContent(2 * MiB)),
  file('a/parts', concatContent([rangeContent(big, 7, MiB), rendered(MiB + 1, 4), rangeContent(big, 9, 5)])),
  file('Ünï 文 𝒳 & name', rangeContent(big, 3, 5000)),
];
const DIRECTORIES = ['a', 'a/b', 'a/b/c', 'a/empty', 'empty directory', 'holds', 'holds/empty'];
const EMPTY = ['a/empty', 'empty directory', 'holds/empty'];
/** of directories; even seconds, as a zip keeps them */
const directoriesModified = new Date('2022-03-04T05:06:08Z');

/** Emits the tree above with a manifest of digests behind it. */
async function emit(output: string): Promise<string> {
  const manifest = new LateContent(64 * FILES.length);
  let text = '';
  await emitZip(
    [...FILES, file('manifest.json', manifest, true)],
    DIRECTORIES,
    { file: output },
    {
      modified: directoriesModified,
      beforeLate: (digestOf) => {
        text = FILES.map(({ path }) => digestOf(path)).join('');
        manifest.resolve(new TextEncoder().encode(text));
      },
    },
  );
  return text;
}

describe('emitZip', () => {
  it('writes empty directories, files in order and the manifest last, as yauzl reads them', async () => {
    const output = newPath();
    const digests = await emit(output);
    const zip = await openPromise(output, { autoClose: false });
    const seen: string[] = [];
    for await (const entry of zip.eachEntry()) {
      seen.push(entry.fileName);
      expect(entry.compressionMethod).toBe(0);
      const isDirectory = entry.fileName.endsWith('/');
      expect(entry.getLastModDate({ timezone: 'UTC' })).toEqual(isDirectory ? directoriesModified : modified);
      expect((entry.externalFileAttributes >>> 16).toString(8)).toBe(isDirectory ? '40755' : '100644');
      const known = FILES.find(({ path }) => path === entry.fileName);
      const chunks: Buffer[] = [];
      if (!isDirectory) for await (const chunk of await zip.openReadStreamPromise(entry)) chunks.push(chunk);
      if (known) expect(sha256(Buffer.concat(chunks))).toBe(sha256(await wholeOf(known.content)));
      if (entry.fileName === 'manifest.json') expect(Buffer.concat(chunks).toString()).toBe(digests);
    }
    zip.close();
    expect(seen).toEqual([...EMPTY.map((path) => `${path}/`), ...FILES.map(({ path }) => path), 'manifest.json']);
    const expected = await Promise.all(FILES.map(async ({ content }) => sha256(await wholeOf(content))));
    expect(digests).toBe(expected.join(''));
  });

  it('gives the same bytes each time, in every time zone', async () => {
    const [one, two] = [newPath(), newPath()];
    await emit(one);
    const zone = process.env['TZ'];
    process.env['TZ'] = 'Asia/Kathmandu';
    await emit(two);
    if (zone === undefined) delete process.env['TZ'];
    else process.env['TZ'] = zone;
    expect(sha256(readFileSync(two))).toBe(sha256(readFileSync(one)));
  });

  it('writes a zip of nothing', async () => {
    const output = newPath();
    await emitZip([], [], { file: output });
    expect(readFileSync(output)).toHaveLength(22);
  });

  it.each([1, 2])(
    'an output that fails ends the work only when the input of %i MiB is not read any more',
    async (size) => {
      let reading = false;
      const read = async () => {
        reading = true;
        await sleep(300);
        reading = false;
      };
      const full = openSync('/dev/full', 'w');
      const parts = [0, 1].map((part) => file(`${part}`, rangeContent(big, part * MiB, MiB)));
      const code = await codeOf(
        emitZip([...parts, file('slow', { size: size * MiB, read })], [], { descriptor: full }),
      );
      closeSync(full);
      expect({ code, reading }).toEqual({ code: 'SINK_FULL', reading: false });
    },
  );

  it('reports progress up to the last byte', async () => {
    const reports: { written: number; total: number }[] = [];
    await emitZip(FILES, [], { file: newPath() }, { onProgress: (progress) => reports.push(progress) });
    const total = FILES.reduce((sum, { content }) => sum + content.size, 0);
    expect(reports.at(-1)).toEqual({ written: total, total });
  });

  it('an input that changed ends the work, and the earlier zip stays', async () => {
    const own = temporaryFolder();
    const source = noiseFile(join(own, 'source'), 3 * MiB);
    const output = join(own, 'x.zip');
    writeFileSync(output, 'an earlier build');
    const touch = new RenderedContent(10, () => utimesSync(source.path, 1e9, 1e9));
    for (const content of [
      concatContent([rangeContent(source, 0, 2 * MiB), touch, rangeContent(source, 2 * MiB, MiB)]),
      rangeContent(source, 0, 100),
    ]) {
      expect(await codeOf(emitZip([file('a', content)], [], { file: output }))).toBe('SOURCE_CHANGED');
    }
    expect(readFileSync(output, 'utf8')).toBe('an earlier build');
    expect(await namesIn(own)).toEqual(['source', 'x.zip']);
  });
});

describeWith(['unzip', '7z', 'python3'], 'other programs', () => {
  it('test the zip, and extract the same files', async () => {
    const output = newPath();
    await emit(output);
    await judge(output);
    const target = join(dirname(output), `extracted-${count}`);
    await runOk('7z', ['x', `-o${target}`, output]);
    for (const { path, content } of FILES) {
      expect(sha256(readFileSync(join(target, path)))).toBe(sha256(await wholeOf(content)));
    }
    expect(readdirSync(join(target, 'empty directory'))).toEqual([]);
    expect(readdirSync(join(target, 'holds/empty'))).toEqual([]);
  });

  it.runIf(long)(
    'accept a zip with a file over 4 GiB, others behind it, and 70,000 entries',
    async () => {
      const source = join(folder, 'sparse');
      const descriptor = openSync(source, 'w');
      ftruncateSync(descriptor, 4.5 * 1024 * MiB);
      closeSync(descriptor);
      const huge = contentOf(source);
      const small = Array.from({ length: 70_000 }, (_, i) => file(`d/${i}`, new BytesContent(noise(5, i))));
      const output = newPath();
      await emitZip([file('huge', huge), ...small], [], { file: output });
      await judge(output);
    },
    900_000,
  );
});

async function judge(output: string): Promise<void> {
  await runOk('unzip', ['-tqq', output]);
  expect((await runOk('7z', ['t', output])).toLowerCase()).not.toMatch(/warning|error/);
  expect(
    await runOk('python3', ['-c', 'import sys,zipfile; print(zipfile.ZipFile(sys.argv[1]).testzip())', output]),
  ).toBe('None\n');
}
