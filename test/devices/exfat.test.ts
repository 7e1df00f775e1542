/** Sticks in the layout fat32+exfat: written, used, brought to newer media. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { pseudoRandomBytes } from '../../scripts/fixtures/pseudo-random.mjs';
import { leaveReportsOnExfat } from '../support/exfat-reports.js';
import { canLoop, LoopDevices, type Stick } from '../support/loop-devices.js';
import { inplace, makeProject } from '../support/project.js';

// seconds on a machine of its own
vi.setConfig({ testTimeout: 600_000, hookTimeout: 600_000 });

const MIB = 1024 * 1024;
const SIZE = 320 * MIB;
const yaml = 'usb: { layout: fat32+exfat }\npackages:\n  - { id: DATA, kind: files, source: data }\n';

let devices: LoopDevices;
let flags: string[] = [];
beforeEach(() => {
  devices = new LoopDevices();
  flags = ['--allow-fixed', '--confirm', String(SIZE), '--json'];
  flags.push('--reports', join(devices.folder, 'kept'), '--receipts', join(devices.folder, 'receipts'));
});
afterEach(async () => await devices.remove());

function project(name: string, data: Uint8Array): string {
  return makeProject(join(devices.folder, name), { yaml, files: { 'data/a.bin': data } }).definition;
}

async function write(definition: string, { path }: Stick) {
  const { stdout, stderr } = await inplace(['write', definition, '--to', path, ...flags]);
  const result = JSON.parse(stdout);
  expect(result.findings ?? [], stderr).toEqual([]);
  return result.receipts[0];
}

async function check({ path, file }: Stick): Promise<{ expected: string[] }> {
  const { stdout } = await inplace(['verify', path, '--json']);
  const result = JSON.parse(stdout);
  expect(result.findings ?? []).toEqual([]);
  const head = readFileSync(file).subarray(0, 512);
  const [start, sectors] = [head.readUInt32LE(446 + 8), head.readUInt32LE(446 + 12)];
  const partition = await devices.attach(path, '-o', String(start * 512), '--sizelimit', String(sectors * 512));
  expect(await execa('fsck.exfat', ['-n', partition], { reject: false })).toMatchObject({ exitCode: 0 });
  await devices.detach(partition);
  return result;
}

const reports = {
  'Reports/PC-1/status.jsonl': Buffer.from('status'),
  'Reports/a.log': pseudoRandomBytes('log', 70_000),
};

describe.runIf(canLoop)('a stick of two partitions', () => {
  it('is written and verified; newer media cost what differs, and reports come back', async () => {
    const stick = await devices.plugIn('stick', SIZE);
    const data = Buffer.from(pseudoRandomBytes('a', 12 * MIB));
    await write(project('one', data), stick);
    expect((await check(stick)).expected).toEqual([]);
    await leaveReportsOnExfat(stick.file, reports);
    await execa('blockdev', ['--flushbufs', stick.path]);
    expect((await check(stick)).expected).toEqual(['Reports']);
    data.set([1, 2, 3], 5 * MIB);
    const receipt = await write(project('two', data), stick);
    expect(receipt).toMatchObject({ mode: 'refresh', reports: { files: 2, putBack: true } });
    expect((await check(stick)).expected).toEqual(['Reports']);
  });
});
