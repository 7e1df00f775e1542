import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BytesContent, concatContent, LateContent, rangeContent, ZeroContent } from '../../src/content/views.js';
import { type EmitFile, emitFolder } from '../../src/emit/emit-folder.js';
import { newOwner } from '../../src/emit/owner.js';
import { temporaryName } from '../../src/emit/temporary.js';
import { describeWith, runOk, temporaryFolder } from '../support/tools.js';
import { codeOf, namesIn, noise, noiseFile, rendered, sha256, wholeOf } from './support/images.js';

const MiB = 1 << 20;
/** Linux gives no process such a number. */
const DEAD = 999_999_999;
const modified = new Date('2023-04-05T06:07:08Z');
const folder = temporaryFolder();
const big = noiseFile(join(folder, 'big'), 11 * MiB + 3);
let count = 0;
const newPath = () => join(folder, `place-${++count}`, 'out');
const newOutput = () => {
  const output = newPath();
  mkdirSync(dirname(output));
  return output;
};

function file(path: string, content: EmitFile['content'], late = false): EmitFile {
  return { path, content, modified, late };
}

/** Emits, with a manifest that holds the digests of all files, and checks what lies there. */
async function emitAndCheck(files: EmitFile[], directories: string[], cores = 2): Promise<string> {
  const output = newOutput();
  const manifest = new LateContent(64 * files.length);
  const beforeLate = (digestOf: (path: string) => string) =>
    manifest.resolve(new TextEncoder().encode(files.map(({ path }) => digestOf(path)).join('')));
  await emitFolder([...files, file('deploy/manifest.json', manifest, true)], directories, output, {
    beforeLate,
    cores,
  });
  const digests: string[] = [];
  for (const { path, content } of files) {
    const bytes = readFileSync(join(output, path));
    expect(sha256(bytes), path).toBe(sha256(await wholeOf(content)));
    expect(statSync(join(output, path)).mtime).toEqual(modified);
    digests.push(sha256(bytes));
  }
  expect(readFileSync(join(output, 'deploy/manifest.json'), 'utf8')).toBe(digests.join(''));
  for (const path of directories) expect(statSync(join(output, path)).isDirectory()).toBe(true);
  const all = readdirSync(output, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  expect(all).toHaveLength(files.length + 1);
  expect(await namesIn(dirname(output))).toEqual(['out']);
  return output;
}

describe('emitFolder', () => {
  it.each([1, 2])('writes files and directories of every kind, on %i cores', async (cores) => {
    await emitAndCheck(
      [
        file('big.bin', big),
        file('empty', new BytesContent(new Uint8Array(0))),
        file('a/b/c/text', new BytesContent(noise(10))),
        file('a/page', rangeContent(big, 1, 4096)),
        file('a/zero', new ZeroContent(2 * MiB)),
        file('a/rendered', rendered(MiB + 1, 5)),
        file('a/parts', concatContent([rangeContent(big, 7, MiB), rendered(MiB + 1, 4), rangeContent(big, 9, 5)])),
        file('Ünï 文 name', rangeContent(big, 3, 1 * MiB)),
        file('last empty', new ZeroContent(0)),
      ],
      ['a', 'a/b', 'empty directory', 'a/nested/empty'],
      cores,
    );
  });

  it('writes a folder of nothing', async () => {
    const output = newOutput();
    await emitFolder([], [], output);
    expect(await namesIn(output)).toEqual([]);
  });

  it('writes any mixture of sizes', async () => {
    const size = fc.oneof(fc.nat(3 * MiB), fc.nat(20_000), fc.constantFrom(0, 1, 4095, 4096, 4097, MiB, 4 * MiB));
    await fc.assert(
      fc.asyncProperty(fc.array(size, { maxLength: 40 }), fc.constantFrom(1, 2), async (sizes, cores) => {
        const files = sizes.map((bytes, index) => file(`${index % 3}/${index}`, rangeContent(big, index, bytes)));
        await emitAndCheck(files, [], cores);
      }),
      { numRuns: 20 },
    );
  });

  it('replaces an earlier folder whole', async () => {
    const output = newOutput();
    mkdirSync(join(output, 'old'), { recursive: true });
    writeFileSync(join(output, 'old/file'), 'old');
    await emitFolder([file('new', big)], [], output);
    expect(readdirSync(output)).toEqual(['new']);
    expect(await namesIn(dirname(output))).toEqual(['out']);
  });

  it('puts the earlier folder back when a killed process had moved it aside', async () => {
    const output = newOutput();
    const aside = temporaryName(output, await newOwner(DEAD), 'previous');
    mkdirSync(aside);
    writeFileSync(join(aside, 'file'), 'the earlier build');
    const broken = { size: 10, read: () => Promise.reject(new Error('broken')) };
    await expect(emitFolder([file('a', broken)], [], output)).rejects.toThrow('broken');
    expect(readFileSync(join(output, 'file'), 'utf8')).toBe('the earlier build');
    expect(await namesIn(dirname(output))).toEqual(['out']);
  });

  it('removes the folder that a killed process had moved aside when its replacement is in place', async () => {
    const output = newOutput();
    mkdirSync(temporaryName(output, await newOwner(DEAD), 'previous'));
    mkdirSync(output);
    await emitFolder([], [], output);
    expect(await namesIn(dirname(output))).toEqual(['out']);
  });

  it('two names that are one on this disk do not overwrite each other', async () => {
    const output = newOutput();
    expect(await codeOf(emitFolder([file('a', big), file('a', big)], [], output))).toBe('SINK_FAILED');
    expect(existsSync(output)).toBe(false);
  });

  it.each(['../a', '/a', 'a//b', 'a/./b', ''])(
    'a path that leads out of the folder is a mistake of the caller: "%s"',
    async (path) => {
      await expect(emitFolder([file(path, big)], [], newOutput())).rejects.toThrow('is no media path');
    },
  );
});

describeWith(['sha256sum'], 'an independent SHA-256', () => {
  it('agrees with the digest of a file of the folder', async () => {
    const output = await emitAndCheck([file('x', big)], []);
    const [digest] = (await runOk('sha256sum', [join(output, 'x')])).split(' ');
    expect(readFileSync(join(output, 'deploy/manifest.json'), 'utf8')).toBe(digest);
  });
});
