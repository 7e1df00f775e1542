import { InplaceError } from '../errors.js';
import type { Drive } from './drive.js';
import { runProgram } from './programs.js';
import { flushVolumes } from './windows-volumes.js';

/**
 * Takes everything that is on a drive out of use; on Windows, where volumes go when the marker is there, it is flushed.
 * @throws InplaceError DEVICE_BUSY when something on it is in use, DEVICE_REFUSED, DEVICE_PROGRAM
 */
export async function unmount(drive: Drive, mounts: readonly string[], platform: string): Promise<void> {
  if (platform === 'darwin') await release(drive, mounts.join(', '), 'diskutil', ['unmountDisk', drive.path]);
  if (platform === 'win32') await flushVolumes(drive);
  if (platform !== 'linux') return;
  // the innermost first
  for (const mount of [...mounts].sort((a, b) => b.length - a.length)) {
    await release(drive, mount, 'umount', ['--', mount]);
  }
}

async function release({ path }: Drive, mount: string, program: string, args: readonly string[]): Promise<void> {
  await runProgram(program, args).catch((error: unknown) => {
    const said = error instanceof InplaceError ? error.findings[0]?.message : String(error);
    const hint = 'Close the programs and windows that use it, or unmount it yourself, and write again';
    const message = `Cannot unmount "${mount}": ${said}`;
    throw new InplaceError({ code: 'DEVICE_BUSY', message, where: { file: path }, hint }, { cause: error });
  });
}
