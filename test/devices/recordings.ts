/**
 * Listings as the systems print them: the shape of lsblk from util-linux 2.38 (run here), of diskutil and Get-Disk after
 * their documentation; models and sizes are of the kinds of machine that go wrong.
 */
const lsblk = (blockdevices: unknown[]) => JSON.stringify({ blockdevices });
const disk = (name: string, more: Record<string, unknown>) => ({
  name,
  kname: name,
  path: `/dev/${name}`,
  type: 'disk',
  size: 16_008_609_792,
  ro: false,
  rm: false,
  hotplug: false,
  tran: null,
  vendor: null,
  model: null,
  serial: null,
  'maj:min': '8:0',
  'log-sec': 512,
  fstype: null,
  label: null,
  start: null,
  mountpoints: [null],
  ...more,
});
const part = (name: string, more: Record<string, unknown>) => disk(name, { type: 'part', start: 2048, ...more });
const stick = (name: string, serial: string | null, more: Record<string, unknown> = {}) =>
  disk(name, { rm: true, hotplug: true, tran: 'usb', vendor: 'SanDisk ', model: 'Ultra', serial, ...more });

/** A laptop with NVMe, LUKS and LVM, and two sticks of one model. */
export const LAPTOP = lsblk([
  disk('nvme0n1', {
    tran: 'nvme',
    model: 'SAMSUNG MZVL2512HCJQ',
    serial: 'S64KNX0T',
    size: 512_110_190_592,
    'maj:min': '259:0',
    children: [
      part('nvme0n1p1', { fstype: 'vfat', mountpoints: ['/boot/efi'] }),
      part('nvme0n1p2', {
        fstype: 'crypto_LUKS',
        children: [
          disk('dm-0', {
            name: 'luks',
            path: '/dev/mapper/luks',
            type: 'crypt',
            fstype: 'LVM2_member',
            children: [
              disk('dm-1', { path: '/dev/mapper/vg-root', type: 'lvm', fstype: 'ext4', mountpoints: ['/'] }),
              disk('dm-2', { path: '/dev/mapper/vg-swap', type: 'lvm', fstype: 'swap', mountpoints: ['[SWAP]'] }),
            ],
          }),
        ],
      }),
    ],
  }),
  stick('sda', '4C530001', {
    children: [part('sda1', { fstype: 'vfat', label: 'OLD', mountpoints: ['/media/ann/OLD'] })],
  }),
  stick('sdb', '4C530002', { 'maj:min': '8:16' }),
]);

/** A server: RAID over two SATA disks, its own system on a USB stick. */
export const SERVER = lsblk([
  ...['sda', 'sdb'].map((name) =>
    disk(name, {
      tran: 'sata',
      model: 'ST4000NM',
      serial: `Z1Z${name}`,
      size: 4_000_787_030_016,
      children: [
        part(`${name}1`, {
          fstype: 'linux_raid_member',
          children: [disk('md0', { type: 'raid1', fstype: 'xfs', mountpoints: ['/srv'] })],
        }),
      ],
    }),
  ),
  stick('sdc', 'BOOT1', { children: [part('sdc1', { fstype: 'ext4', mountpoints: ['/', '/var/lib/docker'] })] }),
]);

/** USB things: NVMe in a box, an empty card reader, a card in the slot, a locked stick, 4Kn sectors, a ZFS pool, old lsblk. */
export const DESK = lsblk([
  disk('sda', { tran: 'usb', hotplug: true, model: 'ASM236X NVME', serial: 'BOX1', size: 2_000_398_934_016 }),
  stick('sdb', 'READER', { size: 0 }),
  disk('mmcblk0', { hotplug: true, model: 'SD32G', serial: '0x1234', 'maj:min': '179:0' }),
  stick('sdc', 'LOCKED', { ro: true }),
  stick('sdd', '4KN', { 'log-sec': 4096 }),
  stick('sde', 'POOL', { children: [part('sde1', { fstype: 'zfs_member' })] }),
  stick('sdf', null, { rm: '1', ro: '0', size: '16008609792', mountpoints: undefined, mountpoint: '/mnt/usb' }),
  disk('sdg', { tran: 'usb', hotplug: true, model: 'Backup', serial: 'BIG', size: 4_000_787_030_016 }),
  disk('sr0', { type: 'rom', tran: 'sata' }),
]);

const plist = (body: string) =>
  `<?xml version="1.0" encoding="UTF-8"?>\n<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">\n<plist version="1.0">${body}</plist>`;

/** A Mac: APFS with a sealed system snapshot, and a stick. */
export const MAC_LIST = plist(`<dict><key>AllDisksAndPartitions</key><array>
<dict><key>DeviceIdentifier</key><string>disk0</string><key>Size</key><integer>500277792768</integer><key>Partitions</key><array>
<dict><key>Content</key><string>Apple_APFS</string><key>DeviceIdentifier</key><string>disk0s2</string><key>Size</key><integer>494384795648</integer></dict></array></dict>
<dict><key>APFSPhysicalStores</key><array><dict><key>DeviceIdentifier</key><string>disk0s2</string></dict></array>
<key>APFSVolumes</key><array><dict><key>DeviceIdentifier</key><string>disk3s1</string><key>VolumeName</key><string>Macintosh HD</string>
<key>MountedSnapshots</key><array><dict><key>SnapshotMountPoint</key><string>/</string></dict></array></dict>
<dict><key>DeviceIdentifier</key><string>disk3s6</string><key>MountPoint</key><string>/System/Volumes/VM</string></dict></array>
<key>DeviceIdentifier</key><string>disk3</string></dict>
<dict><key>Content</key><string>FDisk_partition_scheme</string><key>DeviceIdentifier</key><string>disk4</string><key>Partitions</key><array>
<dict><key>Content</key><string>DOS_FAT_32</string><key>DeviceIdentifier</key><string>disk4s1</string><key>MountPoint</key><string>/Volumes/A &amp; B</string><key>VolumeName</key><string>A &amp; B</string></dict></array></dict>
</array><key>WholeDisks</key><array><string>disk0</string><string>disk3</string><string>disk4</string></array></dict>`);
export const MAC_INFOS = new Map([
  [
    'disk0',
    plist(
      '<dict><key>BusProtocol</key><string>Apple Fabric</string><key>Internal</key><true/><key>Ejectable</key><false/><key>DeviceBlockSize</key><integer>512</integer><key>TotalSize</key><integer>500277792768</integer><key>MediaName</key><string>APPLE SSD</string><key>WritableMedia</key><true/></dict>',
    ),
  ],
  [
    'disk4',
    plist(
      '<dict><key>BusProtocol</key><string>USB</string><key>Internal</key><false/><key>Ejectable</key><true/><key>RemovableMedia</key><true/><key>DeviceBlockSize</key><integer>512</integer><key>TotalSize</key><integer>16008609792</integer><key>MediaName</key><string>Ultra</string><key>WritableMedia</key><true/></dict>',
    ),
  ],
]);

/** Windows 11: NVMe with the system, a page file on a second disk, a stick; lists of one are no lists in PowerShell 5. */
export const WINDOWS = JSON.stringify({
  disks: [
    {
      Number: 0,
      FriendlyName: 'KINGSTON NV2',
      SerialNumber: 'AAA',
      Size: 500_107_862_016,
      BusType: 'NVMe',
      IsSystem: true,
      IsBoot: true,
      IsReadOnly: false,
      LogicalSectorSize: 512,
    },
    {
      Number: 1,
      FriendlyName: 'SanDisk Ultra USB 3.0',
      SerialNumber: ' 4C530001 ',
      Size: 16_008_609_792,
      BusType: 7,
      IsSystem: false,
      IsBoot: false,
      IsReadOnly: false,
      LogicalSectorSize: 512,
    },
    {
      Number: 2,
      FriendlyName: 'USB HDD',
      SerialNumber: 'PAGE',
      Size: 1_000_204_886_016,
      BusType: 'USB',
      IsSystem: false,
      IsBoot: false,
      IsReadOnly: false,
      LogicalSectorSize: 512,
    },
  ],
  drives: [
    { Index: 0, MediaType: 'Fixed hard disk media' },
    { Index: 1, MediaType: 'Removable Media' },
    { Index: 2, MediaType: 'External hard disk media' },
  ],
  partitions: [
    {
      DiskNumber: 0,
      PartitionNumber: 3,
      Offset: 122_683_392,
      Size: 499_000_000_000,
      IsSystem: false,
      IsBoot: true,
      AccessPaths: ['C:\\', '\\\\?\\Volume{1}\\'],
    },
    {
      DiskNumber: 1,
      PartitionNumber: 1,
      Offset: 1_048_576,
      Size: 16_007_561_216,
      IsSystem: false,
      IsBoot: false,
      AccessPaths: ['E:\\', '\\\\?\\Volume{2}\\'],
    },
    {
      DiskNumber: 2,
      PartitionNumber: 1,
      Offset: 1_048_576,
      Size: 1_000_000_000_000,
      IsSystem: false,
      IsBoot: false,
      AccessPaths: 'D:\\',
    },
  ],
  volumes: { Path: '\\\\?\\Volume{2}\\', FileSystem: 'FAT32', FileSystemLabel: 'OLD', DriveType: 'Removable' },
  pageFiles: 'D:\\pagefile.sys',
  systemDrive: 'C:',
});
