import { statSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { Content } from '../../src/content/content.js';
import { FileContent } from '../../src/content/file.js';
import { BytesContent, rangeContent, textContent } from '../../src/content/views.js';
import { InplaceError } from '../../src/errors.js';
import { findDuplicates } from '../../src/image/duplicates.js';
import { temporaryFolder } from '../support/tools.js';

const folder = temporaryFolder();

function fileOf(name: string, bytes: string | Uint8Array): FileContent {
  const path = join(folder, name);
  writeFileSync(path, bytes);
  const { size, mtimeMs } = statSync(path);
  return new FileContent(path, { size, modifiedMs: mtimeMs });
}

/** A content that counts how often it is read. */
class Counted extends BytesContent {
  reads = 0;
  override async read(position: number, into: Uint8Array): Promise<void> {
    this.reads += 1;
    await super.read(position, into);
  }
}

it('lets the first of identical contents stand for all, whatever they are made of', async () => {
  const contents: Content[] = [
    textContent('same'),
    fileOf('a', 'same'),
    textContent('diff'),
    rangeContent(fileOf('b', '..same'), 2, 4),
  ];
  const same = await findDuplicates(contents);
  expect(contents.map((content) => contents.indexOf(same.get(content)!))).toEqual([0, 0, 2, 0]);
});

it('takes all empty files for one', async () => {
  const contents = [textContent(''), textContent('a'), fileOf('empty', '')];
  const same = await findDuplicates(contents);
  expect(same.get(contents[2]!)).toBe(contents[0]);
});

it('does not read what is alone with its size, nor the same range twice', async () => {
  const alone = new Counted(new Uint8Array(10));
  const file = fileOf('range', 'x'.repeat(100));
  const [one, two] = [rangeContent(file, 10, 20), rangeContent(file, 10, 20)];
  const same = await findDuplicates([alone, one, two]);
  expect(alone.reads).toBe(0);
  expect(same.get(two)).toBe(one);
});

it('tells apart large files that differ only in their last byte', async () => {
  const bytes = new Uint8Array(3_000_000).fill(7);
  const other = bytes.slice();
  other[other.length - 1] = 8;
  const contents = [fileOf('large1', bytes), fileOf('large2', other), fileOf('large3', bytes)];
  const same = await findDuplicates(contents);
  expect(contents.map((content) => contents.indexOf(same.get(content)! as FileContent))).toEqual([0, 1, 0]);
});

it('agrees with comparing all bytes, for any contents', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.uint8Array({ maxLength: 3, max: 1 }), { maxLength: 12 }), async (list) => {
      const contents = list.map((bytes) => new BytesContent(bytes));
      const same = await findDuplicates(contents);
      for (const content of contents) {
        const first = contents.find((candidate) => Buffer.compare(candidate.bytes, content.bytes) === 0);
        expect(same.get(content)).toBe(first);
      }
    }),
  );
});

it('refuses a file that changed since it was planned', async () => {
  const [a, b] = [fileOf('changed', 'abcd'), fileOf('other', 'efgh')];
  utimesSync(a.path, 1000, 1000);
  await expect(findDuplicates([a, b])).rejects.toMatchObject({ code: 'SOURCE_CHANGED' });
});

it('stops when it is told to', async () => {
  const stop = findDuplicates([textContent('a'), textContent('b')], { signal: AbortSignal.abort() });
  await expect(stop).rejects.toThrow(InplaceError);
  await expect(stop).rejects.toMatchObject({ code: 'INTERRUPTED' });
});
