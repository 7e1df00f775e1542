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
