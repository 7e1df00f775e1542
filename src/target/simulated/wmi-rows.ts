/** What a simulated machine says of itself through WMI: the classes that the engine and sequences ask. */
import { languageNumber } from '../languages.js';
import type { WmiRow } from '../machine.js';
import { editionNumber } from './edition-numbers.js';
import type { HardwareModel, WindowsModel } from './model.js';
import { isServer } from './windows-registry.js';

/** What the rows are made of, as it is now. */
export interface RowFacts {
  readonly computerName: string;
  readonly windows: WindowsModel;
  readonly hardware: HardwareModel;
  readonly drives: readonly {
    readonly name: string;
    readonly kind: string;
    readonly label: string;
    readonly totalBytes: number;
    readonly freeBytes: number;
    readonly mounted?: boolean;
  }[];
  /** minutes from the local time to UTC */
  readonly bias: number;
  /** 0 off, 1 on, 2 unknown because it is locked */
  readonly bitLocker: readonly { readonly drive: string; readonly status: number }[];
}

type Rows = Readonly<Record<string, (facts: RowFacts) => readonly WmiRow[]>>;

const DRIVE_TYPES: Readonly<Record<string, number>> = { removable: 2, fixed: 3, network: 4, optical: 5 };
/** Win32_ComputerSystem.PCSystemType: desktop and mobile. */
const MOBILE = 2;

const CIMV2: Rows = {
  win32_operatingsystem: ({ windows, hardware }) => [
    {
      Caption: windows.productName,
      Version: windows.version,
      BuildNumber: String(windows.build),
      ProductType: isServer(windows) ? 3 : 1,
      OperatingSystemSKU: editionNumber(windows),
      OSArchitecture:
        windows.architecture === 'x86' ? '32-bit' : windows.architecture === 'x64' ? '64-bit' : 'ARM 64-bit',
      OSLanguage: parseInt(languageNumber(windows.language), 16),
      Locale: languageNumber(windows.language),
      ServicePackMajorVersion: windows.servicePack,
      TotalVisibleMemorySize: String(Math.floor(hardware.memory / 1024)),
      SystemDrive: 'C:',
      WindowsDirectory: 'C:\\Windows',
      PortableOperatingSystem: false,
    },
  ],
  win32_computersystem: ({ computerName, windows, hardware }) => [
    {
      Name: computerName,
      Manufacturer: hardware.make,
      Model: hardware.model,
      TotalPhysicalMemory: String(hardware.memory),
      NumberOfProcessors: 1,
      NumberOfLogicalProcessors: hardware.cores,
      PCSystemType: hardware.power === 'desktop' ? 1 : MOBILE,
      DomainRole: isServer(windows) ? 3 : 1,
      BootupState: 'Normal boot',
      SystemType: windows.architecture === 'x86' ? 'X86-based PC' : 'x64-based PC',
    },
  ],
  win32_computersystemproduct: ({ hardware }) => [
    { UUID: hardware.uuid, IdentifyingNumber: hardware.serialNumber, Vendor: hardware.make, Name: hardware.model },
  ],
  win32_bios: ({ hardware }) => [{ SerialNumber: hardware.serialNumber, Manufacturer: hardware.make }],
  win32_systemenclosure: ({ hardware }) => [
    { SMBIOSAssetTag: hardware.assetTag, SerialNumber: hardware.serialNumber, Manufacturer: hardware.make },
  ],
  win32_processor: ({ windows, hardware }) => [
    {
      NumberOfCores: hardware.cores,
      NumberOfLogicalProcessors: hardware.cores,
      MaxClockSpeed: hardware.processorSpeed,
      Architecture: { x86: 0, x64: 9, arm64: 12 }[windows.architecture],
      AddressWidth: windows.architecture === 'x86' ? 32 : 64,
      DataWidth: 64,
      SecondLevelAddressTranslationExtensions: true,
    },
  ],
  win32_cdromdrive: ({ drives }) =>
    drives
      .filter(({ kind }) => kind === 'optical')
      .map(({ name, mounted }) => ({
        Drive: name,
        PNPDeviceID: mounted
          ? 'SCSI\\CDROM&VEN_MSFT&PROD_VIRTUAL_DVD-ROM\\1'
          : 'SCSI\\CDROM&VEN_CONTOSO&PROD_DVDRAM\\4',
      })),
  win32_battery: ({ hardware }) =>
    hardware.power === 'desktop'
      ? []
      : [{ BatteryStatus: hardware.power === 'mains' ? 2 : 1, EstimatedChargeRemaining: 80, DeviceID: 'battery' }],
  win32_logicaldisk: ({ drives }) =>
    drives.map(({ name, kind, label, totalBytes, freeBytes }) => ({
      DeviceID: name,
      DriveType: DRIVE_TYPES[kind] ?? 0,
      VolumeName: label,
      Size: String(totalBytes),
      FreeSpace: String(freeBytes),
      FileSystem: kind === 'fixed' ? 'NTFS' : 'FAT32',
    })),
  win32_volume: ({ drives, hardware }) => [
    ...drives.map(({ name, kind, label, totalBytes, freeBytes }) => ({
      DriveLetter: name,
      DriveType: DRIVE_TYPES[kind] ?? 0,
      Label: label,
      Capacity: String(totalBytes),
      FreeSpace: String(freeBytes),
      FileSystem: kind === 'fixed' ? 'NTFS' : 'FAT32',
      SystemVolume: false,
      BootVolume: name === 'C:',
    })),
    {
      DriveLetter: undefined,
      DriveType: 3,
      Label: hardware.uefi ? 'SYSTEM' : 'System Reserved',
      Capacity: String(hardware.systemPartition.size),
      FreeSpace: String(hardware.systemPartition.free),
      FileSystem: hardware.uefi ? 'FAT32' : 'NTFS',
      SystemVolume: true,
      BootVolume: false,
    },
  ],
  win32_diskpartition: () => [{ DeviceID: 'Disk #0, Partition #0', BootPartition: true, Type: 'GPT: System' }],
  win32_networkadapter: ({ hardware }) =>
    hardware.network === 'none'
      ? []
      : [
          {
            NetConnectionStatus: 2,
            PhysicalAdapter: true,
            NetConnectionID: hardware.network === 'wired' ? 'Ethernet' : 'Wi-Fi',
            AdapterTypeID: hardware.network === 'wired' ? 0 : 9,
            MACAddress: hardware.macAddress,
            Name: 'Network adapter',
          },
        ],
  win32_networkadapterconfiguration: ({ hardware }) =>
    hardware.network === 'none'
      ? []
      : [
          {
            MACAddress: hardware.macAddress,
            IPAddress: hardware.ipAddress,
            DefaultIPGateway: hardware.gateway,
            IPEnabled: true,
          },
        ],
  win32_timezone: ({ bias }) => [timeZoneRow(bias)],
  win32_service: () => [],
  win32_quickfixengineering: ({ windows }) => (windows.updates ?? []).map((HotFixID) => ({ HotFixID })),
  win32_product: () => [],
  win32_diskdrive: ({ drives }) => [
    {
      DeviceID: '\\\\.\\PHYSICALDRIVE0',
      Index: 0,
      MediaType: 'Fixed hard disk media',
      Size: String(drives[0]?.totalBytes ?? 0),
    },
  ],
  win32_physicalmemory: ({ hardware }) => [{ Capacity: String(hardware.memory), Tag: 'Physical Memory 0' }],
};

/** Central European Time when it is an hour before UTC; else a zone without daylight saving. */
function timeZoneRow(bias: number): WmiRow {
  const central = bias === -60;
  const when = (kind: string, month: number, week: number, hour: number): WmiRow => ({
    [`${kind}Year`]: 0,
    [`${kind}Month`]: central ? month : 0,
    [`${kind}DayOfWeek`]: 0,
    [`${kind}Day`]: central ? week : 0,
    [`${kind}Hour`]: central ? hour : 0,
    [`${kind}Minute`]: 0,
    [`${kind}Second`]: 0,
    [`${kind}Millisecond`]: 0,
  });
  return {
    Bias: -bias,
    StandardBias: 0,
    DaylightBias: central ? -60 : 0,
    ...when('Standard', 10, 5, 3),
    ...when('Daylight', 3, 5, 2),
    StandardName: central ? 'Central European Standard Time' : 'Coordinated Universal Time',
    DaylightName: central ? 'Central European Summer Time' : 'Coordinated Universal Time',
  };
}

const ENCRYPTION: Rows = {
  win32_encryptablevolume: ({ bitLocker }) =>
    bitLocker.map(({ drive, status }) => ({
      DeviceID: `\\\\?\\Volume${drive}`,
      DriveLetter: drive,
      ProtectionStatus: status,
      ConversionStatus: 1,
    })),
};

const TPM: Rows = {
  win32_tpm: ({ hardware }) =>
    hardware.tpm === 0
      ? []
      : [
          {
            SpecVersion: hardware.tpm >= 2 ? '2.0, 0, 1.38' : '1.2, 2, 3',
            IsEnabled_InitialValue: true,
            IsActivated_InitialValue: true,
            IsOwned_InitialValue: true,
          },
        ],
};

const NAMESPACES: Readonly<Record<string, Rows>> = {
  'root\\cimv2': CIMV2,
  'root\\cimv2\\security\\microsofttpm': TPM,
};

const WIRELESS = 9;

const NETWORK: Rows = {
  msft_netlbfoteam: () => [],
  msft_netadapter: ({ hardware }) =>
    hardware.network === 'none'
      ? []
      : [
          {
            Name: 'Ethernet',
            InterfaceDescription: 'Network adapter',
            InterfaceType: hardware.network === 'wired' ? 6 : 71,
            NdisPhysicalMedium: hardware.network === 'wired' ? 14 : WIRELESS,
            MediaConnectState: 1,
            ConnectorPresent: true,
            HardwareInterface: true,
          },
        ],
};

/** MSFT_Disk.BusType of SATA. */
const SATA = 11;

const STORAGE: Rows = {
  msft_disk: ({ drives }) => [
    { Number: 0, BusType: SATA, IsBoot: true, IsSystem: true, Size: String(drives[0]?.totalBytes) },
  ],
  msft_volume: ({ drives }) => drives.map(({ name }) => ({ DriveLetter: name.charAt(0) })),
};

/** Classes of a namespace on this Windows; undefined where there is no such namespace. */
export function rowsOf(namespace: string, { windows, bitLocker }: RowFacts): Rows | undefined {
  const name = namespace
    .toLowerCase()
    .replaceAll('/', '\\')
    .replace(/^\\\\\.\\/, '');
  const always = NAMESPACES[name];
  if (always) return always;
  // Editions without BitLocker have no namespace of it.
  if (name === 'root\\cimv2\\security\\microsoftvolumeencryption') return bitLocker.length > 0 ? ENCRYPTION : undefined;
  if (name === 'root\\microsoft\\windows\\storage') return windows.build >= 9200 ? STORAGE : undefined;
  if (name === 'root\\standardcimv2') return windows.build >= 9200 ? NETWORK : undefined;
  return undefined;
}
