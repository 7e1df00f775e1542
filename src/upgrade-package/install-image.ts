/** sources/install.wim, install.esd or install.swm with its parts: which images an upgrade can install. */

import { corrupt } from '../bytes/corrupt.js';
import { quote } from '../bytes/quote.js';
import type { TreeFile } from '../content/tree.js';
import type { Finding } from '../errors.js';
import { readWimHeader, type WimHeader } from '../formats/wim/header.js';
import type { WimImage } from '../formats/wim/information.js';
import { readWimXml } from '../formats/wim/xml-data.js';
import type { MediaReader } from './reader.js';

export type InstallImageKind = 'wim' | 'esd' | 'swm';

/** In the order in which one is preferred to another, when media carry several. */
const KINDS: readonly InstallImageKind[] = ['wim', 'esd', 'swm'];

export interface InstallImage {
  /** by the name of the file */
  readonly kind: InstallImageKind;
  /** path of the file, or of the first part */
  readonly path: string;
  /** all files in the order of the parts */
  readonly parts: readonly { readonly path: string; readonly sizeBytes: number }[];
  readonly header: WimHeader;
  readonly images: readonly WimImage[];
}

export interface BootImageFacts {
  readonly path: string;
  readonly sizeBytes: number;
  readonly header: WimHeader;
  /** image that boots, from 1; 0 for none */
  readonly bootIndex: number;
  readonly images: readonly WimImage[];
}

/** Finds the file; undefined when the folder has none of the three. */
export function findInstallFile(
  media: MediaReader,
  sources: string,
): { kind: InstallImageKind; file: TreeFile } | undefined {
  for (const kind of KINDS) {
    const file = media.find(`${sources}install.${kind}`);
    if (file !== undefined) return { kind, file };
  }
  return undefined;
}

/** Reads header and XML; problems become findings, and what cannot be read is undefined. */
export async function readInstallImage(media: MediaReader, sources: string): Promise<InstallImage | undefined> {
  const found = findInstallFile(media, sources);
  if (found === undefined) return undefined;
  const { kind, file } = found;
  const others = KINDS.filter((other) => other !== kind && media.find(`${sources}install.${other}`) !== undefined);
  if (others.length > 0) {
    media.warn(`There is an install.${others[0]} beside it; only ${quote(file.path)} is looked at`, file.path);
  }
  return media.attempt(file, async () => {
    const name = media.nameOf(file);
    const header = await readWimHeader(file.content, name);
    if (header.partNumber !== 1) {
      throw corrupt(`This is part ${header.partNumber} of ${header.totalParts}, expected part 1`, {
        file: name,
        field: 'WimHeader.partNumber',
      });
    }
    const { images } = await readWimXml(file.content, header, name);
    if (header.writeInProgress) media.warn('A program was changing the file and did not finish', file.path);
    if (images.length === 0) media.refuse('The file holds no images', file.path);
    const parts = await readParts(media, sources, kind, file, header);
    return { kind, path: file.path, parts, header, images };
  });
}

/** install.swm, install2.swm, install3.swm …: every part must be there, of one GUID, and say its own number. */
async function readParts(
  media: MediaReader,
  sources: string,
  kind: InstallImageKind,
  first: TreeFile,
  header: WimHeader,
): Promise<InstallImage['parts']> {
  const parts = [{ path: first.path, sizeBytes: first.content.size }];
  const missing: number[] = [];
  for (let number = 2; number <= header.totalParts; number++) {
    const file = media.find(`${sources}install${number}.${kind}`);
    if (file === undefined) missing.push(number);
    else {
      parts.push({ path: file.path, sizeBytes: file.content.size });
      await checkPart(media, file, number, header);
    }
  }
  if (missing.length > 0) media.findings.push(missingParts(media, first, header, missing, kind));
  const extra = kind === 'swm' ? media.find(`${sources}install${header.totalParts + 1}.swm`) : undefined;
  if (extra !== undefined)
    media.warn(`The split WIM has ${header.totalParts} parts; this file is none of them`, extra.path);
  return parts;
}

async function checkPart(media: MediaReader, file: TreeFile, number: number, first: WimHeader): Promise<void> {
  await media.attempt(file, async () => {
    const name = media.nameOf(file);
    const header = await readWimHeader(file.content, name);
    if (header.guid !== first.guid) {
      throw corrupt(`The part has GUID ${header.guid}, the first part ${first.guid}`, {
        file: name,
        field: 'WimHeader.guid',
      });
    }
    if (header.partNumber !== number || header.totalParts !== first.totalParts) {
      throw corrupt(
        `The file says it is part ${header.partNumber} of ${header.totalParts}, expected ${number} of ${first.totalParts}`,
        { file: name, field: 'WimHeader.partNumber' },
      );
    }
  });
}

function missingParts(
  media: MediaReader,
  first: TreeFile,
  header: WimHeader,
  missing: readonly number[],
  kind: InstallImageKind,
): Finding {
  const shown = missing.slice(0, 5).map((number) => `install${number}.${kind}`);
  const rest = missing.length > shown.length ? ` and ${missing.length - shown.length} more` : '';
  return {
    code: 'SOURCE_MISSING',
    message: `The split WIM has ${header.totalParts} parts, but ${shown.join(', ')}${rest} cannot be found`,
    where: { file: media.source, path: first.path },
    hint: 'All parts belong into the same folder as the first one',
  };
}

/** sources/boot.wim; undefined when it is not there or cannot be read. */
export async function readBootImage(media: MediaReader, sources: string): Promise<BootImageFacts | undefined> {
  const file = media.find(`${sources}boot.wim`);
  if (file === undefined) {
    media.warn('There is no boot.wim: nothing can be started from this media', `${sources}boot.wim`);
    return undefined;
  }
  return media.attempt(file, async () => {
    const name = media.nameOf(file);
    const header = await readWimHeader(file.content, name);
    const { images } = await readWimXml(file.content, header, name);
    if (header.bootIndex === 0) media.warn('No image of boot.wim is marked as the one that boots', file.path);
    return { path: file.path, sizeBytes: file.content.size, header, bootIndex: header.bootIndex, images };
  });
}
