import { mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Drive } from '../../src/devices/drive.js';
import { linuxNumber, OpenDrive } from '../../src/devices/open-drive.js';
import { probeCapacity, stampAddresses } from '../../src/devices/probe.js';
import { isUnfinished } from '../../src/devices/unfinished.js';
import { writeDrive } from '../../src/devices/write-drive.js';

const MIB = 1024 * 1024;
const SIZE = 64 * MIB;
let folder = '';
let path = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'inplace-parts-'));
  path = join(folder, 'drive');
  writeFileSync(path, '');
  truncateSync(path, SIZE);
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const drive = (): Drive => ({
  path,
  aliases: [],
  model: 'file',
  sizeBytes: SIZE,
  sectorBytes: 512,
  bus: 'usb',
  removable: true,
  readOnly: false,
  systemUses: [],
  heldBy: [],
  volumes: [],
});

/** Changes where or whether the bytes of a drive that is open arrive. */
async function lying(
  put: (bytes: Uint8Array, at: number, write: OpenDrive['write']) => Promise<void>,
): Promise<OpenDrive> {
  const open = await OpenDrive.open(drive(), 'none');
  const write = open.write.bind(open);
  open.write = (bytes, at) => put(bytes, at, write);
  return open;
}

describe('the probe', () => {
  it('covers both ends and every power of two between them', () => {
    const addresses = stampAddresses(MIB, SIZE - MIB);
    expect(addresses[0]).toBe(MIB);
    expect(addresses.at(-1)).toBe(SIZE - MIB - 4096);
    expect(addresses).toEqual(expect.arrayContaining([2 * MIB, 4 * MIB, 32 * MIB]));
    expect(addresses.every((address) => address % 4096 === 0)).toBe(true);
  });

  it('finds a drive that wraps around, and one that drops what it has no room for', async () => {
    for (const real of [8 * MIB, 32 * MIB, 60 * MIB]) {
      const wraps = await lying((bytes, at, write) => write(bytes, at % real));
      await expect(probeCapacity(wraps, MIB, SIZE - MIB, 'n')).rejects.toMatchObject({ code: 'DEVICE_FAKE' });
      await wraps.close();
      const drops = await lying(async (bytes, at, write) => (at < real ? await write(bytes, at) : undefined));
      await expect(probeCapacity(drops, MIB, SIZE - MIB, 'n')).rejects.toMatchObject({ code: 'DEVICE_FAKE' });
      await drops.close();
    }
    const honest = await lying((bytes, at, write) => write(bytes, at));
    await probeCapacity(honest, MIB, SIZE - MIB, 'm');
    await honest.close();
  });
});

describe('one drive', () => {
  it('that is a fake says that it is unfinished, although its addresses wrap around onto the marker', async () => {
    const wraps = await lying((bytes, at, write) => write(bytes, at % (8 * MIB)));
    const written = writeDrive(wraps, { nonce: 'n', fill: () => Promise.resolve() });
    await expect(written).rejects.toMatchObject({ code: 'DEVICE_FAKE' });
    await wraps.close();
    expect(isUnfinished(readFileSync(path))).toBe(true);
  });

  it('says DEVICE_DIFFERS when its ends are not those that were written, and stays unfinished when filling fails', async () => {
    const forgets = await lying(async (bytes, at, write) => (bytes[0] === 7 ? undefined : await write(bytes, at)));
    const sevens = async (sink: { edges: SharedArrayBuffer }) => void new Uint8Array(sink.edges).fill(7);
    await expect(writeDrive(forgets, { nonce: 'n', fill: sevens })).rejects.toMatchObject({ code: 'DEVICE_DIFFERS' });
    await forgets.close();
    const open = await OpenDrive.open(drive(), 'none');
    const fails = async () => Promise.reject(new Error('the source failed'));
    await expect(writeDrive(open, { nonce: 'n', fill: fails })).rejects.toThrow('the source failed');
    await open.close();
    expect(isUnfinished(readFileSync(path))).toBe(true);
  });

  it('is DEVICE_REMOVED when it is gone, whatever the error says', async () => {
    const open = await OpenDrive.open(drive(), 'none');
    rmSync(path);
    const full = Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' });
    expect((await open.explain(full)).code).toBe('DEVICE_REMOVED');
    await open.close();
    await expect(OpenDrive.open(drive(), 'none')).rejects.toMatchObject({ code: 'DEVICE_BUSY' });
  });

  it('is refused when the device under its path has another number', async () => {
    await expect(OpenDrive.open({ ...drive(), number: '8:16' }, 'none')).rejects.toMatchObject({
      code: 'DEVICE_REFUSED',
    });
  });
});

it('reads device numbers as Linux packs them', () => {
  expect([linuxNumber(0x810), linuxNumber(0x10300), linuxNumber(0x100800)]).toEqual(['8:16', '259:0', '8:256']);
});
