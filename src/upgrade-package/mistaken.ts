/** Files that are given in place of an ISO by mistake, told by their first bytes. */
import { readBytes } from '../content/content.js';
import type { FileContent } from '../content/file.js';
import { InplaceError } from '../errors.js';

/** Kinds of files, by how they begin. */
const KINDS: readonly { readonly begin: string; readonly message: string; readonly hint: string }[] = [
  {
    begin: 'MSWIM\0\0\0',
    message: 'This is a WIM, expected an ISO or a folder',
    hint: 'Give the ISO it comes from: without the setup.exe beside it, no upgrade can be started',
  },
  {
    begin: 'PK\x03\x04',
    message: 'This is a zip, expected an ISO or a folder',
    hint: 'Extract it, and name the ISO or the folder that was in it',
  },
];

/** @throws InplaceError SOURCE_UNSUPPORTED for an empty file and for what begins like another kind of file */
export async function refuseMistaken(path: string, file: FileContent): Promise<void> {
  if (file.size === 0) throw refused(path, 'The file is empty', 'Get it again from where it came');
  const head = Buffer.from(await readBytes(file, 0, Math.min(8, file.size))).toString('latin1');
  const kind = KINDS.find(({ begin }) => head.startsWith(begin));
  if (kind !== undefined) throw refused(path, kind.message, kind.hint);
}

function refused(path: string, message: string, hint: string): InplaceError {
  return new InplaceError({ code: 'SOURCE_UNSUPPORTED', message, where: { file: path }, hint });
}
