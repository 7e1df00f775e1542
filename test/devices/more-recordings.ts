/** More machines in the shapes of recordings.ts: what is plugged into Windows and a Mac, and storage that is stacked on Linux. */
const GB = 1_000_000_000;

const windowsDisk = (number: number, FriendlyName: string, SerialNumber: string | null, more: object = {}) => ({
  Number: number,
  FriendlyName,
  SerialNumber,
  UniqueId: `id-${number}`,
  Size: 16 * GB,
  BusType: 'USB',
  IsSystem: false,
  IsBoot: false,
  IsReadOnly: false,
  LogicalSectorSize: 512,
  ...more,
});
const windowsPart = (DiskNumber: number, letter: string, more: object = {}) => ({
  DiskNumber,
  PartitionNumber: 1,
  Offset: 1_048_576,
  Size: 15 * GB,
  IsSystem: false,
  IsBoot: false,
  AccessPaths: [`${letter}:\\`, `\\\\?\\Volume{${DiskNumber}}\\`],
  ...more,
});

/**
 * Windows on a RAID, with a storage pool, two sticks of one model, a reader with no card, a locked card, an NVMe disk in a
 * USB box, a disk of 4 KiB sectors and a disk in a folder of C:.
 */
export const WINDOWS_DESK = JSON.stringify({
  disks: [
    windowsDisk(0, 'Intel Raid 1 Volume', 'Volume1', { BusType: 'RAID', IsBoot: true, IsSystem: true, Size: 960 * GB }),
    windowsDisk(1, 'Pool of three', null, { BusType: 16, Size: 8000 * GB }),
    windowsDisk(2, 'Kingston DataTraveler', 'E0D55E1', {}),
    windowsDisk(3, 'Kingston DataTraveler', 'E0D55E2', {}),
    windowsDisk(4, 'Generic STORAGE DEVICE', '000000001206', { Size: 0 }),
    windowsDisk(5, 'SDHC Card', null, { BusType: 'SD', IsReadOnly: true }),
    windowsDisk(6, 'ASMT 2362 NVME', 'AABB', { Size: 1000 * GB }),
    windowsDisk(7, 'Seagate BUP', 'NA8', { Size: 5000 * GB, LogicalSectorSize: 4096 }),
    windowsDisk(8, 'WD Elements', 'WX1', { Size: 500 * GB }),
  ],
  drives: [0, 1, 2, 3, 4, 5, 6, 7, 8].map((Index) => ({
    Index,
    MediaType: Index >= 2 && Index <= 5 ? 'Removable Media' : Index > 5 ? 'External hard disk media' : null,
  })),
  partitions: [
    windowsPart(0, 'C', { IsBoot: true }),
    windowsPart(2, 'E'),
    windowsPart(3, 'F'),
    windowsPart(8, 'D', { AccessPaths: ['C:\\Data\\', '\\\\?\\Volume{8}\\'] }),
  ],
  volumes: [{ Path: '\\\\?\\Volume{2}\\', FileSystem: 'FAT32', FileSystemLabel: 'A', DriveType: 'Removable' }],
  pageFiles: ['C:\\pagefile.sys'],
  systemDrive: 'C:',
});

type Plist = string | number | boolean | readonly Plist[] | { readonly [key: string]: Plist };
function plistOf(value: Plist): string {
  if (typeof value === 'string') return `<string>${value.replaceAll('&', '&amp;')}</string>`;
  if (typeof value === 'number') return `<integer>${value}</integer>`;
  if (typeof value === 'boolean') return value ? '<true/>' : '<false/>';
  if (Array.isArray(value)) return `<array>${value.map(plistOf).join('')}</array>`;
  const entries = Object.entries(value).map(([key, inner]) => `<key>${key}</key>${plistOf(inner)}`);
  return `<dict>${entries.join('')}</dict>`;
}
const plist = (value: Plist) => `<?xml version="1.0" encoding="UTF-8"?><plist version="1.0">${plistOf(value)}</plist>`;

const macInfo = (BusProtocol: string, MediaName: string, more: Record<string, Plist> = {}) =>
  plist({
    BusProtocol,
    MediaName,
    Internal: false,
    Ejectable: true,
    RemovableMedia: true,
    DeviceBlockSize: 512,
    TotalSize: 16 * GB,
    WritableMedia: true,
    ...more,
  });
const fixed = { Ejectable: false, RemovableMedia: false };

/** A Mac whose system is on an external disk, with a card in its own slot, a locked card, an empty reader, a RAID, a disk image, two sticks of one model, another external disk. */
export const MAC_DESK_INFOS = new Map([
  ['disk0', macInfo('Apple Fabric', 'APPLE SSD', { ...fixed, Internal: true, TotalSize: 500 * GB })],
  ['disk2', macInfo('USB', 'T7', { ...fixed, TotalSize: 1000 * GB })],
  ['disk4', macInfo('Secure Digital', 'SD Card Reader', { Internal: true })],
  ['disk5', macInfo('USB', 'Card', { WritableMedia: false })],
  ['disk6', macInfo('USB', 'Reader', { TotalSize: 0 })],
  ['disk7', macInfo('USB', 'WD', { ...fixed, RAIDMember: true })],
  ['disk8', macInfo('Disk Image', 'Disk Image', {})],
  ['disk9', macInfo('USB', 'Ultra', {})],
  ['disk10', macInfo('USB', 'Ultra', {})],
  ['disk11', macInfo('USB', 'T5', { RemovableMedia: false, TotalSize: 500 * GB })],
]);
const whole = [...MAC_DESK_INFOS.keys()];
export const MAC_DESK_LIST = plist({
  AllDisksAndPartitions: [
    ...whole.map((DeviceIdentifier) => ({
      DeviceIdentifier,
      Partitions:
        DeviceIdentifier === 'disk9'
          ? [{ DeviceIdentifier: 'disk9s1', Content: 'DOS_FAT_32', VolumeName: 'A & B', MountPoint: '/Volumes/A & B' }]
          : [],
    })),
    {
      DeviceIdentifier: 'disk3',
      APFSPhysicalStores: [{ DeviceIdentifier: 'disk2s2' }],
      APFSVolumes: [{ DeviceIdentifier: 'disk3s1', MountedSnapshots: [{ SnapshotMountPoint: '/' }] }],
    },
  ],
  WholeDisks: whole,
});

const disk = (name: string, more: object) => ({
  name,
  kname: name,
  path: `/dev/${name}`,
  type: 'disk',
  size: 16 * GB,
  ro: false,
  rm: true,
  hotplug: true,
  tran: 'usb',
  model: 'Ultra',
  serial: name,
  'log-sec': 512,
  mountpoints: [null],
  ...more,
});

/** Sticks that belong to something: a volume group, a multipath, a cache, an opened container, swap, btrfs of the system, a snap. */
export const STACKED = JSON.stringify({
  blockdevices: [
    disk('sda', { fstype: 'LVM2_member' }),
    disk('sdb', { children: [disk('dm-0', { path: '/dev/mapper/mpatha', type: 'mpath' })] }),
    disk('sdc', { children: [disk('sdc1', { type: 'part', fstype: 'bcache' })] }),
    disk('sdd', { children: [disk('dm-1', { path: '/dev/mapper/open', type: 'crypt', mountpoints: ['/media/x'] })] }),
    disk('sde', { children: [disk('sde2', { type: 'part', fstype: 'swap' })] }),
    disk('sdf', { children: [disk('sdf1', { type: 'part', fstype: 'btrfs', mountpoints: ['/home', '/var'] })] }),
    disk('sdg', { children: [disk('sdg1', { type: 'part', fstype: 'isw_raid_member' })] }),
    disk('sdh', { children: [disk('sdh1', { type: 'part', fstype: 'vfat', mountpoints: ['/run/media/ann/A B'] })] }),
    disk('sdi', { children: [disk('dm-2', { path: '/dev/mapper/p1', type: 'dm' })] }),
    disk('loop7', { type: 'loop', tran: null, rm: false, hotplug: false, mountpoints: ['/snap/core/1'] }),
  ],
});
