import { InplaceError } from '../errors.js';
import type { OpenDrive } from './open-drive.js';

/** @param offset byte of the drive */
export function differs({ drive }: OpenDrive, offset: number): InplaceError {
  return new InplaceError({
    code: 'DEVICE_DIFFERS',
    message: 'The drive does not give back what was written to it',
    where: { file: drive.path, offset },
    hint: 'It is broken or a fake: take another one',
  });
}
