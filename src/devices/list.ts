/** Lists the drives of this computer. */
import { InplaceError } from '../errors.js';
import type { Drive, Listing } from './drive.js';
import { LSBLK, OLD_LSBLK, parseLsblk } from './linux.js';
import { parseDiskutil, wholeDisks } from './macos.js';
import { runProgram } from './programs.js';
import { POWERSHELL, parseGetDisk } from './windows.js';
import { witness } from './witness.js';

/**
 * Every disk of this computer.
 * @param platform `process.platform`
 * @throws InplaceError DEVICE_PROGRAM when the system's own program fails, or none is known
 */
export async function listDrives(platform: string): Promise<Listing> {
  const [drives, witnessed] = await Promise.all([drivesThere(platform), witness()]);
  return { drives, witnessed };
}

/**
 * The drives alone, for those who ask what they are and not whether they may be written: nobody else is waited for.
 * @throws InplaceError as `listDrives`
 */
export async function drivesThere(platform: string): Promise<Drive[]> {
  switch (platform) {
    case 'linux':
      return parseLsblk(await runProgram('lsblk', LSBLK).catch(() => runProgram('lsblk', OLD_LSBLK)));
    case 'darwin':
      return await macDrives();
    case 'win32':
      return parseGetDisk(
        await runProgram('powershell.exe', ['-NoProfile', '-NonInteractive', '-Command', POWERSHELL]),
      );
    default:
      throw new InplaceError({ code: 'DEVICE_PROGRAM', message: `Drives are not known on "${platform}"` });
  }
}

async function macDrives(): Promise<Drive[]> {
  const list = await runProgram('diskutil', ['list', '-plist']);
  const infos = new Map<string, string>();
  for (const name of wholeDisks(list)) infos.set(name, await runProgram('diskutil', ['info', '-plist', name]));
  return parseDiskutil(list, infos);
}
