import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { claim, leftBehind, resolveOutput, temporaryName } from '../../src/emit/temporary.js';
import { temporaryFolder } from '../support/tools.js';

const folder = temporaryFolder();
const output = join(folder, 'media.iso');
/** Linux gives no process such a number. */
const DEAD = 999_999_999;

it('names what is being made after the output and its owner', () => {
  expect(temporaryName('/x/media.iso', 12, 'partial')).toBe('/x/media.iso.12.partial');
});

it('only what a dead process left of this very output counts as left behind', async () => {
  const names = [
    `media.iso.${DEAD}.partial`,
    `media.iso.${DEAD - 1}.partial`,
    `media.iso.${process.ppid}.partial`,
    'media.iso.1.partial',
    `media.iso.${DEAD}.previous`,
    `other.iso.${DEAD}.partial`,
    'media.iso.partial',
    'media.iso..partial',
    'media.iso.x.partial',
    'media.iso.0.partial',
    'media.iso.-1.partial',
    `media.iso.${DEAD}.partial.iso`,
    'media.iso.77777777777777777777.partial',
    'media.iso',
  ];
  for (const name of names) writeFileSync(join(folder, name), '');
  const left = await leftBehind(output, process.pid, 'partial');
  expect(left.sort()).toEqual([`${output}.${DEAD - 1}.partial`, `${output}.${DEAD}.partial`]);
});

it('what this process left behind earlier counts, what it is making now does not', async () => {
  const own = temporaryName(join(folder, 'own'), process.pid, 'partial');
  mkdirSync(own);
  expect(await leftBehind(join(folder, 'own'), process.pid, 'partial')).toEqual([own]);
  await claim(own, async () => {
    expect(await leftBehind(join(folder, 'own'), process.pid, 'partial')).toEqual([]);
    await expect(claim(own, async () => undefined)).rejects.toMatchObject({ code: 'SINK_FAILED' });
  });
  expect(await leftBehind(join(folder, 'own'), process.pid, 'partial')).toEqual([own]);
});

it('an output that is not there is itself', async () => {
  expect(await resolveOutput(join(folder, 'nothing'))).toBe(join(folder, 'nothing'));
});
