/** The drives of this computer. */
import type { Drive } from '../machine.js';
import { numberOf, textOf } from './host.js';
import type { System } from './system.js';

/** DriveType of FileSystemObject. */
const KINDS: readonly Drive['kind'][] = ['other', 'removable', 'fixed', 'network', 'optical', 'other'];

/** Letters are asked one by one: A and B are floppy drives, which hum for seconds when they are asked. */
const LETTERS = 'CDEFGHIJKLMNOPQRSTUVWXYZ';

/** Drives that have a medium in them. */
export function driveList({ files }: System): Drive[] {
  const drives: Drive[] = [];
  for (let index = 0; index < LETTERS.length; index++) {
    const name = `${LETTERS.charAt(index)}:`;
    try {
      if (!files.DriveExists(name)) continue;
      const drive = files.GetDrive(name);
      if (!drive.IsReady) continue;
      drives.push({
        name,
        kind: KINDS[numberOf(drive.DriveType)] ?? 'other',
        label: textOf(drive.VolumeName),
        freeBytes: numberOf(drive.FreeSpace),
        totalBytes: numberOf(drive.TotalSize),
      });
    } catch {
      // a drive that goes away while it is asked is not there
    }
  }
  return drives;
}
