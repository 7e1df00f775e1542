/** Loop devices: real block devices, with O_EXCL and O_DIRECT, that stand for sticks. */
import { createHash } from 'node:crypto';
import { closeSync, constants, openSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { build, writeMedia } from '../../src/index.js';
import { canLoop, LoopDevices, readPart } from '../support/loop-devices.js';
import { makeProject, inplace as run } from '../support/project.js';

// seconds on a machine of its own
vi.setConfig({ testTimeout: 600_000, hookTimeout: 600_000 });

const MIB = 1024 * 1024;
const SIZE = 256 * MIB;
const FLAGS = ['--allow-fixed', '--confirm', String(SIZE)];
let devices: LoopDevices;
beforeEach(() => {
  devices = new LoopDevices();
});
afterEach(async () => await devices.remove());

async function inplace(args: readonly string[]) {
  const kept = ['--reports', join(devices.folder, 'kept'), '--receipts', join(devices.folder, 'receipts')];
  return await run([...args, ...(args[0] === 'write' ? kept : [])]);
}

function randomImage(bytes: number): string {
  const path = join(devices.folder, 'random.img');
  const image = Buffer.alloc(bytes);
  for (let at = 0, sum = Buffer.from('seed'); at < bytes; at += 32) {
    sum = createHash('sha256').update(sum).digest();
    sum.copy(image, at);
  }
  writeFileSync(path, image);
  return path;
}

/** What a receipt says of a whole drive. */
function expectReceipt(receipt: Record<string, unknown>, wanted: Record<string, unknown>): void {
  expect(receipt).toMatchObject({ ...wanted, model: expect.stringMatching(/^loop/), sizeBytes: SIZE, mode: 'whole' });
  const { started, finished, writtenBytes, imageBytes, bytesPerSecond, writeSeconds } = receipt;
  expect(Date.parse(finished as string)).toBeGreaterThanOrEqual(Date.parse(started as string));
  expect(imageBytes).toBe(SIZE);
  expect(writtenBytes).toBeLessThan(SIZE / 2);
  const speed = (writtenBytes as number) / Math.max(0.001, writeSeconds as number);
  expect(bytesPerSecond).toBe(Math.round(speed));
}

describe.runIf(canLoop)('write', () => {
  it('an image of any size: every byte is there, and the last MiB of the device is zero', async () => {
    const image = randomImage(3 * MIB + 1000);
    const { path, file } = await devices.plugIn('stick', SIZE);
    const { exitCode, stdout } = await inplace(['write', image, '--to', path, ...FLAGS, '--yes', '--json']);
    expect(exitCode).toBe(0);
    const bytes = readFileSync(image);
    const sum = createHash('sha256').update(bytes).digest('hex');
    const { receipts, warnings } = JSON.parse(stdout);
    expect(receipts).toMatchObject([{ drive: path, sizeBytes: SIZE, imageSha256: sum }]);
    expect(warnings).toMatchObject([{ code: 'IMAGE_NO_DISK', where: { file: image } }]);
    expect(readPart(file, 0, bytes.length).equals(bytes)).toBe(true);
    expect(readPart(file, SIZE - MIB, MIB).every((byte) => byte === 0)).toBe(true);
  });

  it('an image that fills the device to its last byte', async () => {
    const image = randomImage(8 * MIB);
    const { path, file } = await devices.plugIn('stick', 8 * MIB);
    const flags = ['--allow-fixed', '--confirm', String(8 * MIB)];
    expect(await inplace(['write', image, '--to', path, ...flags])).toMatchObject({ exitCode: 0 });
    expect(readFileSync(file).equals(readFileSync(image))).toBe(true);
  });

  it('a definition straight to two devices at once: both verify, fsck.fat agrees, and a third that is wrong is refused', async () => {
    const { definition } = makeProject(join(devices.folder, 'project'));
    const [one, two] = [await devices.plugIn('one', SIZE), await devices.plugIn('two', SIZE)];
    const both = ['--to', one.path, '--to', two.path, ...FLAGS, '--confirm', String(SIZE)];
    const refused = await inplace(['write', definition, ...both, '--to', '/dev/null']);
    expect(refused).toMatchObject({ exitCode: 4 });
    expect(readPart(one.file, 0, 1)[0]).toBe(0xee);
    const { exitCode, stdout } = await inplace(['write', definition, ...both, '--json']);
    expect([exitCode, JSON.parse(stdout).receipts.length]).toEqual([0, 2]);
    const { receipts, warnings } = JSON.parse(stdout);
    expect(warnings).toEqual([]);
    for (const [index, { path }] of [one, two].entries()) {
      const receipt = receipts[index];
      const verified = JSON.parse((await inplace(['verify', path, '--json'])).stdout);
      const { mediaId, contentId } = verified;
      expect(verified.ok).toBe(true);
      expectReceipt(receipt, { drive: path, mediaId, contentId });
      expect(JSON.parse(readFileSync(receipt.file, 'utf8'))).toEqual(receipt);
      const inspected = JSON.parse((await inplace(['inspect', path, '--json'])).stdout);
      expect(inspected).toMatchObject({ kind: 'drive', format: 'fat32', label: 'TEST_MEDIA', media: { mediaId } });
      const partition = await devices.attach(path, '-o', String(MIB), '--sizelimit', String(SIZE - 2 * MIB));
      expect((await execa('fsck.fat', ['-n', partition], { reject: false })).exitCode).toBe(0);
    }
  });

  it('is refused when the media have expired, from the definition and from an image', async () => {
    const yaml = 'validity: { from: 2026-11-01, until: 2027-02-01 }\noutput: { format: hybrid }\n';
    const { definition } = makeProject(join(devices.folder, 'project'), { yaml });
    const image = join(devices.folder, 'image.iso');
    await build(definition, { output: image, today: '2027-02-01' });
    const { path, file } = await devices.plugIn('stick', SIZE);
    const drive = { to: [path], confirm: [String(SIZE)], allowFixed: true };
    const common = { reports: join(devices.folder, 'kept'), nonce: 'n', now: () => new Date(), today: '2027-02-02' };
    for (const source of [definition, image])
      await expect(writeMedia(source, { ...drive, ...common })).rejects.toMatchObject({ code: 'MEDIA_EXPIRED' });
    expect(readPart(file, 0, 1)[0]).toBe(0xee);
  });

  it('is refused when the serial is not confirmed, when the device is in use, and when it holds too little', async () => {
    const image = randomImage(4 * MIB);
    const { path, file } = await devices.plugIn('stick', SIZE);
    const small = await devices.plugIn('small', 3 * MIB);
    const run = async (args: string[]) => (await inplace(['write', image, ...args])).exitCode;
    expect(await run(['--to', path, '--yes', '--allow-fixed'])).toBe(4);
    expect(await run(['--to', path, '--allow-fixed', '--confirm', '1'])).toBe(4);
    expect(await run(['--to', path, '--confirm', String(SIZE)])).toBe(4);
    const holder = openSync(path, constants.O_RDWR | constants.O_EXCL);
    expect(await run(['--to', path, '--allow-fixed', '--confirm', String(SIZE)])).toBe(1);
    closeSync(holder);
    expect(await run(['--to', small.path, '--allow-fixed', '--confirm', String(3 * MIB)])).toBe(4);
    const { definition } = makeProject(join(devices.folder, 'project'));
    const both = ['--to', path, '--to', small.path, '--confirm', String(SIZE), '--confirm', String(3 * MIB)];
    const less = await inplace(['write', definition, ...both, '--allow-fixed']);
    expect([less.exitCode, less.stderr]).toEqual([
      4,
      expect.stringMatching(
        `${small.path}: The drive is not written: the media needs a stick of .*, and this one has 3.0 MiB`,
      ),
    ]);
    expect(readPart(file, 0, 1)[0]).toBe(0xee);
  });
});
