/** Recognises Windows install media in a tree of files. */
import type { WimImage } from '../formats/wim/information.js';
import { type Architecture, architectureByName } from './architectures.js';
import { findBootFiles } from './boot-files.js';
import { checkContradictions } from './contradictions.js';
import type { SetupFacts, WindowsMediaFacts } from './facts.js';
import { findInstallFile, readBootImage, readInstallImage } from './install-image.js';
import type { MediaReader } from './reader.js';
import { type MediaSettings, readSettings } from './settings.js';

/** Reads headers, XML and small files only; problems are findings. */
export async function readMediaFacts(media: MediaReader): Promise<WindowsMediaFacts> {
  const folders = setupFolders(media);
  const setups: SetupFacts[] = [];
  for (const folder of folders) setups.push(await readSetup(media, folder));
  if (folders.length === 0) refuseOthers(media);
  const images = setups.flatMap((setup) => setup.installImage?.images ?? []);
  const boot = findBootFiles(media.find);
  const facts = {
    setups,
    dualArchitecture: folders.some((folder) => folder !== ''),
    architectures: unique([...setups.map((setup) => setup.architecture), ...images.map(architectureOf)]),
    product: productOf(images),
    images,
    languages: unique(images.flatMap((image) => [...image.languages, image.defaultLanguage])),
    boot,
  };
  checkContradictions(media, facts);
  return { ...facts, findings: media.findings };
}

/** The root, or the folders of dual-architecture media; none when there is nothing to install anywhere. */
function setupFolders(media: MediaReader): string[] {
  if (findInstallFile(media, 'sources/') !== undefined) return [''];
  return media.tree.directories.filter(
    (path) => architectureByName(path) !== undefined && findInstallFile(media, `${path}/sources/`) !== undefined,
  );
}

function refuseOthers(media: MediaReader): void {
  const hint = 'Give the ISO of Windows as Microsoft delivers it, or a folder with everything that is in it';
  const found = ['setup.exe', 'sources/boot.wim'].filter((path) => media.find(path) !== undefined);
  const there = found.length === 0 ? '' : `; it has ${found.join(' and ')} only`;
  media.refuse(
    `This is no Windows install media: there is no sources/install.wim, .esd or .swm${there}`,
    undefined,
    hint,
  );
}

async function readSetup(media: MediaReader, folder: string): Promise<SetupFacts> {
  const prefix = folder === '' ? '' : `${folder}/`;
  const sources = `${prefix}sources/`;
  const setup = media.find(`${prefix}setup.exe`)?.path;
  if (setup === undefined) {
    media.refuse('There is no setup.exe, which an in-place upgrade is started with', `${prefix}setup.exe`);
  }
  const installImage = await readInstallImage(media, sources);
  const bootImage = await readBootImage(media, sources);
  const settings = await readSettings(media, sources);
  const architecture = setupArchitecture(folder, settings, installImage?.images ?? [], bootImage?.images ?? []);
  return { folder, setup, installImage, bootImage, architecture, ...settings };
}

/** What the install images say counts; only where they are silent does anything else. */
function setupArchitecture(
  folder: string,
  { build }: MediaSettings,
  images: readonly WimImage[],
  bootImages: readonly WimImage[],
): Architecture | undefined {
  if (images.some((image) => architectureOf(image) !== undefined)) return common(images);
  return common(bootImages) ?? architectureByName(build?.architecture ?? '') ?? architectureByName(folder);
}

/** The architecture of all images, when they agree. */
function common(images: readonly WimImage[]): Architecture | undefined {
  const all = unique(images.map(architectureOf));
  return all.length === 1 ? all[0] : undefined;
}

function architectureOf(image: WimImage): Architecture | undefined {
  return image.architecture === 'unknown' ? undefined : image.architecture;
}

function productOf(images: readonly WimImage[]): WindowsMediaFacts['product'] {
  const kinds = unique(images.map(imageProduct));
  return kinds.length === 2 ? 'client and server' : kinds[0];
}

/** PRODUCTTYPE is the one that tells; INSTALLATIONTYPE (Client, Server, Server Core) stands in where it is missing. */
export function imageProduct(image: WimImage): 'client' | 'server' | undefined {
  if (image.productType !== undefined) return /^winnt$/i.test(image.productType) ? 'client' : 'server';
  if (image.installationType === undefined) return undefined;
  if (/^client$/i.test(image.installationType)) return 'client';
  return /^server/i.test(image.installationType) ? 'server' : undefined;
}

function unique<T extends string>(values: readonly (T | undefined)[]): T[] {
  return [...new Set(values.filter((value) => value !== undefined))].sort();
}
