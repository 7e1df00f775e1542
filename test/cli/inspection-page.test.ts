import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { inspectionPage } from '../../src/cli/inspection-page.js';
import { build, inspect, printable } from '../../src/index.js';
import { makeProject } from '../support/project.js';
import { temporaryFolder } from '../support/tools.js';

const folder = temporaryFolder();

describe('a media.json that somebody has changed', async () => {
  const { definition } = makeProject(join(folder, 'project'));
  const tree = join(folder, 'tree');
  await build(definition, { output: tree, format: 'folder' });
  const path = join(tree, 'deploy', 'media.json');
  const good = readFileSync(path, 'utf8');

  it.each([
    ['is no JSON', '{'],
    ['is a list', '[]'],
    ['is deep', '['.repeat(200_000)],
    ['holds packages that are none', '{"media":1,"packages":[null]}'],
    [
      'holds numbers that are none',
      '{"media":1,"name":"a","mediaId":"b","inplace":"c","time":"d","packages":[{"id":"x","kind":"y","files":1,"bytes":"x"}]}',
    ],
    ['holds objects for names', '{"media":1,"name":{"toString":1},"mediaId":"","inplace":"","time":"","packages":[]}'],
    ['is large', `{"media":1,"name":"${'x'.repeat(2 << 20)}"}`],
  ])('and %s is passed over', async (_, text) => {
    writeFileSync(path, text);
    const inspection = await inspect(tree);
    expect(inspection.media).toBeUndefined();
    expect(inspectionPage(inspection)).toContain('Windows install media');
    expect(() => JSON.stringify(inspection)).not.toThrow();
  });

  it('and is sound is shown, without what would steer the terminal', async () => {
    writeFileSync(path, good.replace('"Test media"', '"Test\\u001b]0;pwn\\u0007 media"'));
    const page = printable(inspectionPage(await inspect(tree)));
    expect(page).toContain('name          Test\\x1b]0;pwn\\x07 media');
  });
});
