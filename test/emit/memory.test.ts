import { closeSync, ftruncateSync, openSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { temporaryFolder } from '../support/tools.js';
import { emitInChild } from './support/child.js';

const folder = temporaryFolder();
const GiB = 2 ** 30;

/** A file of zero bytes that takes no room. */
function sparse(name: string, size: number): string {
  const path = join(folder, name);
  const descriptor = openSync(path, 'w');
  ftruncateSync(descriptor, size);
  closeSync(descriptor);
  return path;
}

it.each([
  ['image', 2 * GiB],
  ['folder', 0.5 * GiB],
  ['zip', 0.5 * GiB],
] as const)('memory does not grow with the bytes of an emitted %s', async (what, size) => {
  const output = join(folder, what);
  const answer = await emitInChild({ what, sources: [sparse(`source-${what}`, size)], output });
  rmSync(output, { recursive: true });
  expect(answer.ok).toBe(true);
  expect(answer.rss).toBeGreaterThan(20);
  expect(answer.rss).toBeLessThan(150);
});
