import { mkdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { BytesContent } from '../../src/content/views.js';
import { emitFolder } from '../../src/emit/emit-folder.js';
import { temporaryFolder } from '../support/tools.js';
import { noise } from './support/images.js';

const folder = temporaryFolder();
const modified = new Date('2022-03-04T05:06:07.500Z');

it('the directories of a folder have the time that is given, also those that only files imply, and the folder', async () => {
  const output = join(folder, 'out');
  mkdirSync(output);
  writeFileSync(join(output, 'earlier'), 'an earlier build');
  const file = (path: string) => ({ path, content: new BytesContent(noise(10)), modified: new Date(0) });
  await emitFolder([file('a/b/c/text'), file('a/b/text'), file('top')], ['empty', 'd/e/empty'], output, { modified });
  const directories = ['', 'a', 'a/b', 'a/b/c', 'empty', 'd', 'd/e', 'd/e/empty'];
  expect(directories.map((path) => statSync(join(output, path)).mtime)).toEqual(directories.map(() => modified));
  expect(statSync(join(output, 'a/b/c/text')).mtime).toEqual(new Date(0));
});
