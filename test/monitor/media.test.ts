/** What media and content a run used: media.json in its folder of reports. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { report } from '../../src/index.js';
import { parseMedia } from '../../src/monitor/media.js';
import { temporaryFolder } from '../support/tools.js';
import { record, summary, writeRun } from './field.js';

const base = temporaryFolder();
const ID = 'ab'.repeat(32);
const image = (name: string, language: string) => ({
  index: 1,
  name,
  edition: 'Enterprise',
  architecture: 'x64',
  language,
  version: { major: 10, minor: 0, build: 26100, spBuild: 1742 },
});
const MEDIA = JSON.stringify({
  media: 1,
  name: 'Field <upgrade>',
  mediaId: ID,
  inplace: '0.1.0',
  time: '2026-11-01T00:00:00.000Z',
  upgradePackage: { id: 'EN', images: [image('Windows 11 Enterprise', 'en-US')] },
  otherUpgradePackages: [{ id: 'NB', images: [image('Windows 11 Enterprise', 'nb-NO')] }],
  packages: [{ id: 'VPN-REMOVER', kind: 'application', files: 2, bytes: 10 }],
});

function writeRuns(folder: string): void {
  writeRun(folder, 'PC-07-5CG1', 'run-1', [record(1)], summary({ upgradePackage: 'NB' }), { 'media.json': MEDIA });
  writeRun(folder, 'PC-08-XYZ', 'run-2', [record(1, { run: 'run-2' })], undefined, { 'media.json': MEDIA });
  writeRun(folder, 'PC-09-OLD', 'run-3', [record(1, { run: 'run-3' })]);
}

describe('report', () => {
  it('says what media the runs used and what they carried: page, CSV and JSON', async () => {
    const folder = join(base, 'all');
    writeRuns(folder);
    const outputs = ['html', 'csv', 'json'].map((ending) => join(base, `report.${ending}`));
    const { runs, statistics } = await report([folder], { outputs });
    expect(statistics.media).toEqual([
      {
        name: 'Field <upgrade>',
        mediaId: ID,
        inplace: '0.1.0',
        time: '2026-11-01T00:00:00.000Z',
        windows: [
          'EN: Windows 11 Enterprise (10.0.26100.1742, en-US, x64)',
          'NB: Windows 11 Enterprise (10.0.26100.1742, nb-NO, x64)',
        ],
        packages: ['VPN-REMOVER'],
        runs: 2,
        sequences: ['Field upgrade'],
      },
    ]);
    expect(runs.map(({ media }) => media?.mediaId)).toEqual([ID, ID, undefined]);
    const [page, csv, json] = outputs.map((path) => readFileSync(path, 'utf8'));
    expect(page).toContain('Media, and what they carried');
    expect(page).toContain('Field &lt;upgrade&gt;');
    expect(page).toContain('NB: Windows 11 Enterprise (10.0.26100.1742, nb-NO, x64)');
    expect(csv).toMatch(/,Media,Upgrade package\r\n/);
    expect(csv).toMatch(/,Field <upgrade>,NB\r\n/);
    expect(JSON.parse(json!).statistics.media[0].runs).toBe(2);
  });

  it('--redact leaves the names out that somebody gave', async () => {
    const folder = join(base, 'redacted');
    writeRuns(folder);
    const output = join(base, 'redacted.json');
    await report([folder], { outputs: [output], redact: true });
    const text = readFileSync(output, 'utf8');
    expect(text).toContain(ID);
    expect(text).not.toContain('Field <upgrade>');
    expect(text).not.toContain('VPN-REMOVER');
  });

  it('a media.json that is none is a warning, and the run counts', async () => {
    const folder = join(base, 'broken');
    writeRun(folder, 'PC-07-5CG1', 'run-1', [record(1)], summary(), { 'media.json': '{"media":1' });
    const { runs, warnings } = await report([folder]);
    expect(runs).toHaveLength(1);
    expect(warnings.map(({ message }) => message)).toEqual(['media.json could not be read']);
  });
});

it('parseMedia takes anything and never throws', () => {
  const some = fc.oneof(fc.constant(1), fc.string(), fc.jsonValue());
  const value = fc.record({
    media: fc.constantFrom(1, 1, 2),
    name: some,
    mediaId: fc.oneof(fc.constant(ID), some),
    upgradePackage: fc.oneof(
      fc.record({ id: some, images: fc.oneof(fc.array(fc.record({ name: some, version: some })), some) }),
      some,
    ),
    otherUpgradePackages: some,
    packages: fc.oneof(fc.array(fc.record({ id: some })), some),
  });
  let read = 0;
  fc.assert(
    fc.property(value, (one) => {
      const media = parseMedia(JSON.stringify(one));
      if (media) read += 1;
      for (const text of [...(media?.windows ?? []), ...(media?.packages ?? [])]) expect(typeof text).toBe('string');
    }),
    { seed: 5 },
  );
  expect(read).toBeGreaterThan(5);
  expect(parseMedia('')).toBeUndefined();
  expect(parseMedia('[]')).toBeUndefined();
});
