/** A boot image of the user's own, which takes the place of sources/boot.wim. */
import { type FileContent, openFile } from '../content/file.js';
import { type Finding, InplaceError } from '../errors.js';
import { readWimHeader } from '../formats/wim/header.js';
import { readWimXml } from '../formats/wim/xml-data.js';

export interface BootImageFile {
  readonly content: FileContent;
  readonly modified: Date;
}

/**
 * Opens it and looks whether it can boot the machines that the media are for; problems are findings.
 * @param architectures of the upgrade package; none when it could not be opened
 */
export async function openBootImage(
  path: string,
  architectures: readonly string[],
): Promise<{ file?: BootImageFile; findings: readonly Finding[] }> {
  try {
    const content = await openFile(path);
    try {
      const header = await readWimHeader(content, path);
      const file = { content, modified: new Date(content.local.seen.modifiedMs) };
      if (header.bootIndex === 0) return { file, findings: [noBootIndex(path)] };
      const { images } = await readWimXml(content, header, path);
      const own = images.find(({ index }) => index === header.bootIndex)?.architecture;
      const fits = own === undefined || architectures.length === 0 || architectures.includes(own);
      return { file, findings: fits ? [] : [otherArchitecture(path, own, architectures)] };
    } finally {
      await content.close();
    }
  } catch (error) {
    if (error instanceof InplaceError) return { findings: error.findings };
    throw error;
  }
}

function noBootIndex(path: string): Finding {
  return {
    code: 'SOURCE_CORRUPT',
    message: 'No image of the WIM is marked as the one that boots',
    where: { file: path, field: 'WimHeader.bootIndex' },
    hint: 'Mark it, for example with "wimlib-imagex optimize boot.wim" after "wimlib-imagex info boot.wim 1 --boot"',
  };
}

function otherArchitecture(path: string, own: string, architectures: readonly string[]): Finding {
  return {
    code: 'SOURCE_UNSUPPORTED',
    severity: 'warning',
    message: `The boot image is for ${own}, the Windows on the media for ${architectures.join(' and ')}`,
    where: { file: path },
    hint: 'A machine will not boot from this media unless its own boot files fit the boot image',
  };
}
