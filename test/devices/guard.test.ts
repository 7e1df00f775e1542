import { describe, expect, it } from 'vitest';
import { type Drive, findDrive, type Listing } from '../../src/devices/drive.js';
import { confirmationOf, type GuardRequest, identityRefusals, refusals } from '../../src/devices/guard.js';
import { parseLsblk } from '../../src/devices/linux.js';
import { listDrives } from '../../src/devices/list.js';
import { parseDiskutil, wholeDisks } from '../../src/devices/macos.js';
import { parseGetDisk } from '../../src/devices/windows.js';
import { DESK, LAPTOP, MAC_INFOS, MAC_LIST, SERVER, WINDOWS } from './recordings.js';

const listing = (drives: readonly Drive[], witnessed: Listing['witnessed'] = []): Listing => ({ drives, witnessed });
const machines = {
  laptop: listing(parseLsblk(LAPTOP)),
  server: listing(parseLsblk(SERVER)),
  desk: listing(parseLsblk(DESK)),
  mac: listing(parseDiskutil(MAC_LIST, MAC_INFOS)),
  windows: listing(parseGetDisk(WINDOWS)),
};
const request: GuardRequest = { files: [], allowFixed: false };
const everything: GuardRequest = { files: [], allowFixed: true, neededBytes: 1 };

function reasons(machine: keyof typeof machines, path: string, asked: GuardRequest = request): string[] {
  const drive = findDrive(machines[machine], path);
  if (!drive) throw new Error(`${path} is not listed`);
  return refusals(drive, machines[machine], asked).map(({ reason }) => reason);
}

describe('the drives that the system needs are refused with every flag given', () => {
  it.each([
    ['laptop', '/dev/nvme0n1', '"/" of the running system is on it'],
    ['laptop', '/dev/nvme0n1', 'the running system uses it (swap)'],
    ['laptop', '/dev/nvme0n1', 'it belongs to something larger (lvm dm-1)'],
    ['server', '/dev/sdc', '"/" of the running system is on it'],
    ['server', '/dev/sda', '"/srv" of the running system is on it'],
    ['server', '/dev/sdb', 'it belongs to something larger (linux_raid_member)'],
    ['desk', '/dev/sde', 'it belongs to something larger (zfs_member)'],
    ['mac', 'disk0', '"/" of the running system is on it'],
    ['mac', '/dev/disk0', '"/System/Volumes/VM" of the running system is on it'],
    ['windows', '\\\\.\\physicaldrive0', '"C:\\" of the running system is on it'],
    ['windows', '\\\\.\\PhysicalDrive0', 'the running system uses it (IsBoot)'],
    ['windows', '\\\\.\\PhysicalDrive2', 'the running system uses it (D: of the system)'],
  ] as const)('%s %s: %s', (machine, path, reason) => {
    expect(reasons(machine, path, everything)).toContain(reason);
  });
});

describe('what cannot be written is refused with every flag given', () => {
  it.each([
    ['/dev/sdb', 'there is no medium in it'],
    ['/dev/sdc', 'it is read-only'],
    ['/dev/sdd', 'its sectors have 4096 bytes, expected 512'],
  ])('%s: %s', (path, reason) => expect(reasons('desk', path, everything)).toEqual([reason]));

  it('refuses a drive that is too small', () => {
    expect(reasons('laptop', '/dev/sdb', { ...everything, neededBytes: 16_008_609_793 })).toHaveLength(1);
    expect(reasons('laptop', '/dev/sdb', { ...everything, neededBytes: 16_008_609_792 })).toEqual([]);
  });

  it.each([
    ['laptop', '/dev/sda', '/media/ann/OLD/windows.iso'],
    ['laptop', '/dev/sda', '/dev/sda1'],
    ['mac', '/dev/rdisk4', '/Volumes/A & B/media.yaml'],
    ['windows', '\\\\.\\PhysicalDrive1', 'e:\\media.yaml'],
  ] as const)('%s %s: an input on it', (machine, path, file) => {
    expect(reasons(machine, path, { ...everything, files: [file] })).toEqual([`"${file}" is on it`]);
  });
});

describe('what is no stick needs --allow-fixed', () => {
  it('refuses what is not removable, and a bus of another kind', () => {
    const found = refusals({ ...machines.laptop.drives[1]!, removable: false, bus: 'sata' }, machines.laptop, request);
    expect(found.map(({ always }) => always)).toEqual([false, false]);
  });
  it('refuses a disk in a USB box, which can be unplugged all the same', () => {
    expect(reasons('desk', '/dev/sda')).toEqual(['it is not removable; --allow-fixed takes it all the same']);
    expect(reasons('desk', '/dev/sda', everything)).toEqual([]);
  });
  it('refuses more than 2 TiB', () => {
    expect(reasons('desk', '/dev/sdg')).toHaveLength(2);
    expect(reasons('desk', '/dev/sdg', everything)).toEqual([]);
  });
});

it.each([
  ['laptop', '/dev/sda'],
  ['laptop', '/dev/sdb'],
  ['desk', '/dev/mmcblk0'],
  ['desk', '/dev/sdf'],
  ['mac', '/dev/rdisk4'],
  ['windows', '\\\\.\\PhysicalDrive1'],
] as const)('%s %s may be written', (machine, path) => {
  expect(reasons(machine, path)).toEqual([]);
});

describe('the second witness', () => {
  const { drives } = machines.laptop;
  it('is believed when it calls a partition mounted at a system path', () => {
    const told = listing(drives, [{ device: '/dev/sdb1', mount: '/var' }]);
    expect(refusals(drives[2]!, told, everything).map(({ reason }) => reason)).toEqual([
      '"/var" of the running system is on it',
    ]);
  });
  it('does not mistake sdb for sdba', () => {
    expect(refusals(drives[2]!, listing(drives, [{ device: '/dev/sdba1', mount: '/' }]), everything)).toEqual([]);
  });
});

describe('the drive that was shown', () => {
  const [, first, second] = machines.laptop.drives as [Drive, Drive, Drive];
  const changed = (drives: Drive[]) => identityRefusals(first, listing(drives)).map(({ reason }) => reason);
  it('is the same', () => expect(changed([first, second])).toEqual([]));
  it('is gone', () => expect(changed([second])).toEqual(['it is not there any more']));
  it('became another of the same model', () => {
    expect(changed([{ ...second, path: '/dev/sda', number: first.number! }])).toEqual([
      'it is not the drive that was shown: serial was "4C530001" and is "4C530002"',
    ]);
  });
  it('became smaller', () => expect(changed([{ ...first, sizeBytes: 1 }])).toHaveLength(1));
});

it('confirms with the serial, or with the size where there is none', () => {
  const [box] = machines.desk.drives;
  expect(confirmationOf(box!)).toBe('BOX1');
  expect(confirmationOf(findDrive(machines.desk, '/dev/sdf')!)).toBe('16008609792');
});

describe('listings', () => {
  it('of macOS name every whole disk, and read entities', () => {
    expect(wholeDisks(MAC_LIST)).toEqual(['disk0', 'disk3', 'disk4']);
    expect(machines.mac.drives.map(({ path, model, bus }) => [path, model, bus])).toEqual([
      ['/dev/rdisk0', 'APPLE SSD', 'nvme'],
      ['/dev/rdisk4', 'Ultra', 'usb'],
    ]);
  });
  it('of Windows join disks, partitions and volumes', () => {
    expect(machines.windows.drives[1]).toMatchObject({
      serial: '4C530001',
      bus: 'usb',
      removable: true,
      volumes: [{ name: 'Partition 1', offset: 1_048_576, fileSystem: 'FAT32', label: 'OLD', mounts: ['E:\\'] }],
    });
  });
  it('of Linux count offsets in 512 bytes and leave optical drives out', () => {
    expect(machines.laptop.drives[1]!.volumes[0]).toMatchObject({ name: '/dev/sda1', offset: 1_048_576, label: 'OLD' });
    expect(findDrive(machines.desk, '/dev/sr0')).toBeUndefined();
  });
  it.each(['', '{', 'null', '[]', '{"blockdevices":7}', '{"blockdevices":[null,3,"x"]}'])('of rubbish: %j', (text) => {
    for (const parse of [parseLsblk, parseGetDisk]) {
      try {
        for (const drive of parse(text)) expect(refusals(drive, listing([drive]), everything)).not.toEqual([]);
      } catch (error) {
        expect(error).toBeInstanceOf(SyntaxError);
      }
    }
  });
});

it('says so on a system whose drives are not known', async () => {
  await expect(listDrives('aix')).rejects.toMatchObject({ code: 'DEVICE_PROGRAM' });
});
