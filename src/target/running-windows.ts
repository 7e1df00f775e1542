/** Which Windows runs, as conditions and readiness ask for it; all of it from the registry, which every Windows has. */
import { compareVersions } from './compare-values.js';
import type { OperatingSystemTest } from './contract.js';
import { languageName } from './languages.js';
import type { Machine } from './machine.js';
import { sameText } from './text.js';

export interface RunningWindows {
  readonly type: 'client' | 'server';
  readonly architecture: 'x86' | 'x64' | 'arm64';
  /** 10.0.19045.3803 */
  readonly version: string;
  /** base language, not that of the display: en-US */
  readonly language: string;
}

const CONTROL = 'HKEY_LOCAL_MACHINE\\SYSTEM\\CurrentControlSet\\Control';
const CURRENT_VERSION = 'HKEY_LOCAL_MACHINE\\SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion';

/** Asks the registry of the machine. */
export function runningWindows({ registry }: Machine): RunningWindows {
  const read = (key: string, value: string) => String(registry.read(key, value) ?? '');
  const processor = read(`${CONTROL}\\Session Manager\\Environment`, 'PROCESSOR_ARCHITECTURE').toUpperCase();
  // WinNT is a workstation; ServerNT a server, LanmanNT a domain controller.
  const product = read(`${CONTROL}\\ProductOptions`, 'ProductType');
  return {
    type: product === '' || sameText(product, 'WinNT') ? 'client' : 'server',
    architecture: processor === 'X86' ? 'x86' : processor === 'ARM64' ? 'arm64' : 'x64',
    version: version(read),
    language: languageName(read(`${CONTROL}\\Nls\\Language`, 'InstallLanguage')),
  };
}

/** Windows before 10 has no numbers of its own for major and minor, and later ones still say 6.3 in the old place. */
function version(read: (key: string, value: string) => string): string {
  const major = read(CURRENT_VERSION, 'CurrentMajorVersionNumber');
  const minor = read(CURRENT_VERSION, 'CurrentMinorVersionNumber') || '0';
  const start = major === '' ? read(CURRENT_VERSION, 'CurrentVersion') : `${major}.${minor}`;
  const parts = [start, read(CURRENT_VERSION, 'CurrentBuildNumber') || '0', read(CURRENT_VERSION, 'UBR') || '0'];
  return parts.join('.');
}

/** Why the Windows that runs does not pass the test, in words; empty when it does. */
export function whyNotOperatingSystem(running: RunningWindows, test: OperatingSystemTest): string {
  const { type, architecture, minimum, maximum, language } = test;
  if (type !== undefined && type !== running.type) return `this is a ${running.type} and not a ${type}`;
  if (architecture !== undefined && architecture !== running.architecture) {
    return `the architecture is ${running.architecture} and not ${architecture}`;
  }
  if (minimum !== undefined && compareParts(running.version, minimum) < 0) {
    return `the version is ${running.version}, expected ${minimum} or later`;
  }
  if (maximum !== undefined && compareParts(running.version, maximum) > 0) {
    return `the version is ${running.version}, expected ${maximum} or earlier`;
  }
  if (language !== undefined && !sameText(language, running.language)) {
    return `the base language is ${running.language} and not ${language}`;
  }
  return '';
}

/** Compares as many parts as the bound has: 10.0.19045.3803 is not more than 10.0.19045. */
function compareParts(version: string, bound: string): number {
  return compareVersions(version.split('.').slice(0, bound.split('.').length).join('.'), bound);
}
