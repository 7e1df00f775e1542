/** Sticks in the layout fat32+exfat: written, used, brought to newer media. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { pseudoRandomBytes } from '../../scripts/fixtures/pseudo-random.mjs';
import { readBytes } from '../../src/content/content.js';
import { openFile } from '../../src/content/file.js';
import { openDisk } from '../../src/image/disk.js';
import { leaveReportsOnExfat } from '../support/exfat-reports.js';
import { canLoop, LoopDevices, type Stick } from '../support/loop-devices.js';
import { inplace, makeProject } from '../support/project.js';
import { long, tool } from '../support/tools.js';

// seconds on a machine of its own
vi.setConfig({ testTimeout: 600_000, hookTimeout: 600_000 });

const MIB = 1024 * 1024;
const PAGE = 4096;
const SIZE = 320 * MIB;
const yaml =
  'output: { format: usb, size: 320 MiB }\nusb: { layout: fat32+exfat }\npackages:\n  - { id: DATA, kind: files, source: data }\n';

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

async function write(definition: string, { path }: Stick, ...more: string[]) {
  const { stdout, stderr } = await inplace(['write', definition, '--to', path, ...flags, ...more]);
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

/** A stick of its own with the same bytes. */
async function copyOf({ file }: Stick, name: string): Promise<Stick> {
  const copy = join(devices.folder, name);
  await execa('cp', ['--sparse=always', file, copy]);
  return { path: await devices.attach(copy), file: copy };
}

/** What lies in /Reports of an image file. */
async function reportsOf(path: string): Promise<Record<string, Buffer>> {
  const image = await openFile(path);
  const tree = await (await openDisk(image, path))!.volumes[0]!.tree();
  const files = tree.files.filter((file) => file.path.startsWith('Reports/'));
  const read = files.map(async (file) => [file.path, Buffer.from(await readBytes(file.content))] as const);
  const found = Object.fromEntries(await Promise.all(read));
  await image.close();
  return found;
}

/** Pages of 4 KiB in which two files differ. */
function differingPages(one: string, other: string): number[] {
  const [a, b] = [readFileSync(one), readFileSync(other)];
  const pages = Array.from({ length: Math.ceil(a.length / PAGE) }, (_, page) => page);
  return pages.filter((page) => a.compare(b, page * PAGE, (page + 1) * PAGE, page * PAGE, (page + 1) * PAGE) !== 0);
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

  it('is brought to newer media byte for byte as it is written anew', async () => {
    const [old, two] = [project('one', pseudoRandomBytes('a', MIB)), project('two', pseudoRandomBytes('b', MIB))];
    const [used, fresh] = [await devices.plugIn('used', SIZE), await devices.plugIn('fresh', SIZE)];
    await write(old, used);
    expect(await write(two, used, '--refresh')).toMatchObject({ mode: 'refresh' });
    expect(await write(two, fresh, '--no-refresh')).toMatchObject({ mode: 'whole' });
    await check(used);
    // the stamps of the probe lie in free clusters, of which an image has nothing
    const image = join(devices.folder, 'two.img');
    expect((await inplace(['build', two, '-o', image])).stderr).toBe('');
    const bytes = readFileSync(image);
    const isFree = (page: number) => bytes.subarray(page * PAGE, (page + 1) * PAGE).every((byte) => byte === 0);
    expect(differingPages(used.file, image).filter((page) => !isFree(page))).toEqual([]);
    expect(differingPages(used.file, fresh.file).filter((page) => !isFree(page))).toEqual([]);
  });

  it.runIf(long && tool('gcc') !== undefined)(
    'is the old media, the new, or unfinished after a kill, and keeps its reports',
    async () => {
      const library = join(devices.folder, 'fault.so');
      const fault = join(import.meta.dirname, '../emit/support/fault.c');
      await execa('gcc', ['-shared', '-fPIC', '-O1', '-o', library, fault, '-ldl']);
      const [old, two] = [project('one', pseudoRandomBytes('a', MIB)), project('two', pseudoRandomBytes('b', MIB))];
      const used = await devices.plugIn('used', SIZE);
      await write(old, used);
      await leaveReportsOnExfat(used.file, reports);
      for (const mode of ['--no-refresh', '--refresh']) {
        const calls = join(devices.folder, 'calls');
        const counted = await copyOf(used, `count${mode}`);
        const counting = { LD_PRELOAD: library, FAULT: `write|${counted.path}|1000000|kill`, FAULT_CALLS: calls };
        await inplace(['write', two, '--to', counted.path, ...flags, mode], { env: counting });
        await devices.detach(counted.path);
        const writes = Number.parseInt(readFileSync(calls, 'utf8'), 10);
        const seen = new Set<string>();
        for (const call of [
          1,
          2,
          3,
          ...[0.2, 0.4, 0.6, 0.8].map((part) => Math.ceil(writes * part)),
          writes - 2,
          writes,
        ]) {
          const stick = await copyOf(used, `killed${mode}-${call}`);
          const env = { LD_PRELOAD: library, FAULT: `write|${stick.path}|${call}|${call % 2 === 0 ? 'tear' : 'kill'}` };
          await inplace(['write', two, '--to', stick.path, ...flags, mode], { env });
          const { findings = [] } = JSON.parse((await inplace(['verify', stick.path, '--json'])).stdout);
          const codes = findings.map(({ code }: { code: string }) => code);
          expect([[], ['VERIFY_UNFINISHED']], `${mode}, write ${call} of ${writes}`).toContainEqual(codes);
          seen.add(codes[0] ?? 'whole');
          expect(await write(two, stick)).toMatchObject({ reports: { putBack: true } });
          expect((await check(stick)).expected).toEqual(['Reports']);
          expect(await reportsOf(stick.file)).toEqual(reports);
          await devices.detach(stick.path);
        }
        expect([...seen]).toContain('VERIFY_UNFINISHED');
      }
    },
  );
});
