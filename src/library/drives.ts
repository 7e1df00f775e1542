import { type Drive, mountsOf } from '../devices/drive.js';
import { confirmationOf, refusals } from '../devices/guard.js';
import { listDrives } from '../devices/list.js';

/** A drive, and whether `write` would take it. */
export interface DriveReport extends Drive {
  /** where anything on it is mounted */
  readonly mounts: readonly string[];
  /** what `--confirm` has to say for it */
  readonly confirm: string;
  readonly writable: boolean;
  /** every reason against it */
  readonly reasons: readonly string[];
}

/**
 * Every disk of this computer. Nothing is opened.
 * @throws InplaceError DEVICE_PROGRAM
 */
export async function drives(platform: string = process.platform): Promise<DriveReport[]> {
  const listing = await listDrives(platform);
  return listing.drives.map((drive) => {
    const reasons = refusals(drive, listing, { files: [], allowFixed: false }).map(({ reason }) => reason);
    const confirm = confirmationOf(drive);
    return { ...drive, mounts: mountsOf(drive, listing), confirm, writable: reasons.length === 0, reasons };
  });
}
