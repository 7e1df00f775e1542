import { type FileHandle, open, stat } from 'node:fs/promises';
import { InplaceError } from '../errors.js';
import { type Content, checkRange, type LocalRange } from './content.js';

/** A file on this computer. `read` opens it on first use; a caller that reads calls `close` when done. */
export class FileContent implements Content {
  readonly size: number;
  readonly local: LocalRange;
  #handle: Promise<FileHandle> | undefined;

  /** @param seen size in bytes and modification time, as `stat` gave them */
  constructor(
    readonly path: string,
    seen: { readonly size: number; readonly modifiedMs: number },
  ) {
    this.size = seen.size;
    this.local = { path, offset: 0, seen };
  }

  async read(position: number, into: Uint8Array): Promise<void> {
    checkRange(this, position, into.byteLength);
    try {
      this.#handle ??= open(this.path, 'r');
      const handle = await this.#handle;
      let done = 0;
      while (done < into.byteLength) {
        const { bytesRead } = await handle.read(into, done, into.byteLength - done, position + done);
        if (bytesRead === 0) throw sourceChanged(this.path);
        done += bytesRead;
      }
    } catch (error) {
      throw error instanceof InplaceError ? error : sourceUnreadable(this.path, error);
    }
  }

  /** Closes the file; a later read opens it again. */
  async close(): Promise<void> {
    const handle = this.#handle;
    this.#handle = undefined;
    await (await handle?.catch(() => undefined))?.close();
  }
}

/**
 * A file of this computer as a content.
 * @throws InplaceError SOURCE_MISSING, SOURCE_UNREADABLE
 */
export async function openFile(path: string): Promise<FileContent> {
  try {
    const { size, mtimeMs } = await stat(path);
    return new FileContent(path, { size, modifiedMs: mtimeMs });
  } catch (error) {
    throw sourceUnreadable(path, error);
  }
}

/** Closes a content that is a file of this computer; others have nothing open of their own. */
export async function closeContent(content: Content): Promise<void> {
  if (content instanceof FileContent) await content.close();
}

/** The file became shorter, longer or newer since it was planned. */
export function sourceChanged(path: string): InplaceError {
  return new InplaceError({
    code: 'SOURCE_CHANGED',
    message: 'The file changed while it was being read',
    where: { file: path },
    hint: 'Wait until whatever writes it has finished, then run again',
  });
}

/** Wraps an error of the operating system about an input. */
export function sourceUnreadable(path: string, error: unknown): InplaceError {
  const code = (error as NodeJS.ErrnoException | undefined)?.code;
  const missing = code === 'ENOENT' || code === 'ENOTDIR';
  return new InplaceError(
    {
      code: missing ? 'SOURCE_MISSING' : 'SOURCE_UNREADABLE',
      message: missing ? 'No such file or folder' : `Cannot read: ${describeSystemError(error)}`,
      where: { file: path },
    },
    { cause: error },
  );
}

/** `EACCES (permission denied)` without the path and call that Node puts into its messages. */
export function describeSystemError(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { code } = error as NodeJS.ErrnoException;
  const reason = /^[A-Z0-9]+: ([^,]+)/.exec(error.message)?.[1];
  return code === undefined ? error.message : reason === undefined ? code : `${code} (${reason})`;
}
