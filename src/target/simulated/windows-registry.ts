/** What a simulated Windows says of itself in the registry. */
import type { HardwareModel, RegistryModel, WindowsModel } from './model.js';

const CURRENT_VERSION = 'HKEY_LOCAL_MACHINE\\SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion';
const SYSTEM = 'HKEY_LOCAL_MACHINE\\SYSTEM';
const CONTROL = `${SYSTEM}\\CurrentControlSet\\Control`;

/** Where Setup says that it is at work, and where OOBE does. */
export const SYSTEM_SETUP = `${SYSTEM}\\Setup`;
/** Progress of Windows Setup (U: as facts/configmgr.md, E.3 has it). */
export const SETUP_PROGRESS = `${SYSTEM_SETUP}\\MoSetup\\Volatile`;

/** Locale ids of base languages that Windows media have, in hexadecimal as `InstallLanguage` holds them. */
const LOCALES: Readonly<Record<string, string>> = {
  'ar-sa': '0401',
  'bg-bg': '0402',
  'zh-tw': '0404',
  'cs-cz': '0405',
  'da-dk': '0406',
  'de-de': '0407',
  'el-gr': '0408',
  'en-us': '0409',
  'fi-fi': '040b',
  'fr-fr': '040c',
  'he-il': '040d',
  'hu-hu': '040e',
  'it-it': '0410',
  'ja-jp': '0411',
  'ko-kr': '0412',
  'nl-nl': '0413',
  'nb-no': '0414',
  'pl-pl': '0415',
  'pt-br': '0416',
  'ro-ro': '0418',
  'ru-ru': '0419',
  'hr-hr': '041a',
  'sk-sk': '041b',
  'sv-se': '041d',
  'th-th': '041e',
  'tr-tr': '041f',
  'uk-ua': '0422',
  'sl-si': '0424',
  'et-ee': '0425',
  'lv-lv': '0426',
  'lt-lt': '0427',
  'zh-cn': '0804',
  'en-gb': '0809',
  'es-mx': '080a',
  'pt-pt': '0816',
  'fr-ca': '0c0c',
  'es-es': '0c0a',
  'sr-latn-rs': '241a',
};

/** Languages that a simulated Windows can have. */
export const SIMULATED_LANGUAGES: readonly string[] = Object.keys(LOCALES);

/** `0409` for en-US. */
export function localeOf(language: string): string {
  return LOCALES[language.toLowerCase()] ?? '0409';
}

/** Values that change when Windows does. */
export function windowsValues(windows: WindowsModel): RegistryModel[] {
  const [major = '10', minor = '0'] = windows.version.split('.');
  const value = (name: string, data: string | number): RegistryModel => ({ key: CURRENT_VERSION, value: name, data });
  return [
    value('CurrentBuildNumber', String(windows.build)),
    value('CurrentBuild', String(windows.build)),
    value('CurrentVersion', Number(major) >= 10 ? '6.3' : `${major}.${minor}`),
    ...(Number(major) >= 10
      ? [value('CurrentMajorVersionNumber', Number(major)), value('CurrentMinorVersionNumber', Number(minor))]
      : []),
    value('EditionID', windows.edition),
    value('InstallationType', windows.installationType),
    value('ProductName', windows.productName),
    ...(windows.servicePack > 0 ? [value('CSDVersion', `Service Pack ${windows.servicePack}`)] : []),
    { key: `${CONTROL}\\Nls\\Language`, value: 'InstallLanguage', data: localeOf(windows.language) },
    { key: `${CONTROL}\\Nls\\Language`, value: 'Default', data: localeOf(windows.language) },
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
