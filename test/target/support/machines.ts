/** Machines that an upgrade fits, and what of them a test changes. */

import { assumedWindows, type ReleaseName } from '../../../src/library/assumed-windows.js';
import type { CompiledUpgradePackage } from '../../../src/target/contract.js';
import type { WmiRow } from '../../../src/target/machine.js';
import { upgradeImages } from '../../../src/upgrade-package/upgrade-images.js';
import { FakeMachine, type FakeOptions } from './fake-machine.js';

const NT = 'HKEY_LOCAL_MACHINE\\SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion';
export const CONTROL = 'HKEY_LOCAL_MACHINE\\SYSTEM\\CurrentControlSet\\Control';
export const TPM = 'root\\cimv2\\Security\\MicrosoftTpm|Win32_Tpm';

const GIB = 1024 ** 3;

/** Windows 10 22H2 Pro x64 en-US on hardware that Windows 11 takes. */
export const PC_REGISTRY: Readonly<Record<string, string | number | null>> = {
  [`${NT}|CurrentBuildNumber`]: '19045',
  [`${NT}|CurrentMajorVersionNumber`]: 10,
  [`${NT}|CurrentMinorVersionNumber`]: 0,
  [`${NT}|UBR`]: 3803,
  [`${NT}|EditionID`]: 'Professional',
  [`${NT}|InstallationType`]: 'Client',
  [`${NT}|ProductName`]: 'Windows 10 Pro',
  [`${CONTROL}\\Session Manager\\Environment|PROCESSOR_ARCHITECTURE`]: 'AMD64',
  [`${CONTROL}\\ProductOptions|ProductType`]: 'WinNT',
  [`${CONTROL}\\Nls\\Language|InstallLanguage`]: '0409',
  [`${CONTROL}|PEFirmwareType`]: 2,
  [`${CONTROL}\\SecureBoot\\State|UEFISecureBootEnabled`]: 1,
};

export const PC_WMI: Readonly<Record<string, readonly WmiRow[]>> = {
  Win32_Processor: [{ NumberOfCores: 4, MaxClockSpeed: 2400 }],
  Win32_PhysicalMemory: [{ Capacity: String(8 * GIB) }],
  'ASSOCIATORS OF': [{ DiskIndex: 0 }],
  Win32_DiskDrive: [{ Size: '256060514304' }],
  Win32_Battery: [],
  Win32_Volume: [{ Capacity: String(100 * 1024 ** 2), FreeSpace: String(60 * 1024 ** 2) }],
  [TPM]: [{ SpecVersion: '2.0, 0, 1.38', IsEnabled_InitialValue: true, IsActivated_InitialValue: true }],
};

export interface PcChange extends FakeOptions {
  /** values of CurrentVersion by name */
  readonly windows?: Readonly<Record<string, string | number>>;
}

/** The machine, changed; a WMI class or registry value that is given replaces the usual one. */
export function pc(change: PcChange = {}): FakeMachine {
  const { windows = {}, registry = {}, wmi = {}, ...rest } = change;
  const versions = Object.fromEntries(Object.entries(windows).map(([name, data]) => [`${NT}|${name}`, data]));
  return new FakeMachine({
    ...rest,
    registry: { ...PC_REGISTRY, ...versions, ...registry },
    wmi: { ...PC_WMI, ...wmi },
  });
}

/** A server: Standard with the desktop. */
export function server(build = 17763, change: PcChange = {}): FakeMachine {
  return pc({
    ...change,
    windows: {
      CurrentBuildNumber: String(build),
      EditionID: 'ServerStandard',
      InstallationType: 'Server',
      ...change.windows,
    },
    registry: { [`${CONTROL}\\ProductOptions|ProductType`]: 'ServerNT', ...change.registry },
  });
}

/** Setup's arguments of /scan. */
const SCAN = [{ text: '/auto' }, { text: 'upgrade' }, { text: '/compat' }, { text: 'scanonly' }] as const;

/** Media of a release as the compiled sequence has them. */
export function upgradePackage(
  release: ReleaseName = 'windows-11-24h2',
  language = 'en-US',
  architecture: 'x86' | 'x64' | 'arm64' = 'x64',
): CompiledUpgradePackage {
  const images = upgradeImages(assumedWindows(release, language, architecture));
  return { id: 'windows', path: '', images, bytes: 5 * GIB, setup: {}, scan: SCAN };
}
