/** What a tree is, seen as Windows install media: the facts that `inspect` shows and the upgrade rules use. */
import type { Finding } from '../errors.js';
import type { WimImage } from '../formats/wim/information.js';
import type { Architecture } from './architectures.js';
import type { BootFiles } from './boot-files.js';
import type { BootImageFacts, InstallImage } from './install-image.js';
import type { MediaSettings } from './settings.js';

/** One Windows Setup with its images. Dual-architecture media have two, in folders of their own. */
export interface SetupFacts extends MediaSettings {
  /** '' for the root, else `x86`, `x64` … as the media write it */
  readonly folder: string;
  /** path of setup.exe */
  readonly setup: string | undefined;
  readonly installImage: InstallImage | undefined;
  readonly bootImage: BootImageFacts | undefined;
  /** architecture of the images, else what boot.wim, idwbinfo.txt or the folder's name say */
  readonly architecture: Architecture | undefined;
}

export interface WindowsMediaFacts {
  /** one entry, but for dual-architecture media; none when this is no Windows install media */
  readonly setups: readonly SetupFacts[];
  /** x86 and x64 (or others) side by side, each in a folder */
  readonly dualArchitecture: boolean;
  /** sorted, without duplicates */
  readonly architectures: readonly Architecture[];
  readonly product: 'client' | 'server' | 'client and server' | undefined;
  /** all install images, those of the first setup first */
  readonly images: readonly WimImage[];
  /** of all images, sorted, without duplicates */
  readonly languages: readonly string[];
  readonly boot: BootFiles;
  /** what is missing, damaged or contradicts itself; an error among them means that no upgrade can be made from it */
  readonly findings: readonly Finding[];
}
