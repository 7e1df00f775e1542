/** A WIM, opened: header, XML data and blob table of all its parts. Images and files are read when they are asked for. */
import { corrupt, unsupported } from '../../bytes/corrupt.js';
import type { Content } from '../../content/content.js';
import { InplaceError, type Place } from '../../errors.js';
import { type Blob, readBlobs, type WimPart } from './blobs.js';
import { ChunkCache } from './chunk-cache.js';
import { type DirectoryTree, readDirectoryTree } from './directory-tree.js';
import { readWimHeader, type WimHeader } from './header.js';
import type { WimInformation } from './information.js';
import { readWhole } from './read-whole.js';
import { readWimXml, readXmlText } from './xml-data.js';

/** Bytes of the largest directory tree that is read; that of a Windows image has some 30 MB. */
const MAX_METADATA_BYTES = 512 * 2 ** 20;

export interface WimFile {
  /** how messages call it */
  readonly file: string;
  readonly content: Content;
}

export class Wim {
  /** blobs of files by their SHA-1 */
  readonly blobs: ReadonlyMap<string, Blob>;
  /** directory trees, in the order of the images */
  readonly metadata: readonly Blob[];

  constructor(
    readonly parts: readonly WimPart[],
    readonly information: WimInformation,
    /** the XML data as text, without the byte order mark */
    readonly xml: string,
    blobs: readonly Blob[],
  ) {
    this.metadata = blobs.filter(({ metadata }) => metadata);
    const files = new Map<string, Blob>();
    // of two blobs with the same bytes the first is as good as the other
    for (const blob of blobs) if (!blob.metadata && !files.has(blob.sha1)) files.set(blob.sha1, blob);
    this.blobs = files;
  }

  /** Header of the first part. */
  get header(): WimHeader {
    return this.parts[0]!.header;
  }

  /** How messages call it: the first part. */
  get file(): string {
    return this.parts[0]!.file;
  }

  /** Bytes of all parts. */
  get sizeBytes(): number {
    return this.parts.reduce((sum, { content }) => sum + content.size, 0);
  }

  /** Whether any blob lies in a solid resource. */
  get hasSolid(): boolean {
    return [...this.blobs.values(), ...this.metadata].some(({ resource }) => resource === undefined);
  }

  /**
   * The directory tree of an image, read anew each time.
   * @param index from 1
   * @throws InplaceError SOURCE_CORRUPT; USAGE when there is no such image
   */
  async tree(index: number): Promise<DirectoryTree> {
    const blob = this.metadata[index - 1];
    const where: Place = { file: this.file, field: `image ${index}` };
    if (blob === undefined) {
      const message = `There is no image ${index}; the images are 1 to ${this.metadata.length}`;
      throw new InplaceError({ code: 'USAGE', message, where: { file: this.file } });
    }
    if (blob.content.size > MAX_METADATA_BYTES) {
      throw unsupported(`Metadata of ${blob.content.size} bytes; at most ${MAX_METADATA_BYTES} are read`, where);
    }
    return readDirectoryTree(await readWhole(blob.content), where);
  }

  /** A file's blob. @throws InplaceError SOURCE_CORRUPT when no part has it */
  blob(sha1: string, path: string): Blob {
    const blob = this.blobs.get(sha1);
    if (blob !== undefined) return blob;
    throw corrupt(`The blob ${sha1} is in no blob table`, { file: this.file, path, field: 'BlobTable' });
  }
}

/**
 * Opens a WIM.
 * @param files the file, or all parts of a split WIM in any order
 * @throws InplaceError SOURCE_CORRUPT, SOURCE_UNSUPPORTED; SOURCE_MISSING when parts are missing
 */
export async function openWim(files: readonly WimFile[]): Promise<Wim> {
  const parts: WimPart[] = [];
  for (const { file, content } of files) parts.push({ file, content, header: await readWimHeader(content, file) });
  parts.sort((a, b) => a.header.partNumber - b.header.partNumber);
  checkParts(parts);
  const first = parts[0]!;
  const information = await readWimXml(first.content, first.header, first.file);
  const xml = await readXmlText(first.content, first.header, first.file);
  const cache = new ChunkCache();
  const blobs: Blob[] = [];
  for (const part of parts) for (const blob of await readBlobs(part, cache)) blobs.push(blob);
  const wim = new Wim(parts, information, xml, blobs);
  const { imageCount } = first.header;
  if (wim.metadata.length === imageCount) return wim;
  throw corrupt(`The blob table has the metadata of ${wim.metadata.length} images, the header says ${imageCount}`, {
    file: first.file,
    field: 'BlobTable',
  });
}

/** Every part must be there, once, and of the same WIM. */
function checkParts(parts: readonly WimPart[]): void {
  const { header, file } = parts[0]!;
  for (const part of parts) {
    const { guid, totalParts } = part.header;
    if (guid === header.guid && totalParts === header.totalParts) continue;
    throw corrupt(
      `The part has GUID ${guid} and is of ${totalParts}, expected ${header.guid} of ${header.totalParts}`,
      {
        file: part.file,
        field: 'WimHeader.guid',
      },
    );
  }
  const missing: number[] = [];
  const numbers = parts.map((part) => part.header.partNumber);
  for (let number = 1; number <= header.totalParts && missing.length < 5; number++) {
    if (!numbers.includes(number)) missing.push(number);
  }
  if (missing.length > 0) {
    throw new InplaceError({
      code: 'SOURCE_MISSING',
      message: `This is a part of a split WIM of ${header.totalParts} parts; part ${missing.join(', ')} cannot be found`,
      where: { file },
      hint: 'All parts belong into the same folder: install.swm, install2.swm, install3.swm and so on',
    });
  }
  if (parts.length > header.totalParts) {
    throw corrupt(`There are ${parts.length} files for ${header.totalParts} parts`, { file });
  }
}
