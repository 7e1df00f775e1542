/** `inspect` of a single program, such as a boot manager that lies loose: who signed it, and which firmware starts it. */
import { MICROSOFT_AUTHORITIES } from '../boot-trust/authorities.js';
import { examineBootFile } from '../boot-trust/boot-file.js';
import type { BootTrust } from '../boot-trust/boot-trust.js';
import { MAX_BOOT_FILE_BYTES } from '../boot-trust/media-files.js';
import { viewOf } from '../bytes/view.js';
import { type Content, readBytes } from '../content/content.js';
import { openFile } from '../content/file.js';

/** PE format, MS-DOS stub: where the offset of the signature stands, and the signature, `PE` and two zeros. */
const PE_OFFSET = 0x3c;
const PE_SIGNATURE = 0x4550;

export interface InspectedProgram {
  readonly bytes: number;
  readonly bootTrust: BootTrust;
}

/**
 * What is known of a program; undefined when the file is none. "MZ" at the start is not enough: images of some systems have that.
 * @throws InplaceError SOURCE_MISSING, SOURCE_UNREADABLE
 */
export async function inspectProgram(path: string): Promise<InspectedProgram | undefined> {
  const file = await openFile(path);
  try {
    if (!(await isProgram(file, path))) return undefined;
    const name = path.split(/[\\/]/).at(-1)!;
    const program = examineBootFile(name, await readBytes(file), MICROSOFT_AUTHORITIES);
    return { bytes: file.size, bootTrust: { media: [program], bootImage: [], boots: undefined } };
  } finally {
    await file.close();
  }
}

async function isProgram(file: Content, path: string): Promise<boolean> {
  if (file.size < PE_OFFSET + 4 || file.size > MAX_BOOT_FILE_BYTES) return false;
  const head = await readBytes(file, 0, PE_OFFSET + 4);
  if (Buffer.from(head.subarray(0, 2)).toString('latin1') !== 'MZ') return false;
  if (/\.efi$/i.test(path)) return true;
  const at = viewOf(head).getUint32(PE_OFFSET, true);
  return at + 4 <= file.size && viewOf(await readBytes(file, at, 4)).getUint32(0, true) === PE_SIGNATURE;
}
