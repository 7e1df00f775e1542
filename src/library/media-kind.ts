import { open, stat } from 'node:fs/promises';
import { sourceUnreadable } from '../content/file.js';
import { InplaceError } from '../errors.js';

/** What `inspect` and `verify` can be given. */
export type MediaKind = 'image' | 'folder' | 'zip' | 'wim';

/**
 * What a path on the command line is, by its first bytes; anything that is no folder, zip or WIM is taken for an image.
 * @throws InplaceError SOURCE_MISSING, SOURCE_UNREADABLE, SOURCE_UNSUPPORTED (pipes and devices; drives are asked for before)
 */
export async function mediaKind(path: string): Promise<MediaKind> {
  const head = Buffer.alloc(8);
  try {
    const status = await stat(path);
    if (status.isDirectory()) return 'folder';
    if (!status.isFile()) throw notReadable(path);
    const file = await open(path, 'r');
    await file.read(head, 0, head.length, 0).finally(() => file.close());
  } catch (error) {
    throw error instanceof InplaceError ? error : sourceUnreadable(path, error);
  }
  if (head.toString('latin1').startsWith('PK\x03\x04') || head.toString('latin1').startsWith('PK\x05\x06'))
    return 'zip';
  // WLPWM: a pipable WIM, which is refused for what it is
  return /^(MSWIM|WLPWM)\0\0\0$/.test(head.toString('latin1')) ? 'wim' : 'image';
}

function notReadable(path: string): InplaceError {
  return new InplaceError({
    code: 'SOURCE_UNSUPPORTED',
    message: 'This is no file, folder or drive',
    where: { file: path },
    hint: 'Name an ISO, a folder, a zip or a drive',
  });
}
