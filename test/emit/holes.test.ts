/** Zeros behind the manifest take no room where the file system can leave them out, and are bytes all the same. */
import { closeSync, openSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { BytesContent, LateContent } from '../../src/content/views.js';
import { emitImage } from '../../src/emit/emit-image.js';
import { DiskImage } from '../../src/image/disk-image.js';
import { temporaryFolder } from '../support/tools.js';
import { noise, sha256, wholeOf } from './support/images.js';

const MiB = 1 << 20;
const folder = temporaryFolder();

/** A structure, the manifest, zeros, a closing structure, zeros. */
function imageWith(manifestEnd: number, gap: number, closing: number, end: number) {
  const late = new LateContent(10);
  const closingAt = manifestEnd + gap;
  const image = new DiskImage(closingAt + closing + end, [
    { offset: 0, content: new BytesContent(noise(100)), kind: 'structure', role: 'front' },
    { offset: manifestEnd - 10, content: late, kind: 'late', role: 'manifest' },
    ...(closing > 0
      ? [{ offset: closingAt, content: new BytesContent(noise(closing, 2)), kind: 'closing' as const, role: 'closing' }]
      : []),
  ]);
  return { image, beforeLate: () => late.resolve(noise(10, 3)) };
}

async function emitted(parts: ReturnType<typeof imageWith>, to: 'file' | 'descriptor'): Promise<string> {
  const path = join(folder, `${to}-${Math.random()}`);
  const { image, beforeLate } = parts;
  if (to === 'file') await emitImage(image, { file: path }, { beforeLate });
  else {
    const descriptor = openSync(path, 'w');
    await emitImage(image, { descriptor }, { beforeLate });
    closeSync(descriptor);
  }
  expect(statSync(path).size).toBe(image.size);
  expect(sha256(readFileSync(path))).toBe(sha256(await wholeOf(image)));
  return path;
}

it('a file has holes, also at its end', async () => {
  const path = await emitted(imageWith(5000, 40 * MiB + 123, 2048, 30 * MiB + 7), 'file');
  expect(statSync(path).blocks * 512).toBeLessThan(MiB);
  const open = await emitted(imageWith(5000, 60 * MiB, 0, 0), 'file');
  expect(statSync(open).blocks * 512).toBeLessThan(MiB);
});

it('a descriptor gets every byte', async () => {
  await emitted(imageWith(5000, 3 * MiB + 123, 2048, 2 * MiB + 7), 'descriptor');
});

it('wherever they begin and end', async () => {
  const size = fc.nat(3 * MiB);
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 200, max: 20_000 }),
      size,
      fc.nat(5000),
      size,
      async (start, gap, closing, end) => {
        await emitted(imageWith(start, gap, closing, end), 'file');
      },
    ),
    { numRuns: 15 },
  );
}, 60_000);
