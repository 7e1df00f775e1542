/** Several drives at once: one reading of the source, and nobody waits for a drive that is slow or fails. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { execa } from 'execa';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { pseudoRandomBytes } from '../../scripts/fixtures/pseudo-random.mjs';
import { canLoop, LoopDevices, readPart, type Stick } from '../support/loop-devices.js';
import { inplace, MAIN } from '../support/project.js';
import { describeWith, long } from '../support/tools.js';

// seconds on a machine of its own
vi.setConfig({ testTimeout: 600_000, hookTimeout: 600_000 });

const MIB = 1024 * 1024;
const SIZE = 56 * MIB;
const IMAGE = 48 * MIB;
const EIO = 5;
/** writes of the marker, the probe and before: what comes behind them is the image */
const BEFORE = 76;

let devices: LoopDevices;
let image = '';
beforeEach(async () => {
  if (!canLoop) return;
  devices = new LoopDevices();
  image = join(devices.folder, 'source.img');
  writeFileSync(image, pseudoRandomBytes('source', IMAGE));
  const source = join(import.meta.dirname, '../emit/support/fault.c');
  await execa('gcc', ['-shared', '-fPIC', '-O1', '-o', join(devices.folder, 'fault.so'), source, '-ldl']);
});
afterEach(async () => await devices?.remove());

async function write(sticks: readonly Stick[], fault: string) {
  const to = sticks.flatMap(({ path }) => ['--to', path, '--confirm', String(SIZE)]);
  const kept = ['--reports', join(devices.folder, 'kept'), '--receipts', join(devices.folder, 'receipts')];
  const calls = join(devices.folder, 'calls');
  const env = { LD_PRELOAD: join(devices.folder, 'fault.so'), FAULT: fault, FAULT_CALLS: calls };
  const args = ['write', image, ...to, '--allow-fixed', '--json', ...kept];
  const { stdout, exitCode } = await inplace(args, { env });
  const [, bytes] = readFileSync(calls, 'utf8').split(' ').map(Number);
  return { exitCode, result: JSON.parse(stdout), bytes: bytes! };
}

function holdsImage({ file }: Stick): boolean {
  return readPart(file, 0, IMAGE).equals(readFileSync(image));
}

const tools = ['gcc', ...(canLoop ? [] : ['losetup as root'])];
describeWith(tools, 'several drives', () => {
  it('are done while a slow one is still written, and it gets everything too', async () => {
    const sticks = [];
    for (const name of ['fast', 'slow', 'other']) sticks.push(await devices.plugIn(name, SIZE));
    const slow = sticks[1]!;
    const { exitCode, result } = await write(sticks, `write|${slow.path}|${BEFORE}|slow600`);
    expect(exitCode).toBe(0);
    expect(sticks.map(holdsImage)).toEqual([true, true, true]);
    const finished = new Map<string, number>();
    for (const { drive, finished: at } of result.receipts) finished.set(drive, Date.parse(at));
    for (const other of [sticks[0]!, sticks[2]!]) {
      expect(finished.get(slow.path)! - finished.get(other.path)!).toBeGreaterThan(1500);
    }
  });

  it('are written although one fails for good, and passing errors stop none', async () => {
    const sticks = [await devices.plugIn('good', SIZE), await devices.plugIn('bad', SIZE)];
    const [good, bad] = [sticks[0]!, sticks[1]!];
    const { exitCode, result } = await write(sticks, `write|${bad.path}|${BEFORE}|${EIO}`);
    expect(exitCode).toBe(1);
    expect(result.receipts.map(({ drive }: { drive: string }) => drive)).toEqual([good.path]);
    expect(result.findings).toMatchObject([{ code: 'SINK_FAILED', where: { file: bad.path } }]);
    expect(holdsImage(good)).toBe(true);
    expect(readPart(bad.file, 0, 19).toString('latin1')).toBe('inplace: unfinished');
    expect((await write([bad], `write|${bad.path}|${BEFORE}|once${EIO}`)).exitCode).toBe(0);
    expect(holdsImage(bad)).toBe(true);
  });

  it('that are stopped end with 130, and say that they are unfinished', async () => {
    const stick = await devices.plugIn('stick', SIZE);
    const args = ['write', image, '--to', stick.path, '--confirm', String(SIZE), '--allow-fixed', '--json'];
    const kept = ['--reports', join(devices.folder, 'kept'), '--receipts', join(devices.folder, 'receipts')];
    const env = { LD_PRELOAD: join(devices.folder, 'fault.so'), FAULT: `write|${stick.path}|${BEFORE}|slow300` };
    const work = execa(process.execPath, [MAIN, ...args, ...kept], { env, reject: false, stdin: 'ignore' });
    const inside = readPart(image, 2 * MIB, 8);
    while (!readPart(stick.file, 2 * MIB, 8).equals(inside)) await sleep(20);
    work.kill('SIGINT');
    const { stdout, exitCode } = await work;
    expect([exitCode, JSON.parse(stdout).findings]).toMatchObject([130, [{ code: 'INTERRUPTED' }]]);
    expect(readPart(stick.file, 0, 19).toString('latin1')).toBe('inplace: unfinished');
    for (const command of ['verify', 'inspect']) {
      const said = await inplace([command, stick.path]);
      expect([said.exitCode, said.stdout + said.stderr]).toEqual([
        command === 'verify' ? 3 : 0,
        expect.stringMatching(/unfinished: writing it was begun and never ended/i),
      ]);
    }
  });

  it(`of equal speed, ${long ? 8 : 3} of them, read the source less than twice`, async () => {
    const sticks = [];
    for (let i = 0; i < (long ? 8 : 3); i++) sticks.push(await devices.plugIn(`stick-${i}`, SIZE));
    const { exitCode, bytes } = await write(sticks, 'read|source.img|1000000|kill');
    expect(exitCode).toBe(0);
    expect(sticks.every(holdsImage)).toBe(true);
    expect(bytes).toBeGreaterThanOrEqual(IMAGE);
    expect(bytes).toBeLessThan(2 * IMAGE);
  });
});
