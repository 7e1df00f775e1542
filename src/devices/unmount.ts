import type { Drive } from './drive.js';
import { runProgram } from './programs.js';

/**
 * Takes everything that is on a drive out of use.
 * @throws InplaceError DEVICE_PROGRAM when something on it is in use
 */
export async function unmount(drive: Drive, mounts: readonly string[], platform: string): Promise<void> {
  if (platform === 'darwin') await runProgram('diskutil', ['unmountDisk', drive.path]);
  if (platform !== 'linux') return;
  // the innermost first
  for (const mount of [...mounts].sort((a, b) => b.length - a.length)) await runProgram('umount', ['--', mount]);
}
