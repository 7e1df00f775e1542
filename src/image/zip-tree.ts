/**
 * Opens a zip that inplace built as a tree of files. Its entries are stored, so each is a run of the zip file and is
 * read in place. The zip format itself is left to yauzl; what yauzl tolerates and `verify` must not is in zip-rules.ts.
 */
import { type Entry, fromRandomAccessReaderPromise, type ZipFile } from 'yauzl';
import { type FileContent, openFile } from '../content/file.js';
import { parentsOf } from '../content/parents.js';
import { byCodeUnit, type FileTree, type TreeFile } from '../content/tree.js';
import { rangeContent } from '../content/views.js';
import { type Finding, InplaceError } from '../errors.js';
import { ZipReader } from './zip-reader.js';
import { ZipRules } from './zip-rules.js';

const STORED = 0;
/** Far more than media have; each costs some hundred bytes of memory. */
const MOST_ENTRIES = 2_000_000;

/** A file in a zip. */
export interface ZipTreeFile extends TreeFile {
  /** CRC-32 that the central directory has for it */
  readonly crc32: number;
}

export interface ZipTree extends FileTree {
  readonly files: readonly ZipTreeFile[];
  /** what other programs would read otherwise or refuse, and what lies where nothing should (VERIFY_STRUCTURE) */
  readonly findings: readonly Finding[];
  close(): Promise<void>;
}

/**
 * Reads the directory and all headers of a zip.
 * @throws InplaceError SOURCE_MISSING, SOURCE_UNREADABLE, SOURCE_CORRUPT, SOURCE_UNSUPPORTED (compressed entries)
 */
export async function openZipTree(path: string): Promise<ZipTree> {
  const file = await openFile(path);
  try {
    return { ...(await readZip(file)), close: () => file.close() };
  } catch (error) {
    await file.close();
    throw error instanceof InplaceError ? error : corrupt(path, error);
  }
}

async function readZip(file: FileContent): Promise<Omit<ZipTree, 'close'>> {
  const reader = new ZipReader(file);
  const options = { autoClose: false, strictFileNames: true, validateEntrySizes: true };
  const zip = await fromRandomAccessReaderPromise(reader, file.size, options);
  try {
    return await readEntries(zip, await listEntries(zip), file, new ZipRules(reader));
  } finally {
    zip.close();
  }
}

async function listEntries(zip: ZipFile): Promise<Entry[]> {
  const entries: Entry[] = [];
  if (zip.entryCount > MOST_ENTRIES) throw new Error(`it claims ${zip.entryCount} entries`);
  for await (const entry of zip.eachEntry()) entries.push(entry);
  return entries;
}

async function readEntries(
  zip: ZipFile,
  entries: readonly Entry[],
  file: FileContent,
  rules: ZipRules,
): Promise<Omit<ZipTree, 'close'>> {
  const files: ZipTreeFile[] = [];
  const directories = parentsOf(entries.map((entry) => entry.fileName.replace(/\/$/, '')));
  for (const entry of entries) {
    checkStored(entry, file);
    const local = await zip.readLocalFileHeaderPromise(entry);
    await rules.checkEntry(entry, local);
    if (entry.fileName.endsWith('/')) directories.add(entry.fileName.slice(0, -1));
    else files.push(treeFile(entry, rangeContent(file, local.fileDataStart, entry.uncompressedSize)));
  }
  await rules.checkEnd();
  files.sort((a, b) => byCodeUnit(a.path, b.path));
  return { files, directories: [...directories].sort(byCodeUnit), findings: rules.findings };
}

function treeFile(entry: Entry, content: ZipTreeFile['content']): ZipTreeFile {
  const modified = entry.getLastModDate({ timezone: 'UTC' });
  return { path: entry.fileName, content, modified, crc32: entry.crc32 };
}

function checkStored(entry: Entry, file: FileContent): void {
  if (entry.compressionMethod === STORED && entry.compressedSize === entry.uncompressedSize) return;
  throw new InplaceError({
    code: 'SOURCE_UNSUPPORTED',
    message: 'The zip has compressed entries: it was not made by inplace, or was packed again',
    where: { file: file.path, path: entry.fileName },
    hint: 'Extract it and name the folder instead',
  });
}

function corrupt(path: string, error: unknown): InplaceError {
  return new InplaceError(
    {
      code: 'SOURCE_CORRUPT',
      message: `The zip is damaged: ${error instanceof Error ? error.message : String(error)}`,
      where: { file: path },
      hint: 'Copy or build it again',
    },
    { cause: error },
  );
}
