/** Sticks that were used: reports on them are never lost, and newer media costs no more writing than it differs. */
import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { parentsOf } from '../../src/content/parents.js';
import { canLoop, LoopDevices, readPart, type Stick } from '../support/loop-devices.js';
import { inplace, makeProject } from '../support/project.js';

// seconds on a machine of its own
vi.setConfig({ testTimeout: 600_000, hookTimeout: 600_000 });

const MIB = 1024 * 1024;
const SIZE = 256 * MIB;
const PACKAGES = 'packages:\n  - { id: DATA, kind: files, source: data }\n';
/** what may be written beside the bytes that differ: both ends, FATs, folders, the manifest and media.json */
const METADATA = 256 * 1024;

let devices: LoopDevices;
let flags: string[] = [];
beforeEach(() => {
  devices = new LoopDevices();
  flags = ['--allow-fixed', '--confirm', String(SIZE), '--json'];
  flags.push('--reports', join(devices.folder, 'kept'), '--receipts', join(devices.folder, 'receipts'));
});
afterEach(async () => await devices.remove());

function bytesOf(seed: string, length: number): Buffer {
  const bytes = Buffer.alloc(length);
  for (let at = 0, sum = Buffer.from(seed); at < length; at += 32) {
    sum = createHash('sha256').update(sum).digest();
    sum.copy(bytes, at);
  }
  return bytes;
}

function project(name: string, data: Readonly<Record<string, Uint8Array>>): string {
  const files = Object.fromEntries(Object.entries(data).map(([path, bytes]) => [`data/${path}`, bytes]));
  return makeProject(join(devices.folder, name), { yaml: PACKAGES, files }).definition;
}

async function write(definition: string, { path }: Stick, ...more: string[]) {
  const { stdout, stderr, exitCode } = await inplace(['write', definition, '--to', path, ...flags, ...more]);
  return { exitCode, stderr, result: JSON.parse(stdout), receipt: JSON.parse(stdout).receipts?.[0] };
}

/** As a machine in the field would: files in folders of /Reports. mtools take no loop device, but what it is made of. */
async function leaveReports({ path, file }: Stick, files: Readonly<Record<string, Uint8Array>>): Promise<void> {
  for (const folder of [...parentsOf(Object.keys(files))].sort()) {
    await execa('mmd', ['-i', `${file}@@1M`, `::Reports/${folder}`]);
  }
  for (const [name, bytes] of Object.entries(files)) {
    await execa('mcopy', ['-i', `${file}@@1M`, '-', `::Reports/${name}`], { input: bytes });
  }
  await execa('blockdev', ['--flushbufs', path]);
}

async function reportsOn({ file }: Stick, names: readonly string[]): Promise<Buffer[]> {
  const read = (name: string) =>
    execa('mcopy', ['-i', `${file}@@1M`, `::Reports/${name}`, '-'], {
      encoding: 'buffer',
      reject: false,
      stripFinalNewline: false,
    });
  const results: Buffer[] = [];
  for (const name of names) results.push(Buffer.from((await read(name)).stdout));
  return results;
}

/** The volume of a fresh stick, by its boot sector and FSInfo (fatgen103). */
function geometry({ file }: Stick) {
  const sector = readPart(file, MIB, 512);
  const reserved = sector.readUInt16LE(14) * 512;
  const clusterBytes = sector[13]! * 512;
  const dataStart = MIB + reserved + 2 * sector.readUInt32LE(36) * 512;
  const nextFree = readPart(file, MIB + 512, 512).readUInt32LE(492);
  return { dataStart, clusterBytes, usedEnd: dataStart + (nextFree - 2) * clusterBytes };
}

/** Clusters of a fresh stick that another does not have so; all in front of them but FSInfo and FATs is the same. */
function differingClusters(stick: Stick, fresh: Stick): number[] {
  const { dataStart, clusterBytes, usedEnd } = geometry(fresh);
  const [a, b] = [readPart(stick.file, 0, usedEnd), readPart(fresh.file, 0, usedEnd)];
  expect(a.subarray(0, MIB + 512).equals(b.subarray(0, MIB + 512))).toBe(true);
  expect(readPart(stick.file, SIZE - MIB, MIB).equals(readPart(fresh.file, SIZE - MIB, MIB))).toBe(true);
  const clusters: number[] = [];
  for (let at = dataStart; at < usedEnd; at += clusterBytes) {
    if (a.subarray(at, at + clusterBytes).equals(b.subarray(at, at + clusterBytes))) continue;
    clusters.push((at - dataStart) / clusterBytes + 2);
  }
  return clusters;
}

/** The first cluster of /Reports, by mtools. */
async function clusterOfReports({ file }: Stick): Promise<number> {
  const { stdout } = await execa('mshowfat', ['-i', `${file}@@1M`, '::Reports']);
  return Number(/<(\d+)/.exec(stdout)![1]);
}

async function check({ path }: Stick): Promise<void> {
  const { stdout } = await inplace(['verify', path, '--json']);
  expect(JSON.parse(stdout).findings ?? []).toEqual([]);
  const partition = await devices.attach(path, '-o', String(MIB), '--sizelimit', String(SIZE - 2 * MIB));
  expect(await execa('fsck.fat', ['-n', partition], { reject: false })).toMatchObject({ exitCode: 0 });
  await devices.detach(partition);
}

const REPORTS = {
  'PC-1-SERIAL/run 2026/status.jsonl': bytesOf('status', 70_001),
  'PC-1-SERIAL/run 2026/a very long name of a log file.log': bytesOf('log', 3),
  'PC-2/empty.txt': new Uint8Array(0),
};

describe.runIf(canLoop)('write on a stick that was used', () => {
  it('keeps its reports on this computer and puts them back, with all of the rest as fresh', async () => {
    const stick = await devices.plugIn('stick', SIZE);
    const fresh = await devices.plugIn('fresh', SIZE);
    await write(project('one', { 'a.bin': bytesOf('a', 5 * MIB) }), stick);
    await leaveReports(stick, REPORTS);
    const two = project('two', { 'b.bin': bytesOf('b', 3 * MIB) });
    const { receipt } = await write(two, stick, '--no-refresh');
    expect(receipt).toMatchObject({ mode: 'whole', reports: { files: 3, putBack: true } });
    const kept = receipt.reports.folder;
    const names = Object.keys(REPORTS);
    expect(names.map((name) => readFileSync(join(kept, 'Reports', name)))).toEqual(
      Object.values(REPORTS).map(Buffer.from),
    );
    expect(await reportsOn(stick, names)).toEqual(Object.values(REPORTS).map(Buffer.from));
    await check(stick);
    expect(JSON.parse(readFileSync(receipt.file, 'utf8'))).toEqual(receipt);
    await write(two, fresh);
    expect(differingClusters(stick, fresh)).toEqual([await clusterOfReports(stick)]);
  });

  it('is refused while reports cannot be copied, unless they are given up', async () => {
    const stick = await devices.plugIn('stick', SIZE);
    const definition = project('one', { 'a.bin': bytesOf('a', MIB) });
    await write(definition, stick);
    await leaveReports(stick, { 'PC-2/x': Buffer.from('x') });
    const before = readPart(stick.file, 0, 8 * MIB);
    writeFileSync(join(devices.folder, 'kept'), 'a file where the folder should be');
    const refused = await write(definition, stick);
    expect(refused).toMatchObject({ exitCode: 4, result: { findings: [{ code: 'DEVICE_REPORTS' }] } });
    expect(readPart(stick.file, 0, 8 * MIB).equals(before)).toBe(true);
    // a FAT that leads nowhere: nobody can say what the reports were
    await execa('dd', ['if=/dev/urandom', `of=${stick.path}`, 'bs=1M', 'seek=1', 'count=1', 'conv=notrunc,fsync']);
    expect((await write(definition, stick)).result.findings).toMatchObject([{ code: 'DEVICE_REPORTS' }]);
    expect((await write(definition, stick, '--discard-reports')).exitCode).toBe(0);
    await check(stick);
  });
});

describe.runIf(canLoop)('refresh', () => {
  it('writes what differs: nothing, a package of the same clusters, the last package', async () => {
    const [stick, fresh] = [await devices.plugIn('stick', SIZE), await devices.plugIn('fresh', SIZE)];
    const data = { 'a.bin': bytesOf('a', 9 * MIB), 'z.bin': bytesOf('z', 4 * MIB + 5) };
    const one = project('one', data);
    await write(one, stick);
    // free clusters are neither compared nor written: what stands there stays
    const free = SIZE - 8 * MIB;
    await execa('dd', [`of=${stick.path}`, 'bs=1M', `seek=${free / MIB}`, 'conv=notrunc,fsync'], {
      input: bytesOf('free', MIB),
    });
    expect((await write(one, stick)).receipt).toMatchObject({ mode: 'refresh', writtenBytes: 0 });
    const changes = [
      { ...data, 'a.bin': bytesOf('new', 9 * MIB - 100) },
      { ...data, 'a.bin': bytesOf('new', 9 * MIB - 100), 'z.bin': bytesOf('more', 6 * MIB) },
    ];
    const differ = [9 * MIB, 6 * MIB];
    for (const [index, change] of changes.entries()) {
      const definition = project(`new ${index}`, change);
      // half of the media and more is new in the first round: it would be written whole
      const { receipt } = await write(definition, stick, ...(index === 0 ? ['--refresh'] : []));
      expect(receipt.mode).toBe('refresh');
      expect(receipt.writtenBytes).toBeLessThanOrEqual(1.1 * differ[index]! + METADATA);
      await check(stick);
      await write(definition, fresh, '--no-refresh');
      expect(differingClusters(stick, fresh)).toEqual([]);
    }
    expect(readPart(stick.file, free, MIB).equals(bytesOf('free', MIB))).toBe(true);
  });

  it('keeps reports too, and says how much differs before it starts', async () => {
    const stick = await devices.plugIn('stick', SIZE);
    await write(project('one', { 'a.bin': bytesOf('a', 5 * MIB) }), stick);
    await leaveReports(stick, REPORTS);
    const events = flags.map((flag) => (flag === '--json' ? '--events' : flag));
    const args = ['write', project('two', { 'a.bin': bytesOf('b', 5 * MIB) }), '--to', stick.path, ...events];
    const { stderr } = await inplace([...args, '--refresh']);
    const seen = stderr.split('\n').filter((line) => /"(reports|refresh|progress)"/.test(line));
    const order = seen.map((line) => JSON.parse(line)).map(({ event, phase }) => phase ?? event);
    expect(order.filter((name, at) => order.indexOf(name) === at)).toEqual([
      'reports',
      'read',
      'refresh',
      'write',
      'verify',
    ]);
    expect(await reportsOn(stick, Object.keys(REPORTS))).toEqual(Object.values(REPORTS).map(Buffer.from));
    await check(stick);
  });
});
