import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { writeReport } from '../../src/library/write-report.js';
import { temporaryFolder } from '../support/tools.js';

const folder = temporaryFolder();

it('replaces a file, and leaves nothing beside it', async () => {
  const file = join(folder, 'report.xml');
  await writeReport(file, 'one');
  await writeReport(file, 'zwei: ä');
  expect([readFileSync(file, 'utf8'), readdirSync(folder)]).toEqual(['zwei: ä', ['report.xml']]);
});

it('keeps the earlier file when it is stopped', async () => {
  const file = join(folder, 'report.xml');
  writeFileSync(file, 'earlier');
  const signal = AbortSignal.abort();
  await expect(writeReport(file, 'later', { signal })).rejects.toMatchObject({ code: 'INTERRUPTED' });
  expect([readFileSync(file, 'utf8'), readdirSync(folder)]).toEqual(['earlier', ['report.xml']]);
});

it('says what is wrong with a folder that is not there', async () => {
  await expect(writeReport(join(folder, 'nowhere', 'report.xml'), 'x')).rejects.toMatchObject({ code: 'SINK_FAILED' });
});
