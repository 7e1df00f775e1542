/** The files of an exported zip (facts/configmgr.md, D.1), within bounds. */
import { type Entry, fromBufferPromise, type ZipFile } from 'yauzl';
import { InplaceError } from '../../errors.js';

/** An entry that was asked for. */
export interface ZipPart {
  readonly path: string;
  readonly bytes: Uint8Array;
}

const MOST_ENTRIES = 20_000;
/** bytes of one entry, and of all that are read */
const MOST_BYTES = 32 * 2 ** 20;
const MOST_IN_ALL = 128 * 2 ** 20;

/**
 * Reads the entries that `wanted` accepts, in their order.
 * @param file how findings call the zip
 * @throws InplaceError SOURCE_CORRUPT, SOURCE_UNSUPPORTED
 */
export async function readZip(bytes: Uint8Array, file: string, wanted: (path: string) => boolean): Promise<ZipPart[]> {
  let zip: ZipFile | undefined;
  try {
    zip = await fromBufferPromise(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength), {
      lazyEntries: true,
      validateEntrySizes: true,
    });
    return await readEntries(zip, file, wanted);
  } catch (error) {
    if (error instanceof InplaceError) throw error;
    const reason = error instanceof Error ? error.message : String(error);
    throw new InplaceError({ code: 'SOURCE_CORRUPT', message: `The zip cannot be read: ${reason}`, where: { file } });
  } finally {
    zip?.close();
  }
}

async function readEntries(zip: ZipFile, file: string, wanted: (path: string) => boolean): Promise<ZipPart[]> {
  if (zip.entryCount > MOST_ENTRIES) throw tooLarge(file, `it has more than ${MOST_ENTRIES} entries`);
  const parts: ZipPart[] = [];
  let total = 0;
  for await (const entry of zip.eachEntry()) {
    if (!wanted(entry.fileName)) continue;
    if (entry.isEncrypted()) throw tooLarge(file, `"${entry.fileName}" is encrypted`);
    total += entry.uncompressedSize;
    if (entry.uncompressedSize > MOST_BYTES || total > MOST_IN_ALL) throw tooLarge(file, 'what is in it is too large');
    parts.push({ path: entry.fileName, bytes: await readEntry(zip, entry) });
  }
  return parts;
}

/** yauzl ends with an error when an entry is longer than it says. */
async function readEntry(zip: ZipFile, entry: Entry): Promise<Uint8Array> {
  const stream = await zip.openReadStreamPromise(entry);
  const pieces: Buffer[] = [];
  for await (const piece of stream) pieces.push(piece as Buffer);
  return Buffer.concat(pieces);
}

function tooLarge(file: string, reason: string): InplaceError {
  return new InplaceError({
    code: 'SOURCE_UNSUPPORTED',
    message: `The zip is not read: ${reason}`,
    where: { file },
    hint: 'Export the task sequence alone, without its content',
  });
}
