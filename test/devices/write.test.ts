/** Loop devices: real block devices, with O_EXCL and O_DIRECT, that stand for sticks. */
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  closeSync,
  constants,
  ftruncateSync,
  mkdtempSync,
  openSync,
  readFileSync,
  readSync,
  rmSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { inplace, MAIN, makeProject } from '../support/project.js';

const MIB = 1024 * 1024;
const SIZE = 256 * MIB;
const FLAGS = ['--allow-fixed', '--confirm', String(SIZE)];
const canLoop = process.platform === 'linux' && spawnSync('losetup', ['-f']).status === 0;
if (!canLoop) console.log('skipped: writing loop devices needs root and losetup');

let folder = '';
let loops: string[] = [];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'inplace-devices-'));
});
afterEach(async () => {
  for (const loop of loops) await execa('losetup', ['-d', loop], { reject: false });
  loops = [];
  rmSync(folder, { recursive: true, force: true });
});

/** A device full of an old GPT and El Torito, or so: nothing of it may survive at the ends. */
async function plugIn(name: string, size = SIZE): Promise<{ path: string; file: string }> {
  const file = join(folder, name);
  const descriptor = openSync(file, 'w');
  ftruncateSync(descriptor, size);
  const old = Buffer.alloc(MIB, 0xee);
  writeSync(descriptor, old, 0, MIB, 0);
  writeSync(descriptor, old, 0, MIB, size - MIB);
  closeSync(descriptor);
  const { stdout } = await execa('losetup', ['-f', '--show', file]);
  loops.push(stdout);
  return { path: stdout, file };
}

function randomImage(bytes: number): string {
  const path = join(folder, 'random.img');
  const image = Buffer.alloc(bytes);
  for (let at = 0, sum = Buffer.from('seed'); at < bytes; at += 32) {
    sum = createHash('sha256').update(sum).digest();
    sum.copy(image, at);
  }
  writeFileSync(path, image);
  return path;
}

/** Runs the command and kills it at once, or some time (ms) after it has said that it writes. */
async function killedAfter(args: string[], delay: number): Promise<void> {
  const child = spawn(process.execPath, [MAIN, ...args], { stdio: ['ignore', 'ignore', 'pipe'] });
  const ended = new Promise((resolve) => child.once('exit', resolve));
  const kill = () => setTimeout(() => child.kill('SIGKILL'), Math.max(0, delay));
  if (delay < 0) kill();
  else child.stderr.once('data', kill);
  await ended;
}

function readPart(path: string, from: number, length: number): Buffer {
  const [bytes, descriptor] = [Buffer.alloc(length), openSync(path, 'r')];
  readSync(descriptor, bytes, 0, length, from);
  closeSync(descriptor);
  return bytes;
}

describe.runIf(canLoop)('write', () => {
  it('an image of any size: every byte is there, and the last MiB of the device is zero', async () => {
    const image = randomImage(3 * MIB + 1000);
    const { path, file } = await plugIn('stick');
    const { exitCode, stdout } = await inplace(['write', image, '--to', path, ...FLAGS, '--yes', '--json']);
    expect(exitCode).toBe(0);
    const bytes = readFileSync(image);
    const sum = createHash('sha256').update(bytes).digest('hex');
    expect(JSON.parse(stdout).receipts).toMatchObject([{ drive: path, sizeBytes: SIZE, imageSha256: sum }]);
    expect(readPart(file, 0, bytes.length).equals(bytes)).toBe(true);
    expect(readPart(file, SIZE - MIB, MIB).every((byte) => byte === 0)).toBe(true);
  });

  it('an image that fills the device to its last byte', async () => {
    const image = randomImage(8 * MIB);
    const { path, file } = await plugIn('stick', 8 * MIB);
    const flags = ['--allow-fixed', '--confirm', String(8 * MIB)];
    expect(await inplace(['write', image, '--to', path, ...flags])).toMatchObject({ exitCode: 0 });
    expect(readFileSync(file).equals(readFileSync(image))).toBe(true);
  });

  it('a definition straight to two devices at once: both verify, fsck.fat agrees, and a third that is wrong is refused', async () => {
    const { definition } = makeProject(join(folder, 'project'));
    const [one, two] = [await plugIn('one'), await plugIn('two')];
    const both = ['--to', one.path, '--to', two.path, ...FLAGS, '--confirm', String(SIZE)];
    const refused = await inplace(['write', definition, ...both, '--to', '/dev/null']);
    expect(refused).toMatchObject({ exitCode: 4 });
    expect(readPart(one.file, 0, 1)[0]).toBe(0xee);
    const { exitCode, stdout } = await inplace(['write', definition, ...both, '--json']);
    expect([exitCode, JSON.parse(stdout).receipts.length]).toEqual([0, 2]);
    const { contentId } = JSON.parse(stdout).receipts[0];
    for (const { path } of [one, two]) {
      const verified = await inplace(['verify', path, '--json']);
      expect(JSON.parse(verified.stdout)).toMatchObject({ ok: true, contentId });
      const partition = (
        await execa('losetup', ['-f', '--show', '-o', String(MIB), '--sizelimit', String(SIZE - 2 * MIB), path])
      ).stdout;
      loops.unshift(partition);
      expect((await execa('fsck.fat', ['-n', partition], { reject: false })).exitCode).toBe(0);
    }
  });

  it('is refused when the serial is not confirmed, when the device is in use, and when it holds too little', async () => {
    const image = randomImage(4 * MIB);
    const { path, file } = await plugIn('stick');
    const small = await plugIn('small', 3 * MIB);
    const run = async (args: string[]) => (await inplace(['write', image, ...args])).exitCode;
    expect(await run(['--to', path, '--yes', '--allow-fixed'])).toBe(4);
    expect(await run(['--to', path, '--allow-fixed', '--confirm', '1'])).toBe(4);
    expect(await run(['--to', path, '--confirm', String(SIZE)])).toBe(4);
    const holder = openSync(path, constants.O_RDWR | constants.O_EXCL);
    expect(await run(['--to', path, '--allow-fixed', '--confirm', String(SIZE)])).toBe(1);
    closeSync(holder);
    expect(await run(['--to', small.path, '--allow-fixed', '--confirm', String(3 * MIB)])).toBe(4);
    expect(readPart(file, 0, 1)[0]).toBe(0xee);
  });

  it('killed at any point leaves the old start, or "unfinished"; a second write mends it', async () => {
    const image = randomImage(96 * MIB);
    const { path, file } = await plugIn('stick');
    const bytes = readFileSync(image);
    const seen = new Set<string>();
    // ms after the first byte was reported, or before anything was
    const moments = process.env['INPLACE_LONG'] ? Array.from({ length: 30 }, (_, i) => 20 * i - 20) : [-1, 0];
    for (const delay of moments) {
      await killedAfter(['write', image, '--to', path, ...FLAGS, '--events'], delay);
      const head = readPart(file, 0, 512);
      const state =
        head[0] === 0xee ? 'old' : head.equals(bytes.subarray(0, 512)) ? 'new' : head.toString('latin1', 0, 19);
      seen.add(state);
      expect(['old', 'new', 'inplace: unfinished']).toContain(state);
      if (state === 'new') expect(readPart(file, 0, bytes.length).equals(bytes)).toBe(true);
      const verified = await inplace(['verify', path, '--json']);
      const unfinished = verified.stdout.includes('VERIFY_UNFINISHED');
      expect(unfinished).toBe(state === 'inplace: unfinished');
    }
    expect(await inplace(['write', image, '--to', path, ...FLAGS])).toMatchObject({ exitCode: 0 });
    expect(readPart(file, 0, bytes.length).equals(bytes)).toBe(true);
    expect([...seen]).toEqual(expect.arrayContaining(['old', 'inplace: unfinished']));
  });
});
