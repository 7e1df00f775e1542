/** Parts of install media that do not fit together: warnings, since Setup may still make do with them. */
import { quote } from '../bytes/quote.js';
import { architectureByName } from './architectures.js';
import type { SetupFacts, WindowsMediaFacts } from './facts.js';
import type { MediaReader } from './reader.js';

/** Adds its warnings to the findings of `media`. */
export function checkContradictions(media: MediaReader, facts: Omit<WindowsMediaFacts, 'findings'>): void {
  if (facts.setups.length === 0) return;
  checkBootFiles(media, facts);
  for (const setup of facts.setups) {
    checkArchitecture(media, setup);
    checkEditions(media, setup);
  }
}

function checkBootFiles(media: MediaReader, { boot, architectures }: Omit<WindowsMediaFacts, 'findings'>): void {
  // BIOS exists on x86 machines only; arm64 media have no etfsboot.com
  const bios = architectures.length === 0 || architectures.some((name) => name === 'x86' || name === 'x64');
  if (bios && boot.bios.etfsboot === undefined) media.warn('There is no BIOS boot image', 'boot/etfsboot.com');
  if (bios && boot.bios.bootmgr === undefined) media.warn('There is no boot manager for BIOS', 'bootmgr');
  if (boot.uefi.efisys === undefined && boot.uefi.efisysNoPrompt === undefined) {
    media.warn('There is no UEFI boot image', 'efi/microsoft/boot/efisys.bin');
  }
  if (boot.uefi.loaders.length === 0) media.warn('There is no UEFI boot loader', 'efi/boot');
  for (const architecture of architectures) {
    // 32-bit Windows is installed under BIOS; its media need no UEFI loader
    if (architecture === 'x86' || boot.uefi.loaders.length === 0) continue;
    if (boot.uefi.loaders.some((loader) => loader.architecture === architecture)) continue;
    media.warn(`There is no UEFI boot loader for ${architecture}`, 'efi/boot');
  }
}

function checkArchitecture(media: MediaReader, setup: SetupFacts): void {
  const { installImage, bootImage, architecture, build, folder } = setup;
  if (installImage === undefined) return;
  const among = new Set(installImage.images.map((image) => image.architecture).filter((name) => name !== undefined));
  if (among.size > 1) {
    media.warn(`The images are of several architectures: ${[...among].join(', ')}`, installImage.path);
    return;
  }
  const said = [
    { name: build?.architecture, what: 'idwbinfo.txt says' },
    { name: folder === '' ? undefined : folder, what: 'the folder is called' },
    { name: bootImage?.images[0]?.architecture, what: 'boot.wim is' },
  ];
  for (const { name, what } of said) {
    const other = name === undefined ? undefined : architectureByName(name);
    if (architecture === undefined || other === undefined || other === architecture) continue;
    media.warn(`The images are ${architecture}, but ${what} ${quote(name!)}`, installImage.path);
  }
}

function checkEditions(media: MediaReader, { installImage, editionConfiguration }: SetupFacts): void {
  if (installImage === undefined) return;
  const unnamed = installImage.images.filter((image) => image.editionId === undefined).map((image) => image.index);
  if (unnamed.length > 0) {
    media.warn(`No edition is given for image ${unnamed.slice(0, 10).join(', ')}`, installImage.path);
  }
  const wanted = editionConfiguration?.editionId;
  if (wanted === undefined || installImage.images.some((image) => sameEdition(image.editionId, wanted))) return;
  media.warn(`ei.cfg asks for the edition ${quote(wanted)}, which no image has`, installImage.path);
}

function sameEdition(one: string | undefined, other: string): boolean {
  return one?.toLowerCase() === other.toLowerCase();
}
