/** A boot image of the user's own, which takes the place of sources/boot.wim. */
import { type FileContent, openFile } from '../content/file.js';
import { type Finding, InplaceError } from '../errors.js';
import { readWimHeader } from '../formats/wim/header.js';

export interface BootImageFile {
  readonly content: FileContent;
  readonly modified: Date;
}

/** Opens it and looks whether it can boot at all; problems are findings. */
export async function openBootImage(path: string): Promise<{ file?: BootImageFile; findings: readonly Finding[] }> {
  try {
    const content = await openFile(path);
    const header = await readWimHeader(content, path).finally(() => content.close());
    const file = { content, modified: new Date(content.local.seen.modifiedMs) };
    return { file, findings: header.bootIndex === 0 ? [noBootIndex(path)] : [] };
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
