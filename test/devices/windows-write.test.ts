/**
 * A stick as Windows has it, with what Windows is asked recorded and the stick a file: nothing but the first block is written
 * while Windows knows a volume. Whether Windows lets the volumes go then is not known here.
 */
import {
  chmodSync,
  closeSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  readFileSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { delimiter, join } from 'node:path';
import { afterAll, expect, it, vi } from 'vitest';
import { drives, verify, writeMedia } from '../../src/index.js';
import { makeProject } from '../support/project.js';
import { describeWith, temporaryFolder } from '../support/tools.js';

// seconds on a machine of its own
vi.setConfig({ testTimeout: 600_000, hookTimeout: 600_000 });

const MIB = 1024 * 1024;
const SIZE = 136 * MIB;
const MARKER = 4096;
/** for Linux a file of that name */
const STICK = '\\\\.\\PhysicalDrive7';

const folder = temporaryFolder();
const programs = join(folder, 'programs');
const before = { folder: process.cwd(), path: process.env['PATH'] };
afterAll(() => {
  process.chdir(before.folder);
  process.env['PATH'] = before.path;
});

const disk = {
  Number: 7,
  FriendlyName: 'Ultra',
  SerialNumber: '4C53',
  Size: SIZE,
  BusType: 'USB',
  LogicalSectorSize: 512,
};
const partition = { DiskNumber: 7, PartitionNumber: 1, Offset: MIB, Size: SIZE - 2 * MIB, AccessPaths: ['E:\\'] };
function listing(...partitions: object[]): string {
  return JSON.stringify({ disks: [disk], drives: [{ Index: 7, MediaType: 'Removable Media' }], partitions });
}

/** Lists the volume until it was asked to look again twice; keeps what the stick has whenever it is asked. */
function powershell(): string {
  return `#!/bin/bash
cd '${folder}'
rescans=$(grep -c rescan asked 2>/dev/null)
case "$4" in
  *Get-Disk*) echo list >>asked; if [ "$rescans" -lt 2 ]; then echo '${listing(partition)}'; else echo '${listing()}'; fi;;
  *Write-VolumeCache*) echo flush >>asked; cp --sparse=auto '${STICK}' at-flush;;
  *'Update-Disk -Number 7'*) echo rescan >>asked; cp --sparse=auto '${STICK}' "at-rescan-$((rescans + 1))";;
  *) exit 1;;
esac
`;
}

describeWith(['bash', 'cp'], 'a stick of Windows', () => {
  it('gets the marker, is read again until its volumes are gone, and only then is anything else written', async () => {
    mkdirSync(programs);
    writeFileSync(join(programs, 'powershell.exe'), powershell());
    chmodSync(join(programs, 'powershell.exe'), 0o755);
    process.env['PATH'] = `${programs}${delimiter}${before.path}`;
    const { definition } = makeProject(join(folder, 'project'));
    process.chdir(folder);
    const descriptor = openSync(STICK, 'w');
    ftruncateSync(descriptor, SIZE);
    for (const at of [0, 5 * MIB, SIZE - MIB]) writeSync(descriptor, Buffer.alloc(MIB, 0xee), 0, MIB, at);
    closeSync(descriptor);
    const original = readFileSync(STICK);
    const to = { to: ['\\\\.\\physicaldrive7'], confirm: ['4C53'], platform: 'win32', nonce: 'n', refresh: false };
    const kept = { reports: join(folder, 'kept'), receipts: join(folder, 'receipts'), now: () => new Date() };
    expect((await drives('win32')).map(({ path, writable }) => [path, writable])).toEqual([[STICK, true]]);
    const { findings, receipts } = await writeMedia(definition, { ...to, ...kept });
    expect([findings, receipts]).toMatchObject([[], [{ drive: STICK, serial: '4C53', mode: 'whole' }]]);
    const asked = readFileSync(join(folder, 'asked'), 'utf8').trim().split('\n');
    // one for "drives", one for what is shown, two around opening; the last one: Windows shall see what is on it now
    const again = ['rescan', 'list', 'rescan', 'list'];
    expect(asked).toEqual(['list', 'list', 'list', 'flush', 'list', ...again, 'rescan']);
    expect(readFileSync(join(folder, 'at-flush')).equals(original)).toBe(true);
    for (const time of [1, 2]) {
      const stick = readFileSync(join(folder, `at-rescan-${time}`));
      expect(stick.toString('latin1', 0, 19)).toBe('inplace: unfinished');
      expect(stick.subarray(MARKER).equals(original.subarray(MARKER))).toBe(true);
    }
    expect((await verify(join(folder, STICK))).findings).toEqual([]);
  });
});
