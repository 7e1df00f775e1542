/** The second witness is asked, believed, and never waited for. */
import { chmodSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { witness } from '../../src/devices/witness.js';
import { temporaryFolder } from '../support/tools.js';

const folder = temporaryFolder();
const path = process.env['PATH'];
afterEach(() => {
  process.env['PATH'] = path;
});

function df(script: string): void {
  writeFileSync(join(folder, 'df'), `#!/bin/sh\n${script}\n`);
  chmodSync(join(folder, 'df'), 0o755);
  process.env['PATH'] = `${folder}${delimiter}${path}`;
}

describe.runIf(process.platform === 'linux')('node-disk-info', () => {
  it('says what is mounted where', async () => {
    df("echo 'Filesystem 1024-blocks Used Available Capacity Mounted on'; echo '/dev/sdx1 1 1 1 1% /srv'");
    expect(await witness()).toEqual([{ device: '/dev/sdx1', mount: '/srv' }]);
  });

  it('says nothing when the program that it asks fails, or does not end', async () => {
    df('echo broken >&2; exit 1');
    expect(await witness()).toEqual([]);
    df('exec sleep 600');
    expect(await witness(500)).toEqual([]);
  });
});
