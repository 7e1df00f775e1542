import { open } from 'node:fs/promises';
import { InplaceError } from '../errors.js';
import { type Content, checkRange } from './content.js';
import { sourceUnreadable } from './file.js';

/** Raw devices of macOS and Windows read whole sectors only; no sector is larger. */
const BLOCK = 4096;

/** A drive that is read; the caller closes it. */
export interface DeviceContent extends Content {
  close(): Promise<void>;
}

/**
 * Opens a drive for reading.
 * @param size bytes, as the listing says: the file system says 0
 * @throws InplaceError SOURCE_UNREADABLE
 */
export async function openDevice(path: string, size: number): Promise<DeviceContent> {
  const unreadable = (error: unknown) => unreadableDevice(path, error);
  const handle = await open(path, 'r').catch((error: unknown) => {
    throw unreadable(error);
  });
  const content: DeviceContent = {
    size,
    async read(position, into) {
      checkRange(content, position, into.byteLength);
      const start = Math.floor(position / BLOCK) * BLOCK;
      const end = Math.min(size, Math.ceil((position + into.byteLength) / BLOCK) * BLOCK);
      const whole = start === position && end - start === into.byteLength ? into : new Uint8Array(end - start);
      for (let done = 0; done < whole.byteLength; ) {
        const rest = whole.byteLength - done;
        const { bytesRead } = await handle.read(whole, done, rest, start + done).catch((error: unknown) => {
          throw unreadable(error);
        });
        if (bytesRead === 0) throw unreadable(new Error('the drive ends early'));
        done += bytesRead;
      }
      if (whole !== into) into.set(whole.subarray(position - start, position - start + into.byteLength));
    },
    close: () => handle.close(),
  };
  return content;
}

function unreadableDevice(path: string, error: unknown): InplaceError {
  const unreadable = sourceUnreadable(path, error);
  if (!/^(EACCES|EPERM)$/.test(String((error as NodeJS.ErrnoException).code))) return unreadable;
  const hint = 'Reading drives needs the rights of the administrator';
  return new InplaceError(
    unreadable.findings.map((finding) => ({ ...finding, hint })),
    { cause: error },
  );
}
