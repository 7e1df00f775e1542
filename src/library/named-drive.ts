/** The drive that a path of the command line names. */
import { realpath, stat } from 'node:fs/promises';
import { openDevice } from '../content/device.js';
import { type Drive, findDrive, type Listing } from '../devices/drive.js';
import { drivesThere } from '../devices/list.js';
import { InplaceError } from '../errors.js';

/** Whether a path of the command line is a drive and no file. */
export async function isDrive(path: string): Promise<boolean> {
  if (/^\\\\\.\\PhysicalDrive\d+$/i.test(path)) return true;
  const status = await stat(path).catch(() => undefined);
  return status !== undefined && (status.isBlockDevice() || (status.isCharacterDevice() && /\/r?disk\d/.test(path)));
}

/** The drive of a listing that a path names, links followed; else why there is none. */
export async function namedDrive(
  listing: Pick<Listing, 'drives'>,
  path: string,
): Promise<Drive | { readonly reason: string }> {
  const real = await realpath(path).catch(() => path);
  const drive = findDrive(listing, path) ?? findDrive(listing, real);
  if (drive) return drive;
  const whole = listing.drives.find(({ volumes }) => volumes.some(({ name }) => name === path || name === real));
  if (whole) return { reason: `it is a part of the drive "${whole.path}": name the whole drive` };
  const status = await stat(path).catch(() => undefined);
  if (status === undefined) return { reason: 'there is no such drive' };
  if (status.isDirectory()) return { reason: 'it is a folder; name the drive' };
  return { reason: status.isFile() ? 'it is a file and no drive' : 'it is no whole drive that the system lists' };
}

/**
 * Opens a drive that the system lists, for reading.
 * @throws InplaceError SOURCE_UNSUPPORTED when it is none, SOURCE_UNREADABLE, DEVICE_PROGRAM
 */
export async function openNamedDrive(path: string): ReturnType<typeof openDevice> {
  const drive = await namedDrive({ drives: await drivesThere(process.platform) }, path);
  if (!('reason' in drive)) return await openDevice(drive.path, drive.sizeBytes);
  throw new InplaceError({
    code: 'SOURCE_UNSUPPORTED',
    message: `Cannot be read as a drive: ${drive.reason}`,
    where: { file: path },
    hint: '"inplace drives" shows every drive',
  });
}
