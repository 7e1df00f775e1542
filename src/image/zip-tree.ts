/**
 * Opens a zip that inplace built as a tree of files. Its entries are stored, so each is a run of the zip file and is
 * read in place. The zip format itself is left to yauzl.
 */
import { type Entry, openPromise, type ZipFile } from 'yauzl';
import { type FileContent, openFile, sourceUnreadable } from '../content/file.js';
import { byCodeUnit, type FileTree, type TreeFile } from '../content/tree.js';
import { rangeContent } from '../content/views.js';
import { InplaceError } from '../errors.js';

const STORED = 0;

export interface ZipTree extends FileTree {
  close(): Promise<void>;
}

/**
 * Reads the directory of a zip.
 * @throws InplaceError SOURCE_MISSING, SOURCE_UNREADABLE, SOURCE_CORRUPT, SOURCE_UNSUPPORTED (compressed entries)
 */
export async function openZipTree(path: string): Promise<ZipTree> {
  const zip = await openZip(path);
  try {
    const file = await openFile(path);
    const { files, directories } = await readEntries(zip, file);
    return { files, directories, close: () => file.close() };
  } catch (error) {
    throw error instanceof InplaceError ? error : corrupt(path, error);
  } finally {
    zip.close();
  }
}

async function openZip(path: string): Promise<ZipFile> {
  try {
    return await openPromise(path, { autoClose: false, strictFileNames: true, validateEntrySizes: true });
  } catch (error) {
    throw (error as NodeJS.ErrnoException).code === undefined ? corrupt(path, error) : sourceUnreadable(path, error);
  }
}

async function readEntries(zip: ZipFile, file: FileContent): Promise<FileTree> {
  const files: TreeFile[] = [];
  const directories = new Set<string>();
  for await (const entry of zip.eachEntry()) {
    const path = entry.fileName.replace(/\/$/, '');
    for (let cut = path.lastIndexOf('/'); cut > 0; cut = path.lastIndexOf('/', cut - 1))
      directories.add(path.slice(0, cut));
    if (entry.fileName.endsWith('/')) directories.add(path);
    else files.push(await readEntry(zip, entry, file));
  }
  files.sort((a, b) => byCodeUnit(a.path, b.path));
  return { files, directories: [...directories].sort(byCodeUnit) };
}

async function readEntry(zip: ZipFile, entry: Entry, file: FileContent): Promise<TreeFile> {
  if (entry.compressionMethod !== STORED || entry.compressedSize !== entry.uncompressedSize) {
    throw new InplaceError({
      code: 'SOURCE_UNSUPPORTED',
      message: 'The zip has compressed entries: it was not made by inplace, or was packed again',
      where: { file: file.path, path: entry.fileName },
      hint: 'Extract it and name the folder instead',
    });
  }
  const { fileDataStart } = await zip.readLocalFileHeaderPromise(entry, { minimal: true });
  if (fileDataStart + entry.uncompressedSize > file.size) throw corrupt(file.path, `${entry.fileName} ends behind it`);
  const content = rangeContent(file, fileDataStart, entry.uncompressedSize);
  return { path: entry.fileName, content, modified: entry.getLastModDate({ timezone: 'UTC' }) };
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
