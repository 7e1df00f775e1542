/**
 * Drives of Windows, through the storage module of PowerShell 5 (Windows 8 and later; wmic is gone since 24H2). Only
 * tried on recordings made from Microsoft's description of the classes MSFT_Disk, MSFT_Partition and MSFT_Volume (U).
 */
import type { Drive, DriveVolume } from './drive.js';
import { type Fields, fieldsOf, isTrue, listOf, numberOf, textOf } from './json.js';

/** One script, one JSON document. The page files are a second sign of a disk that the system needs. */
export const POWERSHELL = `
$ErrorActionPreference = 'Stop'
[Console]::OutputEncoding = [Text.Encoding]::UTF8
@{
  disks = @(Get-Disk | Select-Object Number, FriendlyName, SerialNumber, UniqueId, Size, @{n='BusType';e={"$($_.BusType)"}}, IsSystem, IsBoot, IsReadOnly, LogicalSectorSize)
  drives = @(Get-CimInstance Win32_DiskDrive | Select-Object Index, MediaType)
  partitions = @(Get-Partition | Select-Object DiskNumber, PartitionNumber, Offset, Size, IsSystem, IsBoot, AccessPaths)
  volumes = @(Get-Volume | Select-Object Path, FileSystem, FileSystemLabel, @{n='DriveType';e={"$($_.DriveType)"}})
  pageFiles = @(Get-CimInstance Win32_PageFileUsage | ForEach-Object { $_.Name })
  systemDrive = $env:SystemDrive
} | ConvertTo-Json -Depth 4 -Compress`;

/** MSFT_Disk.BusType, should PowerShell print its numbers. */
const BUSES: Record<string, string> = {
  '7': 'usb',
  '8': 'raid',
  '11': 'sata',
  '12': 'sd',
  '13': 'mmc',
  '16': 'spaces',
  '17': 'nvme',
};

/** @throws SyntaxError when it is no JSON */
export function parseGetDisk(printed: string): Drive[] {
  const all = fieldsOf(JSON.parse(printed.replace(/^\uFEFF/, '')));
  return listOf(all['disks']).map((disk) => drive(fieldsOf(disk), all));
}

function drive(disk: Fields, all: Fields): Drive {
  const number = numberOf(disk['Number']) ?? -1;
  const partitions = listOf(all['partitions'])
    .map(fieldsOf)
    .filter((partition) => numberOf(partition['DiskNumber']) === number);
  const media = listOf(all['drives'])
    .map(fieldsOf)
    .find((other) => numberOf(other['Index']) === number);
  const volumes = partitions.map((partition) => volume(partition, all));
  const type = textOf(disk['BusType']).toLowerCase();
  const serial = textOf(disk['SerialNumber']);
  const bus = BUSES[type] ?? type;
  return {
    path: `\\\\.\\PhysicalDrive${number}`,
    aliases: [`PhysicalDrive${number}`],
    model: textOf(disk['FriendlyName']),
    ...(serial === '' ? {} : { serial }),
    sizeBytes: numberOf(disk['Size']) ?? 0,
    sectorBytes: numberOf(disk['LogicalSectorSize']) ?? 0,
    bus,
    removable: /removable/i.test(textOf(media?.['MediaType'])),
    readOnly: isTrue(disk['IsReadOnly']),
    systemUses: systemUses(disk, partitions, volumes, all),
    heldBy: /^(raid|storage spaces|spaces)$/.test(bus) ? [bus] : [],
    volumes,
  };
}

function systemUses(
  disk: Fields,
  partitions: readonly Fields[],
  volumes: readonly DriveVolume[],
  all: Fields,
): string[] {
  const uses = ['IsSystem', 'IsBoot'].filter((flag) => [disk, ...partitions].some((part) => isTrue(part[flag])));
  const needed = [...listOf(all['pageFiles']), all['systemDrive']].map((path) =>
    textOf(path).slice(0, 2).toUpperCase(),
  );
  const letters = volumes.flatMap(({ mounts }) => mounts.map((mount) => mount.slice(0, 2).toUpperCase()));
  for (const letter of letters) if (letter !== '' && needed.includes(letter)) uses.push(`${letter} of the system`);
  return uses;
}

function volume(partition: Fields, all: Fields): DriveVolume {
  const paths = listOf(partition['AccessPaths']).map(textOf);
  const facts = listOf(all['volumes'])
    .map(fieldsOf)
    .find((other) => paths.includes(textOf(other['Path'])));
  const [offset, fileSystem, label] = [
    numberOf(partition['Offset']),
    textOf(facts?.['FileSystem']),
    textOf(facts?.['FileSystemLabel']),
  ];
  return {
    name: `Partition ${textOf(partition['PartitionNumber'])}`,
    sizeBytes: numberOf(partition['Size']) ?? 0,
    ...(offset === undefined ? {} : { offset }),
    ...(fileSystem === '' ? {} : { fileSystem }),
    ...(label === '' ? {} : { label }),
    // \\?\Volume{…}\ is no place that anybody uses
    mounts: paths.filter((path) => path !== '' && !path.startsWith('\\\\?\\')),
  };
}
