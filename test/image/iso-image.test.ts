import { expect, it } from 'vitest';
import { textContent } from '../../src/content/views.js';
import { InplaceError } from '../../src/errors.js';
import { checkUdf } from '../../src/formats/udf/check.js';
import { findDuplicates } from '../../src/image/duplicates.js';
import { layoutIso } from '../../src/image/iso-image.js';
import type { PlacedFile } from '../../src/image/placed-file.js';

const recorded = new Date('2024-04-01T12:00:00Z');
const options = { label: 'TEST', mediaId: 'ab'.repeat(32), recorded, application: 'TEST' };

function files(paths: readonly string[], text = 'same'): PlacedFile[] {
  return paths.map((path) => ({ path, content: textContent(text), modified: recorded }));
}

it('gives 65,536 names of the same bytes two File Entries, because a link count has 16 bits', async () => {
  const list = files(Array.from({ length: 65_536 }, (_, i) => `f${i}`));
  const same = await findDuplicates(list.map(({ content }) => content));
  const { image, extents } = layoutIso(list, [], { ...options, same });
  expect(new Set([...extents.values()].map(({ offset }) => offset)).size).toBe(2);
  const { findings, files: found } = await checkUdf(image);
  expect([findings, found.length]).toEqual([[], 65_536]);
});

it('gives a File Entry with several names the newest of their times', async () => {
  const list = files(['a', 'b']);
  const newer = new Date('2025-01-01T00:00:00Z');
  const { image } = layoutIso([list[0]!, { ...list[1]!, modified: newer }], [], {
    ...options,
    same: await findDuplicates(list.map(({ content }) => content)),
  });
  expect((await checkUdf(image)).files.map(({ modified }) => modified)).toEqual([newer, newer]);
});

it('does not depend on the order in which directories are given', async () => {
  const list = files(['b/c/x', 'a/y']);
  const one = layoutIso(list, ['a', 'b', 'b/c'], options).image;
  const two = layoutIso(list, ['b/c', 'b', 'a'], options).image;
  const bytes = async (image: typeof one) => {
    const into = new Uint8Array(image.size);
    await image.read(0, into);
    return into;
  };
  expect(await bytes(one)).toEqual(await bytes(two));
});

it('refuses names and labels that UDF cannot hold, all at once', () => {
  try {
    layoutIso(files([`${'日'.repeat(128)}`, `x/${'y'.repeat(255)}`]), ['x'], { ...options, label: 'L'.repeat(31) });
    expect.unreachable();
  } catch (error) {
    expect(error).toBeInstanceOf(InplaceError);
    expect((error as InplaceError).findings.map(({ code }) => code)).toEqual([
      'MEDIA_NAME',
      'MEDIA_NAME',
      'MEDIA_NAME',
    ]);
  }
});
