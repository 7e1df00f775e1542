import { closeSync, openSync, readFileSync, symlinkSync, truncateSync, utimesSync, writeFileSync } from 'node:fs';
import { mkdir, readFile, readlink, rm, truncate } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Content } from '../../src/content/content.js';
import {
  BytesContent,
  concatContent,
  LateContent,
  RenderedContent,
  rangeContent,
  ZeroContent,
} from '../../src/content/views.js';
import { type Digests, emitImage } from '../../src/emit/emit-image.js';
import { DiskImage, type Extent, type ExtentKind } from '../../src/image/disk-image.js';
import { describeWith, runOk, temporaryFolder } from '../support/tools.js';
import { codeOf, contentOf, imageOf, namesIn, noise, noiseFile, rendered, sha256, wholeOf } from './support/images.js';

const MiB = 1 << 20;
const folder = temporaryFolder();
const big = noiseFile(join(folder, 'big'), 20 * MiB + 777, 1);
const small = noiseFile(join(folder, 'small'), 3000, 2);
let count = 0;
const newPath = () => join(folder, `out-${++count}`);

/** What the digests of an image must be, computed by node:crypto over the image as `DiskImage.read` gives it. */
async function expectedDigests(image: DiskImage): Promise<{ files: string[]; structures: string }> {
  const whole = await wholeOf(image);
  const late = image.extents.findIndex((extent) => extent.kind === 'late');
  const before = late === -1 ? image.extents : image.extents.slice(0, late);
  const rest: Uint8Array[] = [];
  const files: string[] = [];
  let end = 0;
  for (const { offset, content, kind } of before) {
    if (kind !== 'file') continue;
    rest.push(whole.subarray(end, offset));
    end = offset + content.size;
    files.push(sha256(whole.subarray(offset, end)));
  }
  rest.push(whole.subarray(end, image.extents[late]?.offset ?? image.size));
  return { files, structures: sha256(Buffer.concat(rest)) };
}

/** Emits, and checks the file and the digests against a plain reading of the image. */
async function emitAndCheck(image: DiskImage, late: readonly LateContent[], cores = 2): Promise<void> {
  const output = newPath();
  const seen: { files: string[]; structures: string }[] = [];
  const beforeLate = (extent: Extent, digests: Digests) => {
    const files = image.extents.filter(({ kind }) => kind === 'file').map((file) => digests.file(file));
    seen.push({ files, structures: digests.structures() });
    const content = late.find((one) => one === extent.content)!;
    content.resolve(noise(content.size, 99));
  };
  await emitImage(image, { file: output }, { cores, beforeLate });
  expect(sha256(await readFile(output))).toBe(sha256(await wholeOf(image)));
  expect(seen).toHaveLength(late.length);
  for (const one of seen) expect(one).toEqual(await expectedDigests(image));
}

describe('emitImage', () => {
  it.each([1, 2])('writes the image that DiskImage.read gives, and knows its digests, on %i cores', async (cores) => {
    const late = new LateContent(5000);
    const image = imageOf([
      { kind: 'structure', content: rendered(70_000, 3) },
      { kind: 'file', content: big },
      { kind: 'file', content: rangeContent(big, 12345, 3 * MiB) },
      { kind: 'file', content: new BytesContent(noise(10, 4)) },
      { kind: 'file', content: concatContent([rangeContent(big, 5, MiB), rendered(2 * MiB + 1, 5), small]) },
      { kind: 'file', content: concatContent([small, new ZeroContent(MiB), rangeContent(big, 9, 9)]) },
      { kind: 'structure', content: new ZeroContent(3 * MiB) },
      { kind: 'file', content: small },
      { kind: 'late', content: late },
      { kind: 'closing', content: rendered(2048, 6) },
    ]);
    await emitAndCheck(image, [late], cores);
  });

  it.each([0, 1, 100, 2048, 4096, MiB, 9 * MiB + 1])('writes an image of a single file of %i bytes', async (size) => {
    await emitAndCheck(imageOf([{ kind: 'file', content: noiseFile(newPath(), size) }], 1), []);
  });

  it('writes an image of nothing, and one of nothing but zero bytes', async () => {
    await emitAndCheck(new DiskImage(0, []), []);
    await emitAndCheck(new DiskImage(3 * MiB + 5, []), []);
  });

  it('knows the digest of a file of no bytes', async () => {
    const late = new LateContent(10);
    await emitAndCheck(
      imageOf([
        { kind: 'file', content: new BytesContent(new Uint8Array(0)) },
        { kind: 'file', content: small },
        { kind: 'file', content: new ZeroContent(0) },
        { kind: 'late', content: late },
      ]),
      [late],
    );
  });

  it('asks once for each late extent, also when it is empty, larger than the ring, or the first of all', async () => {
    for (const size of [0, 1, 17 * MiB]) {
      for (const before of [[], [{ kind: 'file' as ExtentKind, content: small as Content }]]) {
        const late = [new LateContent(size), new LateContent(100)];
        await emitAndCheck(
          imageOf([...before, ...late.map((content) => ({ kind: 'late' as ExtentKind, content }))], 1),
          late,
        );
      }
    }
  });

  it('hashes right when the output takes bytes much faster than they can be hashed', async () => {
    const content = noiseFile(newPath(), 60 * MiB, 7);
    const late = new LateContent(1);
    const image = imageOf([
      { kind: 'file', content },
      { kind: 'late', content: late },
    ]);
    const descriptor = openSync('/dev/null', 'w');
    let digest = '';
    await emitImage(
      image,
      { descriptor },
      {
        beforeLate: (_, digests) => {
          digest = digests.file(image.extents[0]!);
          late.resolve(new Uint8Array(1));
        },
      },
    );
    closeSync(descriptor);
    expect(digest).toBe(sha256(readFileSync(content.path)));
  });

  it('sums structures up to the first late extent only', async () => {
    const late = [new LateContent(10), new LateContent(20)];
    const sums: string[] = [];
    const image = imageOf([
      { kind: 'structure', content: rendered(100, 1) },
      { kind: 'late', content: late[0]! },
      { kind: 'late', content: late[1]! },
      { kind: 'closing', content: rendered(100, 2) },
    ]);
    await emitImage(
      image,
      { file: newPath() },
      {
        beforeLate: (extent, digests) => {
          sums.push(digests.structures());
          (extent.content as LateContent).resolve(noise(extent.content.size));
        },
      },
    );
    expect(sums).toEqual([sha256((await wholeOf(image)).subarray(0, 2048)), sums[0]]);
  });

  it('writes any mixture of contents of 0 to 3 MiB', async () => {
    const size = fc.oneof(fc.nat(3 * MiB), fc.nat(5000), fc.constantFrom(0, 1, 4096, MiB, 2 * MiB));
    const content: fc.Arbitrary<Content> = fc.oneof(
      size.chain((length) => fc.nat(big.size - length).map((at) => rangeContent(big, at, length))),
      size.map((length) => rendered(length, length)),
      size.map((length) => new ZeroContent(length)),
      fc
        .array(fc.tuple(fc.nat(big.size - 5000), fc.nat(5000)), { maxLength: 40 })
        .map((ranges) => concatContent(ranges.map(([at, length]) => rangeContent(big, at, length)))),
      fc.constant(small),
    );
    const kind = fc.constantFrom<ExtentKind>('file', 'file', 'file', 'structure');
    const pieces = fc.array(fc.record({ kind, content }), { maxLength: 12 });
    const align = fc.constantFrom(1, 512, 2048, 4096);
    await fc.assert(
      fc.asyncProperty(pieces, align, fc.nat(10_000), fc.constantFrom(1, 2), async (list, at, lateSize, cores) => {
        const late = new LateContent(lateSize);
        await emitAndCheck(imageOf([...list, { kind: 'late', content: late }], at, 100), [late], cores);
      }),
      { numRuns: 40 },
    );
  });

  it('leaves only the output, and reports progress up to the last byte', async () => {
    const own = temporaryFolder();
    const image = imageOf([{ kind: 'file', content: big }]);
    const reports: { written: number; total: number }[] = [];
    await emitImage(image, { file: join(own, 'x.iso') }, { onProgress: (progress) => reports.push(progress) });
    expect(await namesIn(own)).toEqual(['x.iso']);
    expect(reports.at(-1)).toEqual({ written: image.size, total: image.size });
  });

  it('replaces an earlier output, through a symbolic link too', async () => {
    const own = temporaryFolder();
    writeFileSync(join(own, 'real.iso'), 'an earlier build');
    symlinkSync('real.iso', join(own, 'link.iso'));
    const image = imageOf([{ kind: 'file', content: small }]);
    await emitImage(image, { file: join(own, 'link.iso') });
    expect(readFileSync(join(own, 'real.iso'))).toEqual(Buffer.from(await wholeOf(image)));
    expect(await readlink(join(own, 'link.iso'))).toBe('real.iso');
  });

  it('refuses to replace a folder or a device', async () => {
    const image = imageOf([{ kind: 'file', content: small }]);
    expect(await codeOf(emitImage(image, { file: folder }))).toBe('OUTPUT_REFUSED');
    expect(await codeOf(emitImage(image, { file: '/dev/null' }))).toBe('OUTPUT_REFUSED');
  });

  it('a digest that is not known yet is a mistake of the caller, and ends the work', async () => {
    const late = new LateContent(10);
    const image = imageOf([
      { kind: 'late', content: late },
      { kind: 'file', content: small },
    ]);
    const work = emitImage(
      image,
      { file: newPath() },
      { beforeLate: (_, digests) => void digests.file(image.extents[1]!) },
    );
    await expect(work).rejects.toThrow('A digest was asked for that is not known');
  });

  it('a late content that nobody resolved ends the work and leaves nothing', async () => {
    const own = temporaryFolder();
    const image = imageOf([{ kind: 'late', content: new LateContent(10) }]);
    await expect(emitImage(image, { file: join(own, 'x') })).rejects.toThrow('before it was resolved');
    expect(await namesIn(own)).toEqual([]);
  });

  it('two images into one output at a time are refused', async () => {
    const output = newPath();
    const image = imageOf([{ kind: 'file', content: big }]);
    const codes = await Promise.all([1, 2].map(() => codeOf(emitImage(image, { file: output }))));
    expect(codes.sort()).toEqual(['SINK_FAILED', undefined]);
    expect(sha256(await readFile(output))).toBe(sha256(await wholeOf(image)));
  });
});

describe('inputs that change', () => {
  const cases: [string, (path: string) => void | Promise<void>, string][] = [
    ['was touched', (path) => utimesSync(path, 1e9, 1e9), 'SOURCE_CHANGED'],
    ['was cut short', (path) => truncate(path, 100), 'SOURCE_CHANGED'],
    ['is gone', (path) => rm(path), 'SOURCE_MISSING'],
    [
      'became a folder',
      async (path) => {
        await rm(path);
        await mkdir(path);
      },
      'SOURCE_CHANGED',
    ],
  ];
  it.each(cases)('a file that %s before it is read is reported with its path', async (_, change, code) => {
    const own = temporaryFolder();
    const content = noiseFile(join(own, 'source'), 5 * MiB);
    await change(content.path);
    writeFileSync(join(own, 'x.iso'), 'an earlier build');
    const work = emitImage(imageOf([{ kind: 'file', content }]), { file: join(own, 'x.iso') });
    await expect(work).rejects.toMatchObject({ code, findings: [{ where: { file: content.path } }] });
    expect(readFileSync(join(own, 'x.iso'), 'utf8')).toBe('an earlier build');
  });

  it('a file that is touched while it is copied is reported', async () => {
    const own = temporaryFolder();
    const content = noiseFile(join(own, 'source'), 30 * MiB);
    // read on the main thread in the middle of the image, when the copier has the file open
    const touch = new RenderedContent(10, () => utimesSync(content.path, 1e9, 1e9));
    const half = 15 * MiB;
    const pieces = concatContent([rangeContent(content, 0, half), touch, rangeContent(content, half, half)]);
    const work = emitImage(imageOf([{ kind: 'file', content: pieces }]), { file: join(own, 'x.iso') });
    expect(await codeOf(work)).toBe('SOURCE_CHANGED');
    expect(await namesIn(own)).toEqual(['source']);
  });

  it('a file that is cut short while it is copied is reported', async () => {
    const own = temporaryFolder();
    const content = noiseFile(join(own, 'source'), 30 * MiB);
    const cut = new RenderedContent(10, () => truncateSync(content.path, 1));
    const pieces = concatContent([rangeContent(content, 0, MiB), cut, rangeContent(content, MiB, 29 * MiB)]);
    const work = emitImage(imageOf([{ kind: 'file', content: pieces }]), { file: join(own, 'x.iso') });
    expect(await codeOf(work)).toBe('SOURCE_CHANGED');
  });

  it('two states of one file in one plan cannot both be right', async () => {
    const path = newPath();
    const before = noiseFile(path, 1000);
    utimesSync(path, 1e9, 1e9);
    const after = contentOf(path);
    const image = imageOf([
      { kind: 'file', content: after },
      { kind: 'file', content: before },
    ]);
    expect(await codeOf(emitImage(image, { file: newPath() }))).toBe('SOURCE_CHANGED');
  });

  it('an error of a content that is read on the main thread comes out as it is', async () => {
    const broken = { size: 10, read: () => Promise.reject(new RangeError('my own')) };
    const work = emitImage(imageOf([{ kind: 'file', content: broken }]), { file: newPath() });
    await expect(work).rejects.toThrow(new RangeError('my own'));
  });
});

describeWith(['sha256sum'], 'an independent SHA-256', () => {
  it('agrees with the digest of a file', async () => {
    const late = new LateContent(10);
    const image = imageOf([
      { kind: 'file', content: big },
      { kind: 'late', content: late },
    ]);
    let digest = '';
    await emitImage(
      image,
      { file: newPath() },
      {
        beforeLate: (_, digests) => {
          digest = digests.file(image.extents[0]!);
          late.resolve(new Uint8Array(10));
        },
      },
    );
    expect((await runOk('sha256sum', [big.path])).slice(0, 64)).toBe(digest);
  });
});
