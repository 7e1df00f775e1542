import type { Drive } from '../devices/drive.js';
import { InplaceError } from '../errors.js';

/** @param path of a drive */
export function refused(path: string, reasons: readonly string[]): InplaceError {
  return new InplaceError(
    reasons.map((reason) => ({
      code: 'DEVICE_REFUSED',
      message: `The drive is not written: ${reason}`,
      where: { file: path },
      hint: '"inplace drives" shows every drive and what speaks against it',
    })),
  );
}

/** What planning says of a drive that the media does not fit on is the guard's to say; every other error stays what it is. */
export function tooSmall({ path }: Drive, error: unknown): unknown {
  if (!(error instanceof InplaceError) || error.code !== 'LAYOUT_ROOM') return error;
  return new InplaceError(
    error.findings.map(({ message }) => ({
      code: 'DEVICE_REFUSED',
      message: `The drive is not written: ${message.charAt(0).toLowerCase()}${message.slice(1)}`,
      where: { file: path },
      hint: 'Take a larger one, or put less on the media',
    })),
    { cause: error },
  );
}
