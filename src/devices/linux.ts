/** Drives of Linux, as lsblk of util-linux prints them. */
import type { Drive, DriveVolume } from './drive.js';
import { type Fields, fieldsOf, isTrue, listOf, numberOf, textOf } from './json.js';

const COLUMNS = 'NAME,KNAME,PATH,TYPE,SIZE,RO,RM,HOTPLUG,TRAN,VENDOR,MODEL,SERIAL,MAJ:MIN,LOG-SEC,FSTYPE,LABEL,START';
/** MOUNTPOINTS came with util-linux 2.37; before, only one mount of each is known. */
export const LSBLK = ['--json', '--bytes', '--output', `${COLUMNS},MOUNTPOINTS`];
export const OLD_LSBLK = ['--json', '--bytes', '--output', `${COLUMNS.replace(',START', '')},MOUNTPOINT`];

/** File systems that are a part of something larger: a RAID, a volume group, a pool. */
const MEMBERS = /^(LVM\d_member|linux_raid_member|.*_raid_member|zfs_member|bcache|drbd|mpath_member|ceph_bluestore)$/i;
/** START counts these, whatever the sectors of the device are (lsblk(8)). */
const START_UNIT = 512;

/**
 * What lsblk printed, as drives. Partitions and everything on them count as the drive's.
 * @throws SyntaxError when it is no JSON
 */
export function parseLsblk(printed: string): Drive[] {
  const devices = listOf(fieldsOf(JSON.parse(printed))['blockdevices']).map(fieldsOf);
  return devices.filter((device) => textOf(device['type']) !== 'rom').map(drive);
}

function drive(device: Fields): Drive {
  const below = descendants(device);
  const all = [device, ...below];
  const path = textOf(device['path']) || `/dev/${textOf(device['kname'])}`;
  const serial = textOf(device['serial']);
  const model = [device['vendor'], device['model']].map(textOf).filter((text) => text !== '');
  return {
    path,
    aliases: [],
    ...(textOf(device['maj:min']) === '' ? {} : { number: textOf(device['maj:min']) }),
    model: model.join(' ') || textOf(device['name']),
    ...(serial === '' ? {} : { serial }),
    sizeBytes: numberOf(device['size']) ?? 0,
    sectorBytes: numberOf(device['log-sec']) ?? 0,
    bus: bus(device),
    removable: isRemovable(device),
    readOnly: isTrue(device['ro']),
    systemUses: all.some(isSwap) ? ['swap'] : [],
    heldBy: [...new Set(all.flatMap(holders))],
    volumes: all.map(volume).filter(({ name, mounts, fileSystem }) => name !== path || mounts.length > 0 || fileSystem),
  };
}

/** Logical volumes, RAIDs and opened containers lie below the partitions that hold them. */
function descendants(device: Fields): Fields[] {
  return listOf(device['children'])
    .map(fieldsOf)
    .flatMap((child) => [child, ...descendants(child)]);
}

/** SD cards in a slot of their own have no transport; the kernel names them mmcblk. */
function bus(device: Fields): string {
  return textOf(device['tran']).toLowerCase() || (/^mmcblk\d/.test(textOf(device['kname'])) ? 'mmc' : '');
}

/**
 * A disk in a USB box can be unplugged and is no stick: its medium stays in it, as on Windows and macOS. The slot of a card says
 * that of the card, too, so that there the plug decides.
 */
function isRemovable(device: Fields): boolean {
  return isTrue(device['rm']) || (bus(device) === 'mmc' && isTrue(device['hotplug']));
}

function mountpoints(device: Fields): string[] {
  const several = device['mountpoints'] === undefined ? device['mountpoint'] : device['mountpoints'];
  return listOf(several)
    .map(textOf)
    .filter((mount) => mount !== '');
}

function isSwap(device: Fields): boolean {
  return textOf(device['fstype']) === 'swap' || mountpoints(device).includes('[SWAP]');
}

function holders(device: Fields): string[] {
  const type = textOf(device['type']);
  const fileSystem = textOf(device['fstype']);
  const holds = /^(disk|part|loop)$/.test(type) || type === '' ? [] : [`${type} ${textOf(device['name'])}`];
  return MEMBERS.test(fileSystem) ? [...holds, fileSystem] : holds;
}

function volume(device: Fields): DriveVolume {
  const [start, fileSystem, label] = [numberOf(device['start']), textOf(device['fstype']), textOf(device['label'])];
  return {
    name: textOf(device['path']) || `/dev/${textOf(device['kname'])}`,
    sizeBytes: numberOf(device['size']) ?? 0,
    ...(start === undefined ? {} : { offset: start * START_UNIT }),
    ...(fileSystem === '' ? {} : { fileSystem }),
    ...(label === '' ? {} : { label }),
    mounts: mountpoints(device).filter((mount) => mount !== '[SWAP]'),
  };
}
