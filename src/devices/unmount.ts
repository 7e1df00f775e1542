import type { Drive } from './drive.js';
import { runProgram } from './programs.js';
import { flushVolumes } from './windows-volumes.js';

/**
 * Takes everything that is on a drive out of use; on Windows, where volumes go when the marker is there, it is flushed.
 * @throws InplaceError DEVICE_PROGRAM when something on it is in use, DEVICE_REFUSED
 */
export async function unmount(drive: Drive, mounts: readonly string[], platform: string): Promise<void> {
  if (platform === 'darwin') await runProgram('diskutil', ['unmountDisk', drive.path]);
  if (platform === 'win32') await flushVolumes(drive);
  if (platform !== 'linux') return;
  // the innermost first
  for (const mount of [...mounts].sort((a, b) => b.length - a.length)) await runProgram('umount', ['--', mount]);
}
