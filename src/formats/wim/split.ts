/** Splits a WIM into parts under a limit, for file systems that hold no larger files (design/media.md, Formats, Split). */
import { quote } from '../../bytes/quote.js';
import { type Content, readBytes } from '../../content/content.js';
import { InplaceError } from '../../errors.js';
import { assembleWim, overheadBytes, type TakenBlob } from './assemble.js';
import { byPlace } from './blobs.js';
import { derivedGuid } from './derived-guid.js';
import { pathsOfBlob } from './find-blob.js';
import { WIM_HEADER_BYTES } from './header.js';
import { isStored, refuseSolid } from './stored-blobs.js';
import type { Wim } from './wim.js';

/**
 * The parts as views, first part first. All metadata are in the first, every blob is whole, and the same input gives the same
 * parts. Parts have no integrity table.
 * @param limitBytes size that no part exceeds
 * @throws InplaceError LAYOUT_LIMIT when a blob or the metadata are too large, SOURCE_UNSUPPORTED for solid WIMs
 */
export async function splitWim(wim: Wim, limitBytes: number): Promise<Content[]> {
  refuseSolid(wim, 'split');
  const parts = await distribute(wim, limitBytes);
  const guid = derivedGuid(wim, `split ${limitBytes}`);
  const { header } = wim;
  const original = await readBytes(wim.parts[0]!.content, 0, WIM_HEADER_BYTES);
  return parts.map((blobs, index) =>
    assembleWim({
      original,
      blobs,
      guid,
      partNumber: index + 1,
      totalParts: parts.length,
      imageCount: header.imageCount,
      bootIndex: index === 0 ? header.bootIndex : 0,
      xml: () => wim.xml,
    }),
  );
}

/** In the order of the file, so that neighbours are read in one run. */
async function distribute(wim: Wim, limitBytes: number): Promise<TakenBlob[][]> {
  const empty = overheadBytes(0, wim.xml);
  const entry = overheadBytes(1, wim.xml) - empty;
  const metadata = wim.metadata.filter(isStored);
  let part: TakenBlob[] = metadata.map((blob) => ({ blob, references: blob.references }));
  let size = empty + metadata.reduce((sum, { resource }) => sum + resource.sizeBytes + entry, 0);
  if (size > limitBytes) throw tooLarge(wim, `The directory trees of all images need ${size} bytes`, limitBytes);
  const parts = [part];
  for (const blob of [...wim.blobs.values()].filter(isStored).sort(byPlace)) {
    const more = blob.resource.sizeBytes + entry;
    if (empty + more > limitBytes) {
      const [path] = await pathsOfBlob(wim, blob.sha1);
      const name = path === undefined ? `The blob ${blob.sha1}` : quote(path, 255);
      throw tooLarge(wim, `${name} needs ${empty + more} bytes in a part of its own`, limitBytes);
    }
    if (size + more > limitBytes) {
      part = [];
      parts.push(part);
      size = empty;
    }
    part.push({ blob, references: blob.references });
    size += more;
  }
  return parts;
}

function tooLarge(wim: Wim, what: string, limitBytes: number): InplaceError {
  return new InplaceError({
    code: 'LAYOUT_LIMIT',
    message: `${what}, a part may have ${limitBytes}: a file in a WIM cannot be cut`,
    where: { file: wim.file },
    hint: 'Allow larger parts, or keep the WIM whole on a file system that holds it, such as that of an ISO',
  });
}
