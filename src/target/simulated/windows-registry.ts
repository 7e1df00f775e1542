/** What a simulated Windows says of itself in the registry. */
import { languageNumber } from '../languages.js';
import type { HardwareModel, RegistryModel, WindowsModel } from './model.js';

const CURRENT_VERSION = 'HKEY_LOCAL_MACHINE\\SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion';
const SYSTEM = 'HKEY_LOCAL_MACHINE\\SYSTEM';
const CONTROL = `${SYSTEM}\\CurrentControlSet\\Control`;

/** Where Setup says that it is at work, and where OOBE does. */
export const SYSTEM_SETUP = `${SYSTEM}\\Setup`;
/** Progress of Windows Setup (U: as facts/configmgr.md, E.3 has it). */
export const SETUP_PROGRESS = `${SYSTEM_SETUP}\\MoSetup\\Volatile`;

/** Values that change when Windows does. @param installed milliseconds since 1970 */
export function windowsValues(windows: WindowsModel, installed: number): RegistryModel[] {
  const [major = '10', minor = '0'] = windows.version.split('.');
  const value = (name: string, data: string | number): RegistryModel => ({ key: CURRENT_VERSION, value: name, data });
  return [
    value('CurrentBuildNumber', String(windows.build)),
    value('CurrentBuild', String(windows.build)),
    value('CurrentVersion', Number(major) >= 10 ? '6.3' : `${major}.${minor}`),
    ...(Number(major) >= 10
      ? [value('CurrentMajorVersionNumber', Number(major)), value('CurrentMinorVersionNumber', Number(minor))]
      : []),
    ...(windows.revision === undefined ? [] : [value('UBR', windows.revision)]),
    value('EditionID', windows.edition),
    value('InstallationType', windows.installationType),
    value('InstallDate', Math.floor(installed / 1000)),
    value('ProductName', windows.productName),
    ...(windows.servicePack > 0 ? [value('CSDVersion', `Service Pack ${windows.servicePack}`)] : []),
    { key: `${CONTROL}\\Nls\\Language`, value: 'InstallLanguage', data: languageNumber(windows.language) },
    { key: `${CONTROL}\\Nls\\Language`, value: 'Default', data: languageNumber(windows.language) },
    {
      key: `${CONTROL}\\Session Manager\\Environment`,
      value: 'PROCESSOR_ARCHITECTURE',
      data: { x86: 'x86', x64: 'AMD64', arm64: 'ARM64' }[windows.architecture],
    },
    { key: `${CONTROL}\\ProductOptions`, value: 'ProductType', data: isServer(windows) ? 'ServerNT' : 'WinNT' },
    { key: SYSTEM_SETUP, value: 'SystemSetupInProgress', data: 0 },
    { key: SYSTEM_SETUP, value: 'OOBEInProgress', data: 0 },
    { key: SYSTEM_SETUP, value: 'SetupType', data: 0 },
    { key: SYSTEM_SETUP, value: 'CmdLine', data: '' },
  ];
}

/** Values that the hardware decides. */
export function hardwareValues(hardware: HardwareModel): RegistryModel[] {
  return [
    { key: CONTROL, value: 'PEFirmwareType', data: hardware.uefi ? 2 : 1 },
    ...(hardware.uefi
      ? [{ key: `${CONTROL}\\SecureBoot\\State`, value: 'UEFISecureBootEnabled', data: hardware.secureBoot ? 1 : 0 }]
      : []),
  ];
}

export function isServer({ installationType }: WindowsModel): boolean {
  return installationType.startsWith('Server');
}
