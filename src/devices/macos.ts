/**
 * Drives of macOS, as `diskutil list -plist` and `diskutil info -plist` print them. The names of the fields are those of
 * published recordings; never tried on a Mac (U). diskutil says no serial numbers.
 */
import type { Drive, DriveVolume } from './drive.js';
import { type Fields, fieldsOf, isTrue, listOf, numberOf, textOf } from './json.js';
import { parsePlist } from './plist.js';

const BUSES: Record<string, string> = { 'secure digital': 'sd', 'pci-express': 'nvme', 'apple fabric': 'nvme' };

/** Names of all whole disks in `diskutil list -plist`: each is asked for by `diskutil info`. */
export function wholeDisks(list: string): string[] {
  return listOf(fieldsOf(parsePlist(list))['WholeDisks']).map(textOf);
}

/** @param infos what `diskutil info -plist NAME` printed, by name @throws Error when it is no plist */
export function parseDiskutil(list: string, infos: ReadonlyMap<string, string>): Drive[] {
  const entries = listOf(fieldsOf(parsePlist(list))['AllDisksAndPartitions']).map(fieldsOf);
  return entries.flatMap((entry) => {
    const name = textOf(entry['DeviceIdentifier']);
    const info = fieldsOf(parsePlist(infos.get(name) ?? '<plist><dict/></plist>'));
    // an APFS container shows as a disk of its own, and counts as a part of the disk that stores it
    return listOf(entry['APFSPhysicalStores']).length > 0 ? [] : [drive(name, entry, info, entries)];
  });
}

function drive(name: string, entry: Fields, info: Fields, entries: readonly Fields[]): Drive {
  const containers = entries.filter((other) => isStoredOn(other, name));
  const protocol = textOf(info['BusProtocol']).toLowerCase();
  const bus = BUSES[protocol] ?? protocol;
  const volumes = [entry, ...containers].flatMap(volumesOf);
  // every external disk is ejectable, whatever it is
  const canGo = [info['RemovableMedia'], info['Removable']].some(isTrue);
  return {
    // the raw device: the other one is buffered and many times slower (facts/peers.md 33)
    path: `/dev/r${name}`,
    aliases: [`/dev/${name}`, name],
    model: textOf(info['MediaName']) || textOf(info['IORegistryEntryName']) || name,
    sizeBytes: numberOf(info['TotalSize']) ?? numberOf(info['Size']) ?? numberOf(entry['Size']) ?? 0,
    sectorBytes: numberOf(info['DeviceBlockSize']) ?? 0,
    bus,
    // the slot for cards in a Mac is internal, the card in it is not
    removable: canGo && (!isTrue(info['Internal']) || bus === 'sd'),
    readOnly: info['WritableMedia'] === false || info['Writable'] === false,
    systemUses: [],
    heldBy: isTrue(info['RAIDMember']) ? ['AppleRAID'] : [],
    volumes,
  };
}

function isStoredOn(entry: Fields, name: string): boolean {
  const stores = listOf(entry['APFSPhysicalStores']).map((store) => textOf(fieldsOf(store)['DeviceIdentifier']));
  return stores.some((store) => store === name || store.startsWith(`${name}s`));
}

function volumesOf(entry: Fields): DriveVolume[] {
  const parts = [...listOf(entry['Partitions']), ...listOf(entry['APFSVolumes'])].map(fieldsOf);
  return [entry, ...parts].map(volume).filter(({ mounts }, at) => at > 0 || mounts.length > 0);
}

/** A snapshot that is mounted (the sealed system) stands in `MountedSnapshots` and not in the volume. */
function volume(part: Fields): DriveVolume {
  const snapshots = listOf(part['MountedSnapshots']).map((snapshot) => fieldsOf(snapshot)['SnapshotMountPoint']);
  const [content, label] = [textOf(part['Content']), textOf(part['VolumeName'])];
  return {
    name: `/dev/${textOf(part['DeviceIdentifier'])}`,
    sizeBytes: numberOf(part['Size']) ?? 0,
    ...(content === '' ? {} : { fileSystem: content }),
    ...(label === '' ? {} : { label }),
    mounts: [part['MountPoint'], ...snapshots].map(textOf).filter((mount) => mount !== ''),
  };
}
