/** Processor architectures by the many names that Windows media have for them. */
import type { WimArchitecture } from '../formats/wim/information.js';

export type Architecture = Exclude<WimArchitecture, 'unknown'>;

const NAMES: Readonly<Record<string, Architecture>> = {
  x86: 'x86',
  i386: 'x86',
  x64: 'x64',
  amd64: 'x64',
  arm: 'arm',
  arm64: 'arm64',
  aa64: 'arm64',
  ia64: 'ia64',
};

/** `amd64`, `x64`, `X86` … as idwbinfo.txt and folders have them. */
export function architectureByName(name: string): Architecture | undefined {
  const key = name.toLowerCase();
  return Object.hasOwn(NAMES, key) ? NAMES[key] : undefined;
}

/** Boot loaders of removable media by architecture, UEFI 3.5.1.1. */
export const UEFI_LOADERS: readonly { readonly architecture: Architecture; readonly name: string }[] = [
  { architecture: 'x64', name: 'bootx64.efi' },
  { architecture: 'x86', name: 'bootia32.efi' },
  { architecture: 'arm64', name: 'bootaa64.efi' },
  { architecture: 'arm', name: 'bootarm.efi' },
];
