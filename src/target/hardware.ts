/**
 * The hardware that decides about an upgrade (facts/configmgr.md, F.2, F.3 and B.6 Check Readiness). What cannot be told
 * is undefined: it refuses nothing here, for Setup's own scan looks at it again. Processor models are left to that scan.
 */
import type { Machine } from './machine.js';
import { CIMV2, numberOf, rowsOf } from './wmi-rows.js';

export interface Hardware {
  /** bytes that are built in */
  readonly memory: number | undefined;
  /** bytes of the disk of Windows; of its volume where the disk does not say */
  readonly disk: number | undefined;
  readonly cores: number | undefined;
  /** MHz */
  readonly processorSpeed: number | undefined;
  /** Windows was started by UEFI */
  readonly uefi: boolean;
  readonly secureBootCapable: boolean;
  readonly tpm: Tpm;
}

export interface Tpm {
  /** 2 for TPM 2.0, 1.2 for the older one, 0 for none */
  readonly version: number;
  /** enabled and activated */
  readonly on: boolean;
}

const CONTROL = 'HKEY_LOCAL_MACHINE\\SYSTEM\\CurrentControlSet\\Control';
const SECURE_BOOT = `${CONTROL}\\SecureBoot\\State`;
const TPM_NAMESPACE = 'root\\cimv2\\Security\\MicrosoftTpm';

/** Asks WMI and the registry. */
export function readHardware(machine: Machine): Hardware {
  const processors = rowsOf(machine, CIMV2, 'SELECT NumberOfCores, MaxClockSpeed FROM Win32_Processor') ?? [];
  let cores = 0;
  for (const processor of processors) cores += numberOf(processor, 'NumberOfCores') ?? 0;
  return {
    memory: memoryOf(machine),
    disk: diskOf(machine),
    cores: cores > 0 ? cores : undefined,
    processorSpeed: numberOf(processors[0], 'MaxClockSpeed'),
    uefi: isUefi(machine),
    // The value is there where the firmware knows Secure Boot, on or off (U).
    secureBootCapable: machine.registry.read(SECURE_BOOT, 'UEFISecureBootEnabled') !== undefined,
    tpm: tpmOf(machine),
  };
}

/** What is built in, not what Windows may use: a graphics processor takes its part of 4 GB. */
function memoryOf(machine: Machine): number | undefined {
  let sum = 0;
  for (const row of rowsOf(machine, CIMV2, 'SELECT Capacity FROM Win32_PhysicalMemory') ?? []) {
    sum += numberOf(row, 'Capacity') ?? 0;
  }
  if (sum > 0) return sum;
  return numberOf(
    rowsOf(machine, CIMV2, 'SELECT TotalPhysicalMemory FROM Win32_ComputerSystem')?.[0],
    'TotalPhysicalMemory',
  );
}

function diskOf(machine: Machine): number | undefined {
  const drive = machine.environment.systemDrive;
  const partitions = `ASSOCIATORS OF {Win32_LogicalDisk.DeviceID='${drive}'} WHERE AssocClass = Win32_LogicalDiskToPartition`;
  const index = numberOf(rowsOf(machine, CIMV2, partitions)?.[0], 'DiskIndex');
  if (index !== undefined) {
    const disk = rowsOf(machine, CIMV2, `SELECT Size FROM Win32_DiskDrive WHERE Index = ${index}`)?.[0];
    const size = numberOf(disk, 'Size');
    if (size !== undefined) return size;
  }
  for (const one of machine.files.drives()) if (one.name === drive) return one.totalBytes;
  return undefined;
}

/** By three signs of which a Windows has one or another (U): no one of them is documented for all versions. */
export function isUefi(machine: Machine): boolean {
  const type = machine.registry.read(CONTROL, 'PEFirmwareType');
  if (type !== undefined) return Number(type) === 2;
  if (machine.registry.exists(SECURE_BOOT)) return true;
  return machine.environment.variable('firmware_type').toUpperCase() === 'UEFI';
}

function tpmOf(machine: Machine): Tpm {
  const properties = 'SpecVersion, IsEnabled_InitialValue, IsActivated_InitialValue';
  const row = rowsOf(machine, TPM_NAMESPACE, `SELECT ${properties} FROM Win32_Tpm`)?.[0];
  if (!row) return { version: 0, on: false };
  // "2.0, 0, 1.38": the first is the version of the specification
  const version = parseFloat(String(row['SpecVersion'] ?? ''));
  const on = isTrue(row['IsEnabled_InitialValue']) && isTrue(row['IsActivated_InitialValue']);
  return { version: version > 0 ? version : 0, on };
}

function isTrue(value: unknown): boolean {
  return value === true || String(value).toLowerCase() === 'true' || String(value) === '-1';
}
