/** Every drive of every recorded machine against every request, and the command line on machines that change or lie. */
import { chmodSync, existsSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Drive } from '../../src/devices/drive.js';
import { refusals } from '../../src/devices/guard.js';
import { parseLsblk } from '../../src/devices/linux.js';
import { parseDiskutil } from '../../src/devices/macos.js';
import { parseGetDisk } from '../../src/devices/windows.js';
import { canLoop, LoopDevices, readPart, type Stick } from '../support/loop-devices.js';
import { inplace } from '../support/project.js';
import { MAC_DESK_INFOS, MAC_DESK_LIST, STACKED, WINDOWS_DESK } from './more-recordings.js';
import { DESK, LAPTOP, MAC_INFOS, MAC_LIST, SERVER, WINDOWS } from './recordings.js';

// seconds on a machine of its own
vi.setConfig({ testTimeout: 600_000, hookTimeout: 600_000 });

const machines = {
  laptop: parseLsblk(LAPTOP),
  server: parseLsblk(SERVER),
  desk: parseLsblk(DESK),
  mac: parseDiskutil(MAC_LIST, MAC_INFOS),
  windows: parseGetDisk(WINDOWS),
  stacked: parseLsblk(STACKED),
  'desk with a Mac': parseDiskutil(MAC_DESK_LIST, MAC_DESK_INFOS),
  'desk with Windows': parseGetDisk(WINDOWS_DESK),
};
/** `-`: never; `fixed`: with --allow-fixed; `yes` */
const verdicts: Record<keyof typeof machines, string> = {
  laptop: '/dev/nvme0n1 -, /dev/sda yes, /dev/sdb yes',
  server: '/dev/sda -, /dev/sdb -, /dev/sdc -',
  desk: '/dev/sda fixed, /dev/sdb -, /dev/mmcblk0 yes, /dev/sdc -, /dev/sdd -, /dev/sde -, /dev/sdf yes, /dev/sdg fixed',
  mac: '/dev/rdisk0 -, /dev/rdisk4 yes',
  windows: '\\\\.\\PhysicalDrive0 -, \\\\.\\PhysicalDrive1 yes, \\\\.\\PhysicalDrive2 -',
  stacked: `${['a', 'b', 'c', 'd', 'e', 'f', 'g'].map((letter) => `/dev/sd${letter} -`).join(', ')}, /dev/sdh yes, /dev/sdi -, /dev/loop7 -`,
  'desk with a Mac':
    '/dev/rdisk0 fixed, /dev/rdisk2 -, /dev/rdisk4 yes, /dev/rdisk5 -, /dev/rdisk6 -, /dev/rdisk7 -, /dev/rdisk8 fixed, /dev/rdisk9 yes, /dev/rdisk10 yes, /dev/rdisk11 fixed',
  'desk with Windows': ['-', '-', 'yes', 'yes', '-', '-', 'fixed', '-', '-']
    .map((verdict, number) => `\\\\.\\PhysicalDrive${number} ${verdict}`)
    .join(', '),
};
const witnesses = [
  [],
  [{ device: 'C:', mount: 'C:' }],
  [{ device: 'rubbish', mount: '' }],
  [{ device: 'tmpfs', mount: '/' }],
];
const wanted = [undefined, 0, 1];
const kept = [[], ['/home/ann/media.yaml'], ['C:\\media.yaml']];

describe.each(Object.entries(machines))('%s', (name, drives) => {
  it('has the drives it has, and each may be written as the table says', () => {
    const verdict = (drive: Drive) => {
      const ask = (allowFixed: boolean) =>
        refusals(drive, { drives, witnessed: [] }, { files: [], allowFixed }).length === 0;
      return ask(false) ? 'yes' : ask(true) ? 'fixed' : '-';
    };
    const found = drives.map((drive) => `${drive.path} ${verdict(drive)}`).join(', ');
    expect(found).toBe(verdicts[name as keyof typeof machines]);
  });

  it('keeps what is never written from every request, whatever a second witness says', () => {
    const never = verdicts[name as keyof typeof machines]
      .split(', ')
      .flatMap((text) => (text.endsWith(' -') ? text.slice(0, -2) : []));
    let asked = 0;
    for (const drive of drives.filter(({ path }) => never.includes(path))) {
      for (const witnessed of witnesses)
        for (const neededBytes of wanted)
          for (const files of kept)
            for (const allowFixed of [false, true]) {
              const request = { files, allowFixed, ...(neededBytes === undefined ? {} : { neededBytes }) };
              const reasons = refusals(drive, { drives, witnessed }, request);
              expect(reasons.some(({ always }) => always)).toBe(true);
              asked += 1;
            }
    }
    expect(asked).toBe(never.length * witnesses.length * wanted.length * kept.length * 2);
  });
});

const MIB = 1024 * 1024;
const SIZE = 16 * MIB;
const EVERYTHING = ['--yes', '--allow-fixed', '--discard-reports', '--no-refresh', '--json'];

let devices: LoopDevices;
let stick: Stick;
let programs = '';
let image = '';
beforeEach(async () => {
  if (!canLoop) return;
  devices = new LoopDevices();
  stick = await devices.plugIn('stick', SIZE);
  programs = join(devices.folder, 'programs');
  mkdirSync(programs);
  image = join(devices.folder, 'image.img');
  writeFileSync(image, Buffer.alloc(4 * MIB, 7));
});
afterEach(async () => await devices?.remove());

function program(name: string, script: string): void {
  writeFileSync(join(programs, name), `#!/bin/sh\n${script}\n`);
  chmodSync(join(programs, name), 0o755);
}

/** What lsblk says of a loop device as if it were a stick. */
function listed({ path }: Stick, more: Record<string, unknown> = {}): Record<string, unknown> {
  const [, number] = /(\d+)$/.exec(path)!;
  const name = path.slice('/dev/'.length);
  const facts = { name, kname: name, path, type: 'disk', size: SIZE, ro: false, rm: true, hotplug: true, tran: 'usb' };
  return { ...facts, model: 'Ultra', serial: 'S1', 'maj:min': `7:${number}`, 'log-sec': 512, mountpoints: [], ...more };
}

/** An lsblk that says this, and from its second or third call on something else. */
function lsblk(first: readonly unknown[], call = 0, later: readonly unknown[] = [], before = ':'): void {
  const [one, two] = [first, later].map((blockdevices) => JSON.stringify({ blockdevices }));
  const count = `n=$(($(cat ${programs}/calls 2>/dev/null || echo 0) + 1)); echo $n >${programs}/calls`;
  const choose = `if [ ${call} -gt 0 ] && [ $n -ge ${call} ]; then ${before}; echo '${two}'; else echo '${one}'; fi`;
  program('lsblk', `${count}\n${choose}`);
}

async function write(to: string, source = image, serial = 'S1', reports = join(devices.folder, 'kept')) {
  const args = ['write', source, '--to', to, '--confirm', serial, ...EVERYTHING];
  const folders = ['--reports', reports, '--receipts', join(devices.folder, 'receipts')];
  const env = { PATH: `${programs}:${process.env['PATH']}` };
  const { stdout, exitCode } = await inplace([...args, ...folders], { env });
  const findings: { code: string; message: string }[] = JSON.parse(stdout).findings ?? [];
  return { exitCode, said: findings.map(({ code, message }) => `${code} ${message}`).join('\n') };
}

function isUntouched({ file }: Stick): boolean {
  return readPart(file, 0, MIB).equals(Buffer.alloc(MIB, 0xee)) && readPart(file, SIZE - MIB, 1)[0] === 0xee;
}

function link(target: string): string {
  const path = join(devices.folder, 'link');
  rmSync(path, { force: true });
  symlinkSync(target, path);
  return path;
}

describe.runIf(canLoop)('write with every flag', () => {
  it('writes a stick that lsblk lists, when it stays what it is', async () => {
    lsblk([listed(stick)]);
    expect(await write(link(stick.path))).toEqual({ exitCode: 0, said: '' });
    expect(readPart(stick.file, 0, 4 * MIB).equals(readFileSync(image))).toBe(true);
  });

  it('refuses the disk of the system under its own name and behind a link', async () => {
    const on = { name: 'part', path: `${stick.path}p1`, type: 'part', fstype: 'ext4', mountpoints: ['/'] };
    lsblk([listed(stick, { children: [on] })]);
    for (const path of [stick.path, link(stick.path)]) {
      const { exitCode, said } = await write(path);
      expect([exitCode, said]).toEqual([4, expect.stringContaining('"/" of the running system is on it')]);
    }
    expect(isUntouched(stick)).toBe(true);
  });

  it.each([
    ['laptop', LAPTOP, '/dev/nvme0n1', 'S64KNX0T'],
    ['server', SERVER, '/dev/sdc', 'BOOT1'],
  ])('refuses the disk of the system of a %s', async (_, recording, path, serial) => {
    lsblk(JSON.parse(recording).blockdevices);
    for (const name of [path, link(path)]) {
      expect(await write(name, image, serial)).toMatchObject({
        exitCode: 4,
        said: expect.stringMatching(/^DEVICE_REFUSED/),
      });
    }
  });

  it.each([
    ['another serial', { serial: 'S2' }, 'it is not the drive that was shown: serial was "S1" and is "S2"'],
    ['another size', { size: SIZE / 2 }, 'it is not the drive that was shown: sizeBytes'],
    ['the system on it', { mountpoints: ['/'] }, '"/" of the running system is on it'],
    ['swap on it', { fstype: 'swap' }, 'the running system uses it (swap)'],
    ['nothing there', undefined, 'it is not there any more'],
  ])('refuses a drive that is shown, and then has %s', async (_, change, reason) => {
    lsblk([listed(stick)], 2, change ? [listed(stick, change)] : []);
    expect(await write(stick.path)).toMatchObject({ exitCode: 4, said: expect.stringContaining(reason) });
    expect(isUntouched(stick)).toBe(true);
  });

  it('refuses a drive that became another one while it was opened', async () => {
    lsblk([listed(stick)], 3, [listed(stick, { serial: 'S2' })]);
    expect(await write(stick.path)).toMatchObject({ exitCode: 4, said: expect.stringContaining('is "S2"') });
    lsblk([listed(stick, { 'maj:min': '7:99' })]);
    const { said } = await write(stick.path);
    expect(said).toContain('DEVICE_REFUSED It is not the drive that was shown: its number was 7:99');
    expect(isUntouched(stick)).toBe(true);
  });

  it('writes what was shown when a link leads elsewhere by then', async () => {
    const other = await devices.plugIn('other', SIZE);
    const path = link(stick.path);
    const both = [listed(stick), listed(other, { serial: 'S2' })];
    lsblk(both, 2, both, `ln -sfn ${other.path} ${path}`);
    expect(await write(path)).toEqual({ exitCode: 0, said: '' });
    expect(isUntouched(other)).toBe(true);
    expect(readPart(stick.file, 0, 4 * MIB).equals(readFileSync(image))).toBe(true);
  });

  it('refuses the drive that holds the image, the definition or the reports, links followed', async () => {
    lsblk([listed(stick, { mountpoints: [devices.folder] })]);
    for (const source of [image, link(image)]) {
      const { exitCode, said } = await write(stick.path, source);
      expect([exitCode, said]).toEqual([4, expect.stringContaining(`"${image}" is on it`)]);
      expect(said).toContain('kept" is on it');
    }
    expect(isUntouched(stick)).toBe(true);
  });

  it('refuses the drive that would hold the reports, although their folder is not there yet', async () => {
    const there = join(devices.folder, 'mounted');
    mkdirSync(there);
    lsblk([listed(stick, { mountpoints: [there] })]);
    const reports = join(link(there), 'new/kept');
    const { exitCode, said } = await write(stick.path, image, 'S1', reports);
    expect([exitCode, said]).toEqual([4, expect.stringContaining(`"${there}/new/kept" is on it`)]);
    expect(isUntouched(stick)).toBe(true);
  });

  it('refuses a part of it, and the serial of another', async () => {
    const on = { name: 'part', path: '/dev/inplace-part', type: 'part', mountpoints: [] };
    lsblk([listed(stick, { children: [on] })]);
    const part = `DEVICE_REFUSED The drive is not written: it is a part of the drive "${stick.path}": name the whole drive`;
    expect(await write('/dev/inplace-part')).toEqual({ exitCode: 4, said: part });
    const { exitCode, said } = await write(stick.path, image, 'S9');
    expect([exitCode, said]).toEqual([4, expect.stringContaining('"S9" was confirmed, and this is "S1" (Ultra)')]);
    expect(isUntouched(stick)).toBe(true);
  });

  it('unmounts everything that is on it, the innermost first, and is refused where that fails', async () => {
    const on = (path: string, mountpoints: string[]) => ({ name: 'x', path, type: 'part', mountpoints });
    const children = [on('/dev/x1', ['/media/ann/A']), on('/dev/x2', ['/media/ann/A/inner'])];
    lsblk([listed(stick, { children })]);
    program('umount', `echo "$@" >>${programs}/unmounted; echo 'umount: target is busy.' >&2; exit 32`);
    const busy = `DEVICE_BUSY Cannot unmount "/media/ann/A/inner": "umount" failed: umount: target is busy.`;
    expect(await write(stick.path)).toEqual({ exitCode: 1, said: busy });
    expect(isUntouched(stick)).toBe(true);
    program('umount', `echo "$@" >>${programs}/unmounted`);
    expect(await write(stick.path)).toEqual({ exitCode: 0, said: '' });
    const asked = ['-- /media/ann/A/inner', '-- /media/ann/A/inner', '-- /media/ann/A', ''];
    expect(readFileSync(join(programs, 'unmounted'), 'utf8').split('\n')).toEqual(asked);
  });

  it('does not need the second witness, and believes it', async () => {
    lsblk([listed(stick)]);
    program('df', `echo 'Filesystem 1024-blocks Used Available Capacity Mounted on'; echo '${stick.path} 1 1 1 1% /'`);
    const { exitCode, said } = await write(stick.path);
    expect([exitCode, said]).toEqual([4, expect.stringContaining('"/" of the running system is on it')]);
    program('df', 'echo broken >&2; exit 1');
    expect(await write(stick.path)).toEqual({ exitCode: 0, said: '' });
    expect(existsSync(join(devices.folder, 'kept'))).toBe(false);
  });
});
